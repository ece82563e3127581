import { hash } from "node:crypto";
import { Epoch, Hash, hex, LogIndex, Term, utf8 } from "@juno/base";
import {
  type AppliedEntry,
  chainEntry,
  type EntryKind,
  encodeCommand,
  encodeRedactedBody,
  redactedParts,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import { parseEntry, parseEntryProof, renderEntry, renderEntryProof } from "./entry-json.ts";

const sha256 = (bytes: Uint8Array) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));
const previousHash = sha256(utf8("before"));
const signatures = [{ key: new Uint8Array(32).fill(1), signature: new Uint8Array(64).fill(2) }];

function appliedEntry(kind: EntryKind, body: Uint8Array): AppliedEntry {
  const header = { epoch: Epoch(0), index: LogIndex(7), term: Term(3), time: 5, kind };
  const entry = chainEntry(sha256, previousHash, { ...header, body });
  if (!entry.ok) throw new Error(entry.error.detail);
  return { entry: entry.value, previousHash, receipt: utf8('{"a":"ü"}') };
}

const command = appliedEntry("command", encodeCommand({ payload: utf8('{"x":"\u{1f600}"}'), signatures }));
const noText = appliedEntry("command", encodeCommand({ payload: new Uint8Array([0xff, 0xfe]), signatures }));
const election = appliedEntry("election", new Uint8Array([1, 2, 3]));

const tools = { sha256, hex };
const through = (applied: AppliedEntry): unknown => JSON.parse(JSON.stringify(renderEntry(tools, applied)));

describe("entries as JSON", () => {
  it("are exact both ways, whatever their kind and payload (A18)", () => {
    for (const applied of [command, noText, election]) {
      expect(parseEntry(sha256, through(applied))).toEqual({ ok: true, value: applied });
    }
    expect(through(command)).toHaveProperty("command.payload", '{"x":"\u{1f600}"}');
    expect(through(noText)).toHaveProperty("body");
  });

  it("are refused when what is shown does not hash to what is claimed (A18)", () => {
    const json = renderEntry(tools, command);
    const changed: unknown[] = [
      { ...json, index: 8 },
      { ...json, term: 4 },
      { ...json, time: 6 },
      { ...json, epoch: 1 },
      { ...json, kind: "config" },
      { ...json, previousHash: json.hash },
      { ...json, hash: json.previousHash },
      { ...json, commandId: json.hash },
      { ...json, command: { ...json.command, payload: '{"x":"y"}' } },
      { ...json, body: "00" },
      { ...renderEntry(tools, election), body: "0102" },
      { ...renderEntry(tools, election), commandId: json.commandId },
      { ...renderEntry(tools, election), command: json.command, body: undefined },
    ];
    for (const value of changed) {
      expect(parseEntry(sha256, JSON.parse(JSON.stringify(value)))).toMatchObject({ ok: false });
    }
  });

  it("show what remains of a command whose payload was redacted, and nothing that it could be taken for (P12)", () => {
    const parts = redactedParts(sha256, command.entry.body);
    if (!parts.ok) throw new Error(parts.error.detail);
    const body = encodeRedactedBody(parts.value);
    const redacted: AppliedEntry = { ...command, entry: { ...command.entry, body } };
    const json = renderEntry(tools, redacted);
    expect(json).toMatchObject({
      commandId: hex(parts.value.id),
      signaturesHash: hex(parts.value.signaturesHash),
    });
    expect([json.command, json.body]).toEqual([undefined, undefined]);
    expect(parseEntry(sha256, through(redacted))).toEqual({ ok: true, value: redacted });
    const { signaturesHash: _, commandId: __, ...bare } = json;
    const changed: unknown[] = [
      { ...json, commandId: json.hash },
      { ...json, signaturesHash: json.hash },
      { ...json, commandId: undefined },
      { ...json, command: renderEntry(tools, command).command },
      { ...json, kind: "election" },
      { ...bare, body: hex(body) },
    ];
    for (const value of changed) {
      expect(parseEntry(sha256, JSON.parse(JSON.stringify(value)))).toMatchObject({ ok: false });
    }
  });

  it("come with proofs that are exact both ways (A18)", () => {
    const { body: _, hash: committed, ...header } = command.entry;
    const statement = { voter: 1 as never, body: new Uint8Array(140), signature: new Uint8Array(64) };
    const commit = { term: Term(3), index: LogIndex(7), hash: committed, headers: [], acks: [statement] };
    const proof = { header, previousHash, through: [{ ...header, index: LogIndex(8) }], commit };
    const json: unknown = JSON.parse(JSON.stringify(renderEntryProof(proof, hex)));
    expect(parseEntryProof(json)).toEqual({ ok: true, value: proof });
    expect(parseEntryProof({ ...(json as object), commit: "00" })).toMatchObject({ ok: false });
  });
});
