// Wrong messages between nodes, each with the code under which it must be refused: the same damage done
// to every kind, and what is particular to certificates, entries and commands.

import { concatBytes, NodeId, Term, type Writer } from "@juno/base";
import { encodeFrame, type Frame, MESSAGE_KINDS, type MessageKind, writeProofs } from "@juno/consensus";
import { sha256 } from "@juno/node";
import {
  type Certificate,
  type CommitProof,
  chainEntry,
  type Entry,
  encodeCommand,
  type SignedCommand,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";
import { fitTogether } from "./frame-mutation.ts";
import type { Intruder } from "./intruder.ts";
import { BODIES, NAMES_DIGEST } from "./message-shapes.ts";
import type { Overheard } from "./overheard.ts";
import { appendOf } from "./peer-messages.ts";
import { cut, join, numberOf, type Part } from "./shape.ts";

/** Kinds that carry nothing behind their signature. */
const NO_ATTACHMENT: ReadonlySet<MessageKind> = new Set(["fetch", "probe", "snapshot", "recall"]);

/** `undefined`: it is genuine by all that can be seen of it, and must be delivered. */
export type PeerAttack = {
  readonly name: string;
  readonly code: string | undefined;
  readonly bytes: Uint8Array;
};

const HUGE = 2n ** 53n - 1n;

/** Damage that every kind of message must withstand. */
export function attacksOnKind(intruder: Intruder, genuine: Frame): PeerAttack[] {
  const { kind } = genuine;
  const signed = (frame: Frame) => encodeFrame({ ...frame, signature: intruder.sign(kind, frame.body) });
  const fitting = (frame: Frame) =>
    encodeFrame(fitTogether(frame, { sha256, sign: (tag, body) => intruder.sign(tag, body) }));
  const bytes = encodeFrame(genuine);
  const named = NAMES_DIGEST.has(kind);
  const long = NO_ATTACHMENT.has(kind) ? "too_large" : "malformed";
  const other: MessageKind = kind === "vote" ? "prevote" : "vote";
  const attacks: readonly (readonly [string, string | undefined, Uint8Array])[] = [
    [
      "a forged signature",
      "bad_signature",
      encodeFrame({ ...genuine, signature: flipped(genuine.signature) }),
    ],
    ["no signature", "bad_signature", encodeFrame({ ...genuine, signature: new Uint8Array(64) })],
    [
      "signed as another kind",
      "bad_signature",
      encodeFrame({ ...genuine, signature: intruder.sign(other, genuine.body) }),
    ],
    [
      "signed for another network",
      "bad_signature",
      encodeFrame({ ...genuine, signature: intruder.sign(`${kind}\0`, genuine.body) }),
    ],
    ["in another's name", "wrong_sender", encodeFrame({ ...genuine, from: NodeId(1) })],
    [
      "of a body in another's name",
      "wrong_sender",
      signed({ ...genuine, body: withNumber(genuine, "from", 1n) }),
    ],
    ["of another epoch", "unknown_epoch", signed({ ...genuine, body: withNumber(genuine, "epoch", 1n) })],
    [
      "of an epoch beyond all",
      "unknown_epoch",
      signed({ ...genuine, body: withNumber(genuine, "epoch", HUGE) }),
    ],
    [
      "of an epoch that is no number",
      "malformed",
      signed({ ...genuine, body: withNumber(genuine, "epoch", HUGE + 1n) }),
    ],
    ["with a body cut short", "malformed", signed({ ...genuine, body: genuine.body.slice(0, -1) })],
    [
      "with a body that goes on",
      "malformed",
      signed({ ...genuine, body: concatBytes(genuine.body, Uint8Array.of(0)) }),
    ],
    ["with an empty body", "malformed", signed({ ...genuine, body: new Uint8Array(0) })],
    ["with a body beyond any", "malformed", signed({ ...genuine, body: new Uint8Array(257) })],
    ["cut in its signature", "malformed", bytes.slice(0, 10 + genuine.body.length + 63)],
    ["with trailing bytes", named ? "bad_digest" : long, concatBytes(bytes, Uint8Array.of(0))],
    [
      "with trailing bytes that are signed",
      long,
      fitting({ ...genuine, attachment: concatBytes(genuine.attachment, Uint8Array.of(0)) }),
    ],
    ["of another version", "malformed", bytes.with(0, 2)],
    ["of an unknown kind", "malformed", bytes.with(1, MESSAGE_KINDS.length + 1)],
    ["of no kind", "malformed", bytes.with(1, 0)],
  ];
  const cuts = genuine.attachment.length === 0 ? [] : attachmentCuts(genuine, named, fitting);
  return [...attacks, ...cuts, ...hugeNumbers(genuine, signed)].map(([name, code, damaged]) => ({
    name: `${kind} ${name}`,
    // Nobody has asked for entries: such an answer is not even opened.
    code: damaged[1] === 9 && damaged[0] === 1 ? "unasked" : code,
    bytes: damaged,
  }));
}

type Attack = readonly [string, string | undefined, Uint8Array];

function attachmentCuts(genuine: Frame, named: boolean, fitting: (frame: Frame) => Uint8Array): Attack[] {
  const short = genuine.attachment.slice(0, -1);
  return [
    ["cut short", named ? "bad_digest" : "malformed", encodeFrame({ ...genuine, attachment: short })],
    ["cut short and signed", "malformed", fitting({ ...genuine, attachment: short })],
    [
      "with half of its attachment",
      "malformed",
      fitting({ ...genuine, attachment: short.slice(0, short.length / 2) }),
    ],
    [
      "with an attachment of noise",
      "malformed",
      fitting({ ...genuine, attachment: new Uint8Array(5000).fill(255) }),
    ],
  ];
}

/** Every number of the body at the largest there is, which is genuine, and one above, which is none. */
function hugeNumbers(genuine: Frame, signed: (frame: Frame) => Uint8Array): Attack[] {
  // What must fit an attachment cannot be changed alone.
  const alone: readonly MessageKind[] = [
    "prevote",
    "vote",
    "ack",
    "request-vote",
    "fetch",
    "probe",
    "snapshot",
    "recall",
  ];
  if (!alone.includes(genuine.kind)) return [];
  const names = numbersOf(genuine).filter((name) => !/epoch|from|entered|is[A-Z]/.test(name));
  return names.flatMap((name): Attack[] => {
    const is = (value: bigint) => signed({ ...genuine, body: withNumber(genuine, name, value) });
    if (name === "bytesMax") return [["that asks for 4 GiB", undefined, is(2n ** 32n - 1n)]];
    if (name === "entriesMax") return [["that asks for 2^32 - 1 entries", undefined, is(2n ** 32n - 1n)]];
    return [
      [`with ${name} 2^53-1`, undefined, is(HUGE)],
      [`with ${name} 2^53-2`, undefined, is(HUGE - 1n)],
      [`with ${name} 2^53`, "malformed", is(HUGE + 1n)],
      [`with ${name} 2^64-1`, "malformed", is(2n ** 64n - 1n)],
    ];
  });
}

const leaves = (part: Part): Part[] => (part.parts.length === 0 ? [part] : part.parts.flatMap(leaves));

const numbersOf = (frame: Frame): string[] =>
  leaves(cut(BODIES[frame.kind], frame.body, ""))
    .filter(({ shape }) => shape.kind === "number")
    .map(({ name }) => name.slice(1));

/** The body with one of its numbers replaced. */
function withNumber(frame: Frame, name: string, value: bigint): Uint8Array {
  const whole = cut(BODIES[frame.kind], frame.body, "");
  for (const part of leaves(whole))
    if (part.name === `.${name}`) part.head = numberOf(value, part.head.length);
  return join(whole);
}

const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(0, bytes[0]! ^ 1);

/** A quorum of statements, spoilt. */
function spoilt(
  intruder: Intruder,
  statements: readonly SignedStatement[],
): readonly (readonly [string, readonly SignedStatement[]])[] {
  const [first, second, third] = statements as [SignedStatement, SignedStatement, SignedStatement];
  return [
    ["of too few", [first, second]],
    ["of one who stands there three times", [first, first, first]],
    ["of one who stands there twice", [first, second, second]],
    ["out of order", [third, second, first]],
    ["of a stranger", [first, second, { ...third, voter: NodeId(9) }]],
    ["of one who speaks for another", [first, second, { ...third, voter: NodeId(intruder.id) }]],
    ["of nobody", []],
  ];
}

/** Proofs that prove nothing: too few, twice, out of order, by strangers, about different things. */
export function attacksWithProofs(intruder: Intruder, known: Overheard): PeerAttack[] {
  const { certificate, termCertificate, commitProof } = known;
  const { position } = certificate;
  const show = (proofs: Partial<Parameters<typeof writeProofs>[1]>) =>
    encodeFrame(
      intruder.bulk("proofs", (w) =>
        writeProofs(w, {
          termCertificate: undefined,
          certificate: undefined,
          commitProof: undefined,
          ...proofs,
        }),
      ),
    );
  const wrong: readonly (readonly [string, Certificate])[] = [
    ["of another index", { ...certificate, position: { ...position, index: (position.index + 1) as never } }],
    ["of another term", { ...certificate, position: { ...position, term: Term(position.term + 1) } }],
    ["of another hash", { ...certificate, position: { ...position, hash: sha256(position.hash) } }],
    ["of another kind", { ...certificate, kind: certificate.kind === "quorum" ? "election" : "quorum" }],
    ["of a genesis elsewhere", { ...certificate, kind: "genesis", statements: [] }],
  ];
  const wrongTerm: TermCertificate = { ...termCertificate, term: Term(termCertificate.term + 1) };
  const wrongProof: CommitProof = { ...commitProof, hash: sha256(commitProof.hash) };
  const refused = (name: string, bytes: Uint8Array): PeerAttack => ({ name, code: undefined, bytes });
  return [
    ...spoilt(intruder, certificate.statements).map(([name, statements]) =>
      refused(`a certificate ${name}`, show({ certificate: { ...certificate, statements } })),
    ),
    ...spoilt(intruder, commitProof.acks).map(([name, acks]) =>
      refused(`a commit proof ${name}`, show({ commitProof: { ...commitProof, acks } })),
    ),
    ...spoilt(intruder, termCertificate.statements).map(([name, statements]) =>
      refused(`a term certificate ${name}`, show({ termCertificate: { ...termCertificate, statements } })),
    ),
    ...wrong.map(([name, lie]) => refused(`a certificate ${name}`, show({ certificate: lie }))),
    refused("a term certificate of another term", show({ termCertificate: wrongTerm })),
    refused("a commit proof of another entry", show({ commitProof: wrongProof })),
  ].map((attack) => ({ ...attack, code: codeOfProof(attack.name) }));
}

/** Votes where Acks belong have another form. */
const codeOfProof = (name: string): string => (/another kind/.test(name) ? "malformed" : "bad_certificate");

/** Entries and commands that are wrong inside a message that is right. */
export function attacksWithEntries(
  intruder: Intruder,
  known: Overheard,
  commands: { readonly good: SignedCommand; readonly stranger: SignedCommand },
): PeerAttack[] {
  const { term } = known;
  const last = known.entries.at(-1)!;
  const bodyOf = (command: SignedCommand) => encodeCommand(command);
  const entry = (body: Uint8Array, fields: Partial<Entry> = {}): Entry => {
    const bare = {
      ...last,
      index: (last.index + 1) as never,
      term,
      kind: "command" as const,
      body,
      ...fields,
    };
    const chained = chainEntry(sha256, last.hash, bare);
    if (!chained.ok) throw new Error(chained.error.detail);
    return chained.value;
  };
  const append = (...entries: readonly Entry[]) => appendOf(intruder, { term, previous: last, entries });
  const relay = (...bodies: readonly Uint8Array[]) =>
    intruder.bulk("commands", (w) => w.list(bodies, (item, body) => item.bytes(body)));
  const { good, stranger } = commands;
  const forged = {
    ...good,
    signatures: good.signatures.map((s) => ({ ...s, signature: flipped(s.signature) })),
  };
  const unsigned = { ...good, signatures: [] };
  const fine = entry(bodyOf(good));
  const lies: readonly (readonly [string, string | undefined, Frame])[] = [
    ["a good command", undefined, append(fine)],
    ["a client's forged signature", "bad_signature", append(entry(bodyOf(forged)))],
    ["a command without its signatures", "signers_mismatch", append(entry(bodyOf(unsigned)))],
    ["another epoch inside", "wrong_epoch", append(entry(bodyOf(good), { epoch: 1 as never }))],
    ["a gap", "bad_chain", append(entry(bodyOf(good), { index: (last.index + 2) as never }))],
    ["an election that is none", "malformed", append(entry(new Uint8Array(9), { kind: "election" }))],
    ["a relayed forgery", "bad_signature", relay(bodyOf(forged))],
    ["a relayed forgery beside a good command", undefined, relay(bodyOf(forged), bodyOf(good))],
    ["a stranger's command", undefined, relay(bodyOf(stranger))],
    ["a command that is none", "command_malformed", relay(new Uint8Array(40))],
    ["no command", undefined, relay()],
    ["too many commands", "malformed", relay(...Array.from({ length: 2049 }, () => bodyOf(good)))],
    ["commands beyond the limit of their kind", "too_large", relay(new Uint8Array(5 << 20))],
  ];
  const unchained = append(fine, { ...fine, index: (fine.index + 1) as never });
  return [
    ...lies.map(([name, code, frame]) => ({ name, code, bytes: encodeFrame(frame) })),
    { name: "entries that do not follow", code: "bad_chain", bytes: encodeFrame(unchained) },
    { name: "a count that lies", code: "malformed", bytes: encodeFrame(lyingCount(intruder, 2 ** 32 - 1)) },
    { name: "nothing at all", code: "malformed", bytes: new Uint8Array(0) },
    { name: "one byte", code: "malformed", bytes: Uint8Array.of(1) },
  ];
}

const lyingCount = (intruder: Intruder, count: number): Frame =>
  intruder.bulk("commands", (w: Writer) => w.u32(count));
