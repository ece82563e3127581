// Every reader of bytes from outside, and what it promises whatever the bytes are: it never throws, it
// takes a binary form only if that is the one spelling of what it says (E1–E6), and it takes no text that
// means something else to another reader.

import { assert, canonicalText, equalBytes, type Json, parseJson, parseUtf8, utf8 } from "@juno/base";
import { ledgerContext, parseCommandBody, parsePayload, parseTime, renderTime } from "@juno/ledger";
import {
  commandId,
  decodeAck,
  decodeCertificate,
  decodeCommand,
  decodeCommitProof,
  decodePreVote,
  decodeRedactedBody,
  decodeTermCertificate,
  decodeVote,
  encodeAck,
  encodeCertificate,
  encodeCommand,
  encodeCommitProof,
  encodePreVote,
  encodeRedactedBody,
  encodeTermCertificate,
  encodeVote,
  parseGenesis,
} from "@juno/proof";
import { sha256 } from "@juno/simulator";
import { apiTargets } from "./api-targets.ts";
import type { Target } from "./campaign.ts";
import { form, text } from "./form.ts";
import { governanceTargets } from "./governance-targets.ts";
import { keptTargets } from "./kept-targets.ts";
import { ledgerTargets } from "./ledger-targets.ts";
import { messageTarget } from "./message-target.ts";
import { spoilText } from "./spoil.ts";
import { bytesOf, commandBody, encodingVectors, ledgerVectors } from "./vectors.ts";
import { wireTargets } from "./wire-targets.ts";

function forms(): Target[] {
  const { statements, certificates, termCertificate, commitProof, commands } = encodingVectors();
  const bodies = (tag: string) => statements.filter((s) => s.tag === tag).map((s) => bytesOf(s.body));
  return [
    form("prevote", bodies("prevote"), { decode: decodePreVote, encode: encodePreVote }),
    form("vote", bodies("vote"), { decode: decodeVote, encode: encodeVote }),
    form("ack", bodies("ack"), { decode: decodeAck, encode: encodeAck }),
    form(
      "certificate",
      certificates.map(({ bytes }) => bytesOf(bytes)),
      { decode: decodeCertificate, encode: encodeCertificate },
    ),
    form("term-certificate", [bytesOf(termCertificate.bytes)], {
      decode: decodeTermCertificate,
      encode: encodeTermCertificate,
    }),
    form("commit-proof", [bytesOf(commitProof.bytes)], {
      decode: decodeCommitProof,
      encode: encodeCommitProof,
    }),
    form(
      "command",
      commands.vectors.map(({ body }) => bytesOf(body)),
      { decode: decodeCommand, encode: encodeCommand },
    ),
    form(
      "redacted-body",
      [encodeRedactedBody({ id: sha256(new Uint8Array(1)), signaturesHash: sha256(new Uint8Array(2)) })],
      {
        decode: decodeRedactedBody,
        encode: encodeRedactedBody,
      },
    ),
  ];
}

const JSON_LIMITS = { bytesMax: 1_000_000 };

/** A value as the host's own reader has it, spelled alike. */
function hostSpelling(value: unknown): string {
  const json = (part: unknown): Json => {
    if (part === null || typeof part !== "object") return part as Json;
    if (Array.isArray(part)) return part.map(json);
    return new Map(Object.entries(part).map(([name, member]) => [name, json(member)]));
  };
  return canonicalText(json(value));
}

/** C1, C2: what is taken means the same to every other reader of JSON. */
function readJsonText(bytes: Uint8Array): boolean {
  const parsed = parseJson(bytes, JSON_LIMITS);
  if (!parsed.ok) return false;
  const spelled = canonicalText(parsed.value);
  assert(hostSpelling(JSON.parse(parseUtf8(bytes)!)) === spelled, "all readers of JSON read the same");
  const again = parseJson(utf8(spelled), JSON_LIMITS);
  assert(again.ok && canonicalText(again.value) === spelled, "the canonical text is its own");
  return true;
}

function readTime(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes);
  const ms = spelling === undefined ? undefined : parseTime(spelling);
  if (ms === undefined) return false;
  assert(renderTime(ms) === spelling, "an instant has one spelling");
  return true;
}

function texts(): Target[] {
  const { genesis, entries } = ledgerVectors();
  const parsed = parseGenesis(sha256, utf8(genesis));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const context = ledgerContext({ sha256, genesis: parsed.value });
  const payloads = entries.map(({ payload }) => payload);
  return [
    text("json", [genesis, ...payloads, ...entries.map(({ receipt }) => receipt)], readJsonText),
    text("payload", payloads, (bytes) => {
      const payload = parsePayload(context, bytes);
      if (payload.ok)
        assert(equalBytes(payload.value.id, commandId(sha256, bytes)), "an id is its payload's");
      return payload.ok;
    }),
    {
      name: "command-body",
      samples: payloads.map(commandBody),
      spoil: spoilText,
      read: (bytes) => parseCommandBody(context, bytes).ok,
    },
    text("genesis", [genesis], (bytes) => parseGenesis(sha256, bytes).ok),
    text("time", ["2026-01-31T12:00:00.000Z", "1970-01-01T00:00:00.000Z"], readTime),
  ];
}

/** Makes every target anew. */
export function allTargets(): Target[] {
  const messages = messageTarget();
  return [
    ...forms(),
    ...wireTargets(messages.samples),
    ...texts(),
    ...ledgerTargets(),
    ...governanceTargets(),
    ...apiTargets(),
    ...keptTargets(),
    messages,
  ];
}
