// No decoder is forgotten: whatever a door offers that reads bytes or texts stands in a target, or here with
// the reason why it need not.

import { readdirSync, readFileSync } from "node:fs";
import * as api from "@juno/api";
import * as base from "@juno/base";
import * as consensus from "@juno/consensus";
import * as ledger from "@juno/ledger";
import * as proof from "@juno/proof";
import { describe, expect, it } from "vitest";

const SOURCES = new URL("../src/", import.meta.url);
const READER = /^(?:decode|parse|read)[A-Z]/;

/** Readers of a part, which the targets of the whole drive. */
const WITHIN: Readonly<Record<string, string>> = {
  readCertificate: "decodeCertificate",
  readTermCertificate: "decodeTermCertificate",
  readCommitProof: "decodeCommitProof",
  readPosition: "decodeVote",
  readPoint: "decodeAppendBody",
  readEntry: "readFetchReply",
  readEntryHeader: "decodeEvidence",
  readStatement: "decodeCertificate",
  readPolicy: "parseGenesis",
  readJson: "parseGenesis",
  parseJsonText: "parseJson",
  parseHex: "parseSignedCommand",
  parseCommand: "parseCommandBody",
  decodeCommon: "messageTarget",
  readRecollection: "messageTarget",
  readWord: "messageTarget",
  decodeSnapshotStatement: "messageTarget",
  readEpochLink: "decodeEpochLink",
  readActHead: "parseConfigurationAct",
  readConfiguration: "parseConfigurationAct",
  readClient: "parseGenesis",
  parseProvenRow: "parseRowFile",
};

const written = readdirSync(SOURCES)
  .map((name) => readFileSync(new URL(name, SOURCES), "utf8"))
  .join("\n");
const isUsed = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(written);

describe("the targets", () => {
  const readers = [api, base, consensus, ledger, proof].flatMap((door) =>
    Object.keys(door).filter((name) => READER.test(name)),
  );

  it("are asked about all doors", () => {
    expect(readers.length).toBeGreaterThan(30);
  });

  it.each(readers)("drive %s", (name) => {
    const whole = WITHIN[name];
    expect(isUsed(name) || (whole !== undefined && isUsed(whole))).toBe(true);
  });

  it("are excused only where there is something to excuse", () => {
    for (const name of Object.keys(WITHIN)) expect(readers).toContain(name);
  });
});
