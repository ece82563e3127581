// The golden vectors of spec/2-encoding.md as one JSON document. Bytes are lower-case hex; a field
// that ends in `Text` is UTF-8. It must depend on nothing that differs between machines.

import { assert, hex, signedBytes, utf8, Writer } from "@juno/base";
import {
  checkEvidence,
  type Entry,
  type Evidence,
  encodeAck,
  encodeCertificate,
  encodeCommand,
  encodeCommitProof,
  encodeEvidence,
  encodePreVote,
  encodeTermCertificate,
  encodeVote,
  outcomeLeaf,
  receiptHash,
  signaturesHash,
  writeEntry,
  writeEntryHeader,
} from "@juno/proof";
import { evidence } from "./sample-evidence.ts";
import {
  ackOf,
  commands,
  commitProof,
  election,
  entries,
  licence,
  preVoteOf,
  quorum,
  vote,
} from "./sample-log.ts";
import { electorate, GENESIS_TEXT, NETWORK, sha256, signWith, VOTERS } from "./sample-network.ts";
import { leaves, outcomeProof, pathOf, RECEIPT, roots } from "./sample-outcomes.ts";

/** Bytes become hex, wherever they stand. */
function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}

const written = (write: (writer: Writer) => Writer): Uint8Array => write(new Writer()).finish();

const codec = [
  { rule: "E1", type: "u8", value: 255, bytes: written((w) => w.u8(255)) },
  { rule: "E1", type: "u16", value: 0x0102, bytes: written((w) => w.u16(0x0102)) },
  { rule: "E1", type: "u32", value: 0xdeadbeef, bytes: written((w) => w.u32(0xdeadbeef)) },
  { rule: "E3", type: "u64", value: 2 ** 32, bytes: written((w) => w.u64(2 ** 32)) },
  { rule: "E3", type: "u64", value: 2 ** 53 - 1, bytes: written((w) => w.u64(2 ** 53 - 1)) },
  { rule: "E4", type: "bytes", value: "juno", bytes: written((w) => w.bytes(utf8("juno"))) },
  { rule: "E4", type: "bytes", value: "", bytes: written((w) => w.bytes(utf8(""))) },
  { rule: "E5", type: "bool", value: true, bytes: written((w) => w.bool(true)) },
  {
    rule: "E5",
    type: "list of u16",
    value: [1, 2],
    bytes: written((w) => w.list([1, 2], (x, n) => x.u16(n))),
  },
  { rule: "E5", type: "optional u8", value: 7, bytes: written((w) => w.option(7, (x, n) => x.u8(n))) },
  {
    rule: "E5",
    type: "optional u8",
    value: null,
    bytes: written((w) => w.option<number>(undefined, (x, n) => x.u8(n))),
  },
];

/** Bytes that no decoder of the type may accept. */
const malformed = [
  { rule: "E3", type: "u64", why: "2^53", bytes: "0020000000000000" },
  { rule: "E5", type: "bool", why: "neither 0 nor 1", bytes: "02" },
  { rule: "E6", type: "u32", why: "truncated", bytes: "000000" },
  { rule: "E6", type: "u32", why: "a byte too many", bytes: "0000000000" },
  { rule: "E6", type: "bytes", why: "longer than the input", bytes: "ffffffff" },
  { rule: "E6", type: "list of u16", why: "more items than the input holds", bytes: "000000020001" },
  { rule: "E15", type: "certificate", why: "an unknown kind", bytes: "03" },
];

const entryVector = (entry: Entry, i: number) => {
  const { body, hash, ...header } = entry;
  return {
    ...header,
    previousHash: entries[i - 1]?.hash ?? NETWORK,
    headerBytes: written((w) => writeEntryHeader(w, entry)),
    body,
    wireBytes: written((w) => writeEntry(w, entry)),
    hash,
  };
};

const commandVector = (command: (typeof commands)[number]) => ({
  payloadText: Buffer.from(command.payload).toString("utf8"),
  signatures: command.signatures,
  id: sha256(command.payload),
  signaturesHash: signaturesHash(sha256, command.signatures),
  body: encodeCommand(command),
});

const RULES_OF_EVIDENCE = {
  equivocation: "E36, E37",
  "double-vote": "E36, E38",
  "stale-vote": "E36, E38",
  "false-attestation": "E36, E39",
} as const;

function evidenceVector(one: Evidence) {
  const bytes = encodeEvidence(one);
  const checked = checkEvidence({ electorate, sha256 }, bytes);
  assert(checked.ok, "the sample proves something");
  const { checks: _, ...claim } = checked.value;
  return { rule: RULES_OF_EVIDENCE[one.kind], ...claim, bytes };
}

const signedExample = { tag: "vote", network: NETWORK, body: encodeVote(vote) };
const places = { stored: 4, certified: 2 };

export function encodingVectors(): string {
  const document = {
    about: "Golden vectors of spec/2-encoding.md. Bytes are lower-case hex; a field ending in Text is UTF-8.",
    codec,
    malformed,
    network: { rule: "E9", genesisText: GENESIS_TEXT, id: NETWORK },
    voters: VOTERS.map(({ id, pair }) => ({ id, seed: pair.seed, key: pair.key })),
    quorum: { voters: electorate.voters.length, faults: electorate.faults, quorum: electorate.quorum },
    signed: {
      rule: "E7",
      ...signedExample,
      voter: 1,
      message: signedBytes(signedExample),
      signature: signWith(VOTERS[0]!.pair, signedBytes(signedExample)),
    },
    commands: { rule: "E12, E13", vectors: commands.map(commandVector) },
    entries: { rule: "E10, E11", vectors: entries.map(entryVector) },
    statements: [
      { rule: "E20", tag: "prevote", fields: preVoteOf(3), body: encodePreVote(preVoteOf(3)) },
      { rule: "E21", tag: "vote", fields: vote, body: encodeVote(vote) },
      { rule: "E22", tag: "ack", fields: ackOf(1, places), body: encodeAck(ackOf(1, places)) },
    ],
    certificates: [
      { rule: "E15", ...election, bytes: encodeCertificate(election) },
      { rule: "E15", ...quorum, bytes: encodeCertificate(quorum) },
    ],
    termCertificate: { rule: "E16", ...licence, bytes: encodeTermCertificate(licence) },
    commitProof: {
      rule: "E17",
      ...commitProof,
      headers: commitProof.headers.map((header) => written((w) => writeEntryHeader(w, header))),
      bytes: encodeCommitProof(commitProof),
    },
    receipt: { rule: "E32", text: Buffer.from(RECEIPT).toString("utf8"), hash: receiptHash(sha256, RECEIPT) },
    outcomeTree: {
      rule: "E30, E31",
      leaves: leaves.map((leaf) => ({ ...leaf, hash: outcomeLeaf(sha256, leaf) })),
      rootsBySize: roots,
      paths: [
        { leaf: 0, size: 1 },
        { leaf: 1, size: 7 },
        { leaf: 6, size: 7 },
        { leaf: 10, size: 11 },
        { leaf: 3, size: 11 },
      ].map((place) => ({ rule: "E33", ...place, path: pathOf(place) })),
    },
    outcomeProof: { rule: "E34", ...outcomeProof },
    evidence: evidence.map(evidenceVector),
  };
  return `${JSON.stringify(asJson(document), undefined, 1)}\n`;
}
