// Posts what it is given, as it is, and reads the answer without trust: a problem of the public table
// with the status that belongs to it, or a success. Everything is tallied, so that it can be added up.

import { API_PREFIX, ERRORS, type ErrorCode } from "@juno/api";

export type Post = {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type PostAnswer = {
  readonly status: number;
  /** The code of a problem; undefined for a success. */
  readonly code: ErrorCode | undefined;
  readonly json: unknown;
};

const JSON_TYPE = { "content-type": "application/json" };
const PATIENCE_MS = 60_000;

export class Poster {
  /** Answers by problem code, successes under `ok`. */
  readonly tally = new Map<string, number>();

  async post(url: string, request: Post): Promise<PostAnswer> {
    const { body, path = "/commands", method = "POST", headers = JSON_TYPE } = request;
    const reply = await fetch(`${url}${API_PREFIX}${path}`, {
      method,
      headers: { ...headers },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await reply.text();
    const { status } = reply;
    if (status >= 500) throw new Error(`${status} to ${describe(body)}: ${text}`);
    const json = text === "" ? undefined : JSON.parse(text);
    const code = status < 300 ? undefined : codeOf(status, json);
    const key = code ?? "ok";
    this.tally.set(key, (this.tally.get(key) ?? 0) + 1);
    return { status, code, json };
  }
}

function codeOf(status: number, json: unknown): ErrorCode {
  const code = typeof json === "object" && json !== null && "code" in json ? json.code : undefined;
  if (typeof code === "string" && Object.hasOwn(ERRORS, code)) {
    const known = code as ErrorCode;
    if (ERRORS[known].status === status) return known;
  }
  throw new Error(`status ${status} with ${JSON.stringify(json)} is no problem of the public table`);
}

const describe = (body: string | Uint8Array): string =>
  typeof body === "string" ? body.slice(0, 2000) : Buffer.from(body).toString("latin1").slice(0, 2000);
