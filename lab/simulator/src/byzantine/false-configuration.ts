// A leader that ends an epoch as it likes (E55): with a configuration that too few have approved, or too few are ready for,
// or that former administrators have signed; with two of them; or that goes on above one (S12). Or it keeps one from all.

import { concatBytes, decodeWith, Hash, LogIndex } from "@juno/base";
import { describeEntry, encodeAppendAttachment, type Frame } from "@juno/consensus";
import {
  actId,
  type BareEntry,
  type ConfigBody,
  decodeAppendBody,
  decodeConfigBody,
  type Entry,
  encodeAppendBody,
  encodeConfigBody,
  type Point,
  parseConfigurationAct,
  readCertificate,
  readEntry,
  votersOf,
} from "@juno/proof";
import { quorumIn } from "../checkers/quorum.ts";
import { administrators, approvedBy, configurationDocument, generationOf } from "../members.ts";
import { type Letter, type Liar, type Lie, signedFrame } from "./liar.ts";

const ENTRIES_MAX = 8192;
const BODY_BYTES_MAX = 1 << 20;
const LONG_MS = 3_600_000;

type Spoil = (body: ConfigBody, liar: Liar) => ConfigBody;

const SPOILS: readonly Spoil[] = [
  (body) => ({ ...body, approvals: body.approvals.slice(1) }),
  (body) => ({
    ...body,
    approvals: body.approvals.map((one) => ({ ...one, signature: flipped(one.signature) })),
  }),
  (body, liar) => ({ ...body, ready: body.ready.slice(0, neededFor(liar, body) - 1) }),
  (body, liar) => ({
    ...body,
    ready: body.ready
      .slice(0, neededFor(liar, body))
      .map((one, at) => (at === 0 ? { ...one, signature: flipped(one.signature) } : one)),
  }),
];

const flipped = (signature: Uint8Array): Uint8Array =>
  concatBytes(new Uint8Array([signature[0]! ^ 1]), signature.subarray(1));

function neededFor({ context }: Liar, { document }: ConfigBody): number {
  const act = parseConfigurationAct(context.sha256, document);
  return act.ok ? quorumIn(votersOf(act.value).length) : 1;
}

/** What administrators of before have approved, and one of those who are it now. */
function invented(liar: Liar): Uint8Array {
  const { configuration, context, prng, now } = liar;
  const generation = generationOf(configuration.admin);
  const document = configurationDocument({
    ...{ epoch: configuration.epoch + 1, members: configuration.members, admin: administrators(generation) },
    ...{ expires: now().wallMs + LONG_MS, nonce: prng.u32() },
  });
  const act = actId(context.sha256, document);
  const { network } = context.electorate;
  const approvals =
    generation > 0 && prng.chance(2, 3)
      ? approvedBy(network, act, { generation: generation - 1 })
      : approvedBy(network, act, { generation, count: 1 });
  // Honest nodes say that they are ready for whatever they are asked about: it binds nobody.
  return encodeConfigBody({ document, approvals, ready: liar.ready(document) });
}

/** In place of an entry: a configuration, or the true one and something above it. */
function replaced(liar: Liar, entry: BareEntry): BareEntry[] {
  const { prng } = liar;
  const config = (body: Uint8Array): BareEntry => ({ ...entry, kind: "config", body });
  if (entry.kind !== "config") return [config(invented(liar))];
  const body = decodeConfigBody(entry.body);
  if (!body.ok) return [entry];
  if (prng.chance(1, 3))
    return [entry, { ...entry, kind: "command", body: liar.commandInPlaceOf(entry.body, 0) }];
  const rival = liar.approved().find((other) => Buffer.compare(other, entry.body) !== 0);
  if (rival !== undefined && prng.chance(1, 2)) return [config(rival)];
  return [config(encodeConfigBody(prng.pick(SPOILS)(body.value, liar)))];
}

export const falseConfiguration: Lie = (liar) => {
  const { prng } = liar;
  /** What all are told in place of a frame: only what a quorum may store can be committed. */
  const toldAll = new WeakMap<Frame, Frame>();
  return {
    outgoing: (letter) => {
      const { to, frame } = letter;
      if (frame.kind !== "append-entries") return [letter];
      const told = toldAll.get(frame) ?? lieIn(liar, frame) ?? frame;
      // Some are told the truth: then two configurations stand at one place.
      if (prng.chance(3, 4)) toldAll.set(frame, told);
      return told === frame ? [letter] : [{ to, frame: told }];
    },
  };
};

function lieIn(liar: Liar, frame: Frame): Frame | undefined {
  const body = decodeAppendBody(frame.body);
  const attached = entriesIn(frame);
  if (!body.ok || attached === undefined) return undefined;
  const at = attached.entries.findIndex(({ kind }) => kind === "config" || liar.prng.chance(1, 10));
  const chosen = attached.entries[at];
  if (chosen === undefined || chosen.kind === "election") return undefined;
  let last: Point = body.value.previous;
  const entries: Entry[] = [];
  for (const bare of [...attached.entries.slice(0, at), ...replaced(liar, chosen)]) {
    const entry = describeEntry(liar.context, Hash(last.hash), { ...bare, index: LogIndex(last.index + 1) });
    if (!entry.ok) return undefined;
    entries.push(entry.value);
    last = entry.value;
  }
  const lie = encodeAppendBody({ ...body.value, last: { index: last.index, hash: last.hash } });
  const attachment = encodeAppendAttachment(entries, attached.certificate);
  return signedFrame(liar, { kind: "append-entries", body: lie, attachment });
}

function entriesIn(frame: Frame) {
  const attached = decodeWith(frame.attachment, (r) => ({
    entries: r.list(ENTRIES_MAX, (item) => readEntry(item, BODY_BYTES_MAX)),
    certificate: r.option(readCertificate),
  }));
  return attached.ok ? attached.value : undefined;
}

/** Leads as if the administrators had said nothing. */
export const holdConfigurations: Lie = () => ({
  outgoing: (letter: Letter) => {
    if (letter.frame.kind !== "append-entries") return [letter];
    const isHeld = entriesIn(letter.frame)?.entries.some(({ kind }) => kind === "config");
    return isHeld ? [] : [letter];
  },
});
