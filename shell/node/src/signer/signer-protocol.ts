// The protocol between a node and the process that holds its signing key (E62): lines of JSON over a local socket. What is signed travels whole, so
// that a signer sees by its tag what it is asked to say. Neither side trusts the other's lines: each has a limit.

import {
  hex,
  type JsonField,
  parseHex,
  parseJsonText,
  parseUtf8,
  type Refusal,
  type Result,
  readJson,
  refuse,
} from "@juno/base";

export const PROTOCOL = "juno-signer/1";
/** Of one line, with its end. */
export const LINE_BYTES_MAX = 64 * 1024;
/** What a node signs is far shorter: bodies of messages and digests. */
export const SIGNED_BYTES_MAX = 4 * 1024;
const KEYS_MAX = 64;
const PARTS_MAX = 256;
const ID_MAX = 2 ** 47;

export type SignRequest = { readonly id: number; readonly key: Uint8Array; readonly message: Uint8Array };
export type SignAnswer = { readonly id: number } & (
  | { readonly signature: Uint8Array }
  | { readonly refused: string }
);

const line = (value: object): string => `${JSON.stringify(value)}\n`;

export const helloLine = (): string => line({ protocol: PROTOCOL });
export const welcomeLine = (keys: readonly Uint8Array[]): string =>
  line({ protocol: PROTOCOL, keys: keys.map(hex) });
export const requestLine = ({ id, key, message }: SignRequest): string =>
  line({ id, key: hex(key), message: hex(message) });
export const signatureLine = (id: number, signature: Uint8Array): string =>
  line({ id, signature: hex(signature) });
export const refusalLine = (id: number, refused: string): string => line({ id, refused });

function readLine<T>(text: string, read: (field: JsonField) => T): Result<T, Refusal> {
  const json = parseJsonText(text, PARTS_MAX);
  return json.ok ? readJson(json.value, "malformed", read) : refuse("malformed", json.error.detail);
}

function demandProtocol(field: JsonField): void {
  if (field.text() !== PROTOCOL) field.fail(`"${PROTOCOL}" is expected`);
}

export const readHello = (text: string): Result<undefined, Refusal> =>
  readLine(text, (field) => {
    demandProtocol(field.object(["protocol"]).protocol);
    return undefined;
  });

export const readWelcome = (text: string): Result<readonly Uint8Array[], Refusal> =>
  readLine(text, (field) => {
    const { protocol, keys } = field.object(["protocol", "keys"]);
    demandProtocol(protocol);
    return keys.array({ max: KEYS_MAX }).map((key) => key.hexBytes(32));
  });

export const readRequest = (text: string): Result<SignRequest, Refusal> =>
  readLine(text, (field) => {
    const { id, key, message } = field.object(["id", "key", "message"]);
    const bytes = parseHex(message.text());
    if (bytes === undefined || bytes.length > SIGNED_BYTES_MAX)
      return message.fail(`the hex of at most ${SIGNED_BYTES_MAX} bytes is expected`);
    return { id: id.integer({ min: 0, max: ID_MAX }), key: key.hexBytes(32), message: bytes };
  });

export const readAnswer = (text: string): Result<SignAnswer, Refusal> =>
  readLine(text, (field) => {
    const { id: number, signature, refused } = field.object(["id"], ["signature", "refused"]);
    const id = number.integer({ min: 0, max: ID_MAX });
    if (signature !== undefined) return { id, signature: signature.hexBytes(64) };
    return {
      id,
      refused: refused?.text() || field.fail(`"signature" or "refused" with a reason is expected`),
    };
  });

const NEWLINE = 0x0a;

/** Lines out of chunks, in bounded memory. */
export class LineSplitter {
  #rest = Buffer.alloc(0);

  /** The lines that the chunk completes; undefined if one is too long, or no text. */
  push(chunk: Uint8Array): readonly string[] | undefined {
    const lines: string[] = [];
    let bytes = Buffer.concat([this.#rest, chunk]);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE)) {
      const text = at < LINE_BYTES_MAX ? parseUtf8(bytes.subarray(0, at)) : undefined;
      if (text === undefined) return undefined;
      lines.push(text);
      bytes = bytes.subarray(at + 1);
    }
    if (bytes.length >= LINE_BYTES_MAX) return undefined;
    this.#rest = bytes;
    return lines;
  }
}

const TAG = /^juno\/v1\/([a-z][a-z-]{0,31})$/;
const TAG_BYTES_MAX = 64;

/** What a message is said to be (E7), or undefined if it is not what any node signs. */
export function tagOf(message: Uint8Array): string | undefined {
  const end = message.subarray(0, TAG_BYTES_MAX).indexOf(0);
  return end < 0 ? undefined : TAG.exec(parseUtf8(message.subarray(0, end)) ?? "")?.[1];
}
