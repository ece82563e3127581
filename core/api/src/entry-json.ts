// Log entries and the proof that one is committed, as JSON and back, exactly (A18). A reader rebuilds
// the body from what is shown and hashes it onto the chain, so a changed character is found.

import {
  Epoch,
  hex,
  isWellFormedText,
  LogIndex,
  ok,
  parseHex,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  Term,
  utf8,
} from "@juno/base";
import {
  type AppliedEntry,
  chainEntry,
  chainKeptEntry,
  commandId,
  decodeCommand,
  decodeCommitProof,
  decodeRedactedBody,
  type EntryHeader,
  type EntryProof,
  encodeCommand,
  encodeCommitProof,
  encodeRedactedBody,
  isRedacted,
} from "@juno/proof";
import { type Static, Type } from "typebox";
import { parseSignedCommand, renderSignedCommand, SignedCommandSchema } from "./command-json.ts";
import { PAGE_ITEMS_MAX } from "./limits.ts";
import { type Hex, hashOfHex } from "./outcome-json.ts";
import {
  CommandIdHex,
  EpochNumber,
  HashHex,
  LogIndexNumber,
  Strict,
  TermNumber,
  TimeNumber,
} from "./scalars.ts";
import { checkShape } from "./shape.ts";

const HexText = Type.String({ pattern: "^(?:[0-9a-f]{2})*$" });
const KindSchema = Type.Enum(["election", "command", "config"]);

export const EntrySchema = Type.Object(
  {
    index: LogIndexNumber,
    epoch: EpochNumber,
    term: TermNumber,
    time: TimeNumber,
    kind: KindSchema,
    hash: HashHex,
    previousHash: HashHex,
    commandId: Type.Optional(CommandIdHex),
    command: Type.Optional(SignedCommandSchema),
    signaturesHash: Type.Optional(HashHex),
    body: Type.Optional(HexText),
    receipt: Type.String({ description: "The receipt's canonical JSON; its exact bytes are what is hashed" }),
  },
  {
    ...Strict,
    $id: "Entry",
    description:
      "An applied log entry. Commands show `command`, other kinds the hex of their `body`. A command whose payload was redacted shows `signaturesHash` in its place",
  },
);
export type EntryJson = Static<typeof EntrySchema>;

export const EntryPageSchema = Type.Object(
  {
    entries: Type.Array(EntrySchema, { maxItems: PAGE_ITEMS_MAX }),
    applied: LogIndexNumber,
    next: Type.Optional(LogIndexNumber),
  },
  { ...Strict, description: "`next` is where the following page begins, if there is one by now" },
);
export type EntryPageJson = Static<typeof EntryPageSchema>;

export function renderEntry(tools: { sha256: Sha256; hex: Hex }, applied: AppliedEntry): EntryJson {
  const { entry, previousHash, receipt } = applied;
  const { index, epoch, term, time, kind } = entry;
  const head = { index, epoch, term, time, kind, hash: tools.hex(entry.hash) };
  const chain = { ...head, previousHash: tools.hex(previousHash) };
  const outcome = { receipt: parseUtf8(receipt)! };
  const redacted = isRedacted(entry) ? decodeRedactedBody(entry.body) : undefined;
  if (redacted?.ok) {
    const { id, signaturesHash } = redacted.value;
    return { ...chain, commandId: tools.hex(id), signaturesHash: tools.hex(signaturesHash), ...outcome };
  }
  const decoded = kind === "command" ? decodeCommand(entry.body) : undefined;
  const command = decoded?.ok ? renderSignedCommand(decoded.value, tools.hex) : undefined;
  if (!decoded?.ok || command === undefined) return { ...chain, body: tools.hex(entry.body), ...outcome };
  const id = commandId(tools.sha256, decoded.value.payload);
  return { ...chain, commandId: tools.hex(id), command, ...outcome };
}

function bodyOf(json: EntryJson): Result<Uint8Array, Refusal> {
  const { command: shown, body, signaturesHash } = json;
  if ([shown, body, signaturesHash].filter((one) => one !== undefined).length !== 1) {
    return refuse("malformed", "an entry shows its command, its body or what remains of one, and only that");
  }
  if (signaturesHash !== undefined) return redactedBodyOf(json, signaturesHash);
  if (json.body !== undefined) return ok(parseHex(json.body)!);
  if (json.kind !== "command") return refuse("malformed", "only a command entry shows a command");
  const command = parseSignedCommand(json.command!);
  return command.ok ? ok(encodeCommand(command.value)) : command;
}

/** E49 */
function redactedBodyOf({ kind, commandId: id }: EntryJson, signatures: string): Result<Uint8Array, Refusal> {
  if (kind !== "command" || id === undefined)
    return refuse("malformed", "only a command is redacted, and its id stays");
  return ok(encodeRedactedBody({ id: hashOfHex(id), signaturesHash: hashOfHex(signatures) }));
}

/** The entry in JSON of unknown origin, hashed onto `previousHash`; the receipt is not proved by it. */
export function parseEntry(sha256: Sha256, json: unknown): Result<AppliedEntry, Refusal> {
  const checked = checkShape(EntrySchema, json);
  if (!checked.ok) return checked;
  const { value } = checked;
  const body = bodyOf(value);
  if (!body.ok) return body;
  if (!isWellFormedText(value.receipt)) return refuse("malformed", "receipt has half of a surrogate pair");
  const previousHash = hashOfHex(value.previousHash);
  // What is shown as bytes of a body is a whole one.
  const chain = value.signaturesHash === undefined ? chainEntry : chainKeptEntry;
  const entry = chain(sha256, previousHash, {
    epoch: Epoch(value.epoch),
    index: LogIndex(value.index),
    term: Term(value.term),
    time: value.time,
    kind: value.kind,
    body: body.value,
  });
  if (!entry.ok) return entry;
  if (hex(entry.value.hash) !== value.hash) {
    return refuse("malformed", `entry ${value.index} does not hash to what it claims`);
  }
  if (value.command !== undefined) {
    const id = hex(commandId(sha256, utf8(value.command.payload)));
    if (id !== value.commandId) return refuse("malformed", `entry ${value.index} names another command id`);
  } else if (value.commandId !== undefined && value.signaturesHash === undefined) {
    return refuse("malformed", "an entry without a command names a command id");
  }
  return ok({ entry: entry.value, previousHash, receipt: utf8(value.receipt) });
}

export const HeaderSchema = Type.Object(
  {
    epoch: EpochNumber,
    index: LogIndexNumber,
    term: TermNumber,
    time: TimeNumber,
    kind: KindSchema,
    bodyDigest: HashHex,
  },
  Strict,
);

/** A commit proof stands at most so many entries above what it proves. */
const THROUGH_MAX = 20_000;

export const EntryProofSchema = Type.Object(
  {
    header: HeaderSchema,
    previousHash: HashHex,
    through: Type.Array(HeaderSchema, { maxItems: THROUGH_MAX }),
    commit: Type.String({
      pattern: "^(?:[0-9a-f]{2})*$",
      description: "The commit proof, encoded as spec/2-encoding.md says, hex",
    }),
  },
  {
    ...Strict,
    $id: "EntryProof",
    description: "The entry's hash, carried on through the headers, is what a quorum has committed",
  },
);
export type EntryProofJson = Static<typeof EntryProofSchema>;

export const renderHeader = (header: EntryHeader, asHex: Hex) => ({
  epoch: header.epoch,
  index: header.index,
  term: header.term,
  time: header.time,
  kind: header.kind,
  bodyDigest: asHex(header.bodyDigest),
});

export const headerOfJson = (json: Static<typeof HeaderSchema>): EntryHeader => ({
  epoch: Epoch(json.epoch),
  index: LogIndex(json.index),
  term: Term(json.term),
  time: json.time,
  kind: json.kind,
  bodyDigest: hashOfHex(json.bodyDigest),
});

export const renderEntryProof = (proof: EntryProof, asHex: Hex): EntryProofJson => ({
  header: renderHeader(proof.header, asHex),
  previousHash: asHex(proof.previousHash),
  through: proof.through.map((header) => renderHeader(header, asHex)),
  commit: asHex(encodeCommitProof(proof.commit)),
});

export function parseEntryProof(json: unknown): Result<EntryProof, Refusal> {
  const checked = checkShape(EntryProofSchema, json);
  if (!checked.ok) return checked;
  const { header, previousHash, through, commit } = checked.value;
  const decoded = decodeCommitProof(parseHex(commit)!);
  if (!decoded.ok) return decoded;
  return ok({
    header: headerOfJson(header),
    previousHash: hashOfHex(previousHash),
    through: through.map(headerOfJson),
    commit: decoded.value,
  });
}
