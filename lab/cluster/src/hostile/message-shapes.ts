// The layouts of the messages between nodes (E10–E29, E36, E60), written down a second time and from the
// specification, so that a tampered message is wrong in one place and right in all others.

import type { MessageKind } from "@juno/consensus";
import { all, bytes, choice, list, option, raw, type Shape, u8, u32, u64 } from "./shape.ts";

const hash = raw(32);
const point = { index: u64, hash };
const position = { term: u64, ...point };
const common = { epoch: u64, from: u32 };
const statement = all({ voter: u32, body: bytes, signature: raw(64) });
const certificate = all({ kind: u8, epoch: u64, position: all(position), statements: list(statement) });
const termCertificate = all({ term: u64, statements: list(statement) });
const headerFields = { epoch: u64, index: u64, term: u64, time: u64, kind: u8 };
const header = all({ ...headerFields, digest: hash });
const entry = all({ ...headerFields, body: bytes });
const commitProof = all({ term: u64, ...point, headers: list(header), acks: list(statement) });
const appendStatement = all({ body: bytes, signature: raw(64), headers: list(header) });

const two = (of: Shape): Shape => all({ first: of, second: of });

const NOTHING = all({});

export const BODIES: Readonly<Record<MessageKind, Shape>> = {
  prevote: all({ ...common, term: u64, entered: u8, certified: all(position) }),
  proofs: all({ ...common, digest: hash }),
  "request-vote": all({ ...common, term: u64, base: all(position) }),
  vote: all({ ...common, term: u64, base: all(position) }),
  "append-entries": all({ ...common, term: u64, previous: all(point), last: all(point) }),
  ack: all({ ...common, term: u64, stored: all(point), certified: all(point), applied: all(point) }),
  commands: all({ ...common, digest: hash }),
  fetch: all({
    ...common,
    isForward: u8,
    isCertified: u8,
    point: all(point),
    entriesMax: u32,
    bytesMax: u32,
  }),
  "fetch-reply": all({ ...common, digest: hash }),
  evidence: all({ ...common, digest: hash }),
  probe: all({ ...common, nonce: u64 }),
  "probe-reply": all({ ...common, nonce: u64, certified: all(position) }),
  snapshot: all({ ...common, index: u64, snapshot: hash }),
  recall: all({ ...common, nonce: u64 }),
  recollection: all({ ...common, digest: hash }),
  epochs: all({ ...common, digest: hash }),
};

export const ATTACHMENTS: Readonly<Record<MessageKind, Shape>> = {
  prevote: all({ certificate: option(certificate) }),
  proofs: all({
    termCertificate: option(termCertificate),
    certificate: option(certificate),
    commitProof: option(commitProof),
  }),
  "request-vote": all({ certificate, termCertificate }),
  vote: all({ certificate: option(certificate) }),
  "append-entries": all({ entries: list(entry), certificate: option(certificate) }),
  ack: all({ certificate: option(certificate) }),
  commands: all({ commands: list(bytes) }),
  fetch: NOTHING,
  "fetch-reply": all({
    isForward: u8,
    isCertified: u8,
    before: all(point),
    entries: list(entry),
    commitProof: option(commitProof),
  }),
  evidence: all({ lie: choice(two(appendStatement), two(statement), two(statement), two(statement)) }),
  probe: NOTHING,
  "probe-reply": all({ certificate }),
  snapshot: NOTHING,
  recall: NOTHING,
  recollection: all({ nonce: u64, words: list(all({ tag: u8, statement })) }),
  epochs: all({ links: list(all({ previous: hash, entry, commitProof })) }),
};

/** Kinds whose body names the digest of their attachment (E26). */
export const NAMES_DIGEST: ReadonlySet<MessageKind> = new Set([
  "proofs",
  "commands",
  "fetch-reply",
  "evidence",
  "recollection",
]);
