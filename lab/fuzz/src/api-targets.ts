// What comes over HTTP: bodies of requests, as a node reads them; and replies, as a client reads them from
// a node that may lie. What a client takes for proved is what was proved: nobody spoils a proof unnoticed.

import {
  CommandStateSchema,
  checkShape,
  EventReader,
  OutcomeProofSchema,
  outcomeProofOf,
  parseEntry,
  parseEntryProof,
  parseIndex,
  parseOutcomeProof,
  parseSignature,
  parseSignedCommand,
  QueryBodySchema,
  type ReceivedEvent,
  renderEntry,
  renderEntryProof,
  renderSignature,
  renderSignedCommand,
  SimulateBodySchema,
  SubmitBodySchema,
} from "@juno/api";
import {
  assert,
  Epoch,
  equalBytes,
  Hash,
  hex,
  LogIndex,
  NodeId,
  parseJson,
  parseUtf8,
  Term,
  utf8,
} from "@juno/base";
import { duplicateMember } from "@juno/node";
import {
  chainEntry,
  decodeCommitProof,
  type EntryKind,
  parseSignedRead,
  renderSignedRead,
} from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { text } from "./form.ts";
import { bytesOf, commandBody, encodingVectors, ledgerVectors, outcomeProofText } from "./vectors.ts";

const JSON_LIMITS = { bytesMax: 1_000_000 };

/** As HTTP servers and clients read it; undefined if it is none. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(parseUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
}

/** A18: whatever has the shape of a proof is read or refused, and both ways to read it agree. */
function readOutcomeProof(bytes: Uint8Array): boolean {
  const json = jsonIn(bytes);
  const shape = checkShape(OutcomeProofSchema, json);
  const taken = shape.ok && outcomeProofOf(shape.value).ok;
  assert(parseOutcomeProof(json).ok === taken, "one proof is read in one way");
  return taken;
}

function eventsOf(pieces: readonly string[]): ReceivedEvent[] {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.read(piece) ?? []);
}

/** A17: the events of a stream do not depend on the pieces in which it arrives. */
function readEvents(bytes: Uint8Array): boolean {
  const stream = new TextDecoder().decode(bytes);
  const whole = eventsOf([stream]);
  const cut = eventsOf([...stream]);
  assert(JSON.stringify(whole) === JSON.stringify(cut), "pieces do not matter");
  return whole.length > 0;
}

/** A1: what the body of a POST holds is what its signatures are over, to the byte. */
function readSubmitBody(bytes: Uint8Array): boolean {
  const shape = checkShape(SubmitBodySchema, jsonIn(bytes));
  if (!shape.ok) return false;
  const commands = Array.isArray(shape.value) ? shape.value : [shape.value];
  return commands.every((json) => {
    const command = parseSignedCommand(json);
    if (!command.ok) return false;
    const again = renderSignedCommand(command.value, hex);
    assert(JSON.stringify(again) === JSON.stringify(json), "a command is shown as it was sent");
    return true;
  });
}

/** A body that the contract's own reader takes has no member twice, to the server's eye either. */
function readMembers(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes);
  if (spelling === undefined || jsonIn(bytes) === undefined) return false;
  const isTwice = duplicateMember(spelling) !== undefined;
  assert(!(isTwice && parseJson(bytes, JSON_LIMITS).ok), "both see a member that stands twice");
  return !isTwice;
}

/** A18: an entry that is taken is the one that was shown. */
function readEntryJson(bytes: Uint8Array): boolean {
  const entry = parseEntry(sha256, jsonIn(bytes));
  if (!entry.ok) return false;
  const again = parseEntry(sha256, renderEntry({ sha256, hex }, entry.value));
  assert(again.ok && equalBytes(again.value.entry.hash, entry.value.entry.hash), "it hashes to one hash");
  return true;
}

function readEntryProofJson(bytes: Uint8Array): boolean {
  const proof = parseEntryProof(jsonIn(bytes));
  if (!proof.ok) return false;
  const again = parseEntryProof(renderEntryProof(proof.value, hex));
  assert(again.ok, "what was read is written and read again");
  return true;
}

function readSignature(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes) ?? "";
  const parsed = parseSignature(spelling);
  if (parsed === undefined) return false;
  const render = renderSignature({ node: parsed.node, sign: () => parsed.signature, hex });
  assert(render(new Uint8Array(0)) === spelling, "a signature has one spelling");
  return true;
}

function readSignedRead(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes) ?? "";
  const parsed = parseSignedRead(spelling);
  assert(parsed === undefined || renderSignedRead(parsed) === spelling, "a signed read has one spelling");
  return parsed !== undefined;
}

function readIndex(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes) ?? "";
  const index = parseIndex(spelling);
  assert(index === undefined || String(index) === spelling, "an index has one spelling");
  return index !== undefined;
}

/** Entries of every kind as a node shows them, and a proof of one. */
function entrySamples(): { entries: string[]; proof: string } {
  const { entries } = ledgerVectors();
  const chained = (kind: EntryKind, body: Uint8Array, receipt: string) => {
    const head = { epoch: Epoch(0), index: LogIndex(1), term: Term(1), time: 1_700_000_000_000 };
    const previousHash = Hash(new Uint8Array(32));
    const entry = chainEntry(sha256, previousHash, { ...head, kind, body });
    if (!entry.ok) throw new Error(entry.error.detail);
    return { entry: entry.value, previousHash, receipt: utf8(receipt) };
  };
  const [first] = entries;
  const election = bytesOf(encodingVectors().certificates[0]!.bytes);
  const applied = [
    chained("command", commandBody(first!.payload), first!.receipt),
    chained("election", election, '{"index":1,"kind":"election"}'),
  ];
  const commit = decodeCommitProof(bytesOf(encodingVectors().commitProof.bytes));
  if (!commit.ok) throw new Error(commit.error.detail);
  const [{ entry, previousHash }] = applied as [(typeof applied)[0]];
  const { body: _, hash: __, ...header } = entry;
  const proof = { header: { ...header, bodyDigest: previousHash }, previousHash, through: [] };
  return {
    entries: applied.map((one) => JSON.stringify(renderEntry({ sha256, hex }, one))),
    proof: JSON.stringify(renderEntryProof({ ...proof, commit: commit.value }, hex)),
  };
}

/** Bodies of POSTs: one command, and several. */
function submitBodies(): string[] {
  const commands = ledgerVectors().entries.flatMap(({ payload }) => {
    const { signers } = JSON.parse(payload) as { signers: readonly { readonly key: string }[] };
    if (signers.length === 0) return [];
    const signatures = signers.map(({ key }) => ({ key, signature: "0".repeat(128) }));
    return [{ payload, signatures }];
  });
  return [JSON.stringify(commands[0]), JSON.stringify(commands.slice(0, 3))];
}

const shaped = (name: string, samples: readonly object[], schema: Parameters<typeof checkShape>[0]) =>
  text(
    name,
    samples.map((sample) => JSON.stringify(sample)),
    (bytes) => checkShape(schema, jsonIn(bytes)).ok,
  );

export function apiTargets(): Target[] {
  const { entries, proof } = entrySamples();
  const id = "0a".repeat(32);
  const outcome: unknown = JSON.parse(outcomeProofText());
  const asked = { module: "demo.accounts", query: "balance", args: { name: "till0" } };
  return [
    text("submit-body", submitBodies(), readSubmitBody),
    text("members", [...submitBodies(), ledgerVectors().genesis], readMembers),
    shaped("query-body", [asked, { ...asked, consistency: "linearizable" }], QueryBodySchema),
    shaped("simulate-body", [{ payload: ledgerVectors().entries[0]!.payload }], SimulateBodySchema),
    shaped(
      "command-state",
      [
        { id, state: "pending" },
        { id, state: "applied", status: "ok", index: 7, proof: outcome },
        { id, state: "expired", index: 7 },
      ],
      CommandStateSchema,
    ),
    text("outcome-proof", [outcomeProofText()], readOutcomeProof),
    text("entry", entries, readEntryJson),
    text("entry-proof", [proof], readEntryProofJson),
    text("signature", [`${NodeId(3)}:${"0a".repeat(64)}`], readSignature),
    text(
      "signed-read",
      [`${"0a".repeat(32)}:1700000000000:${"0b".repeat(64)}`, `${"0a".repeat(32)}:0:${"0b".repeat(64)}`],
      readSignedRead,
    ),
    text("index", ["0", "17", "9007199254740991"], readIndex),
    text("events", ['event: entry\nid: 7\nsignature: ab\ndata: {"index":7}\n\n: alive\n\n'], readEvents),
  ];
}
