// What another node's API says, read up to a limit and in bounded time. Its signature is not looked at: nothing that is fetched so
// is believed for whose it is, except by whoever wants to know just that.

import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import {
  errorEntry,
  hasParts,
  NONCE_HEADER,
  pathOf,
  READER_HEADER,
  replyStatement,
  requestDigest,
  SIGNATURE_HEADER,
  signatureCheck,
} from "@juno/api";
import { concatBytes, type Hash, type NodeId, parseUtf8, type Refusal, type Result } from "@juno/base";
import { sha256, verifySignature } from "../crypto/sodium.ts";
import { type ApiTrust, askApi } from "./api-trust.ts";

export type AskLimits = {
  readonly bytesMax: number;
  /** Members and items of the reply. */
  readonly partsMax: number;
  readonly timeoutMs: number;
  /** Of whoever asks no more. */
  readonly signal: AbortSignal;
  readonly trust: ApiTrust | undefined;
  /** Who asks, for a path and query; asked for where reads are guarded (A41). Undefined: nobody who would say so there. */
  readonly readerFor?: ((target: string) => Promise<string | undefined>) | undefined;
};

/** Undefined if there is no such reply; nothing rejects. */
export async function askNode<T>(
  url: string,
  read: (json: unknown) => Result<T, Refusal>,
  limits: AskLimits,
): Promise<T | undefined> {
  try {
    const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
    const reply = await asked(url, { ...limits, signal });
    if (reply.statusCode !== 200) {
      reply.destroy();
      return undefined;
    }
    const body = await bodyOf(reply, limits.bytesMax);
    const text = hasParts(body, limits.partsMax) ? parseUtf8(body) : undefined;
    if (text === undefined) return undefined;
    const shaped = read(JSON.parse(text));
    return shaped.ok ? shaped.value : undefined;
  } catch {
    // Unreachable, silent, too long, or no JSON: as good as not there.
    return undefined;
  }
}

async function asked(
  url: string,
  { readerFor, signal, trust }: Pick<AskLimits, "readerFor" | "signal" | "trust">,
): Promise<IncomingMessage> {
  const reply = await askApi(url, { signal, trust });
  if (readerFor === undefined || reply.statusCode !== errorEntry("read_unsigned").status) return reply;
  const { pathname, search } = new URL(url);
  const reader = await readerFor(pathname + search);
  if (reader === undefined) return reply;
  reply.destroy();
  return await askApi(url, { signal, trust, headers: { [READER_HEADER]: reader } });
}

/** A reply that shows nothing. */
const STATUS_BYTES_MAX = 256 * 1024;

/** Whose the voices of a network are. */
export type Voices = {
  readonly network: Hash;
  readonly keyOf: { get(node: NodeId): Uint8Array | undefined };
};

/** Which node answers at an address, by what it signs for just this question (A16); undefined if none of these does. */
export async function askWho(
  url: string,
  { network, keyOf }: Voices,
  { signal, trust }: Pick<AskLimits, "signal" | "trust">,
): Promise<NodeId | undefined> {
  const target = pathOf("status");
  const nonce = randomBytes(16).toString("hex");
  try {
    const reply = await askApi(url + target, { signal, trust, headers: { [NONCE_HEADER]: nonce } });
    const body = await bodyOf(reply, STATUS_BYTES_MAX);
    const facts = {
      requestDigest: requestDigest(sha256, { method: "GET", target, nonce, body: new Uint8Array(0) }),
      status: reply.statusCode ?? 0,
      bodyHash: sha256(body),
    };
    const said = reply.headers[SIGNATURE_HEADER];
    const found = signatureCheck(String(said), replyStatement(network, facts), keyOf);
    return found !== undefined && verifySignature(found.check) ? found.node : undefined;
  } catch {
    return undefined;
  }
}

/** Throws if it is longer. */
async function bodyOf(reply: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply) {
    length += part.length;
    if (length > bytesMax) throw new Error(`the reply is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return concatBytes(...parts);
}
