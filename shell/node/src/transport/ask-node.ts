// What another node's API says, read up to a limit and in bounded time. Its signature is not looked at: nothing that is fetched so
// is believed for whose it is.

import { errorEntry, hasParts, READER_HEADER } from "@juno/api";
import { concatBytes, parseUtf8, type Refusal, type Result } from "@juno/base";

export type AskLimits = {
  readonly bytesMax: number;
  /** Members and items of the reply. */
  readonly partsMax: number;
  readonly timeoutMs: number;
  /** Of whoever asks no more. */
  readonly signal: AbortSignal;
  /** Who asks, for a path and query; asked for where reads are guarded (A41). */
  readonly readerFor?: ((target: string) => Promise<string>) | undefined;
};

/** Undefined if there is no such reply; nothing rejects. */
export async function askNode<T>(
  url: string,
  read: (json: unknown) => Result<T, Refusal>,
  limits: AskLimits,
): Promise<T | undefined> {
  try {
    const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
    const reply = await asked(url, { readerFor: limits.readerFor, signal });
    const body = reply.ok ? await bodyOf(reply, limits.bytesMax) : undefined;
    const text = body !== undefined && hasParts(body, limits.partsMax) ? parseUtf8(body) : undefined;
    if (text === undefined) {
      await reply.body?.cancel();
      return undefined;
    }
    const shaped = read(JSON.parse(text));
    return shaped.ok ? shaped.value : undefined;
  } catch {
    // Unreachable, silent, too long, or no JSON: as good as not there.
    return undefined;
  }
}

async function asked(
  url: string,
  { readerFor, signal }: Pick<AskLimits, "readerFor" | "signal">,
): Promise<Response> {
  const reply = await fetch(url, { redirect: "error", signal });
  if (readerFor === undefined || reply.status !== errorEntry("read_unsigned").status) return reply;
  await reply.body?.cancel();
  const { pathname, search } = new URL(url);
  const headers = { [READER_HEADER]: await readerFor(pathname + search) };
  return await fetch(url, { redirect: "error", signal, headers });
}

/** Throws if it is longer. */
async function bodyOf(reply: Response, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply.body ?? []) {
    length += part.length;
    if (length > bytesMax) throw new Error(`the reply is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return concatBytes(...parts);
}
