// Acts (E54): what administrators or operators decide about the network itself, as a document that their keys
// sign. A signature over an act says nothing else, so acts may be signed far from any node, and shown to anybody.

import {
  type Hash,
  hex,
  type JsonField,
  type Reader,
  type Sha256,
  type SignatureCheck,
  signedBytes,
  taggedHash,
  utf8,
  type Writer,
} from "@juno/base";

/** An act's document, and with it the body of a configuration entry (E55), is bounded by what any entry may have. */
export const ACT_BYTES_MAX = 32 * 1024;
export const APPROVALS_MAX = 64;
const REASON_BYTES_MAX = 1_000;
/** The end of the year 9999, the last that four digits can write. */
const TIME_MAX = 253_402_300_799_999;
const KIND = /^[a-z][a-z-]{0,31}$/;

/** What every act says, whatever it does. */
export type ActHead = {
  readonly kind: string;
  /** Log time, ms, after which it has no effect any more. */
  readonly expires: number;
  /** For people, and for the history. */
  readonly reason: string;
};

/** One key's signature under an act. */
export type Approval = { readonly key: Uint8Array; readonly signature: Uint8Array };

/** E54: the one identity of an act, and what is signed. */
export const actId = (sha256: Sha256, document: Uint8Array): Hash =>
  taggedHash(sha256, "act-document", document);

/** E54: what every act has; `content` is for whoever knows acts of this kind. */
export function readActHead(document: JsonField): ActHead & { readonly content: JsonField } {
  const fields = document.object(["format", "kind", "nonce", "expires", "reason", "content"]);
  if (fields.format.json !== 1) fields.format.fail("this program reads format 1");
  const kind = fields.kind.text();
  if (!KIND.test(kind)) fields.kind.fail("1 to 32 lower-case letters and dashes expected");
  fields.nonce.hexBytes(16);
  const reason = fields.reason.text();
  const { length } = utf8(reason);
  if (length === 0 || length > REASON_BYTES_MAX)
    fields.reason.fail(`1 to ${REASON_BYTES_MAX} bytes expected`);
  const expires = fields.expires.integer({ min: 0, max: TIME_MAX });
  return { kind, expires, reason, content: fields.content };
}

/** The signature to check for an approval of an act. */
export const approvalCheck = (network: Hash, act: Hash, { key, signature }: Approval): SignatureCheck => ({
  key,
  message: signedBytes({ tag: "act", network, body: act }),
  signature,
});

/** Lower-case hex; undefined unless the keys are distinct and ascending. */
export function approvingKeys(approvals: readonly Approval[]): ReadonlySet<string> | undefined {
  const keys = approvals.map(({ key }) => hex(key));
  const isOrdered = keys.every((key, at) => at === 0 || keys[at - 1]! < key);
  return isOrdered ? new Set(keys) : undefined;
}

export const writeApproval = (writer: Writer, { key, signature }: Approval): Writer =>
  writer.raw(key).raw(signature);
export const readApproval = (reader: Reader): Approval => ({
  key: reader.raw(32).slice(),
  signature: reader.raw(64).slice(),
});
