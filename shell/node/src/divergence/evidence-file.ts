// What a node found when it left, and in whose words, as a file for people and for whoever re-admits it (V16). Words prove
// themselves; nothing else in it is believed.

import { readFileSync } from "node:fs";
import { checkShape, DIVERGENCE_FORMAT, type DivergenceJson, DivergenceSchema } from "@juno/api";
import { assert, type Hash, hex, NodeId, parseHex } from "@juno/base";
import type { SignedStatement } from "@juno/proof";
import type { Departure } from "@juno/runtime";
import { jsonIn } from "../archive/manifest.ts";

export const EVIDENCE_FILE = "evidence.json";
const FILE_BYTES_MAX = 16 * 1024 * 1024;

export type KeptEvidenceFile = {
  readonly reason: string;
  readonly of: "outcome" | "snapshot" | undefined;
  readonly index: number;
  readonly words: readonly SignedStatement[];
};

export function evidenceText(
  { mode, reason, index, found }: Departure,
  { network, node }: { readonly network: Hash; readonly node: NodeId },
): string {
  const said = found && {
    of: found.of,
    own: hex(found.own),
    ...(found.theirs === undefined ? {} : { theirs: hex(found.theirs) }),
  };
  const words = (found?.words ?? []).map(({ voter, body, signature }) => {
    return { voter, body: hex(body), signature: hex(signature) };
  });
  assert(mode === "readOnly" || mode === "halted", "only who leaves or halts leaves something behind");
  const about = { network: hex(network), node, mode, reason, index };
  const document: DivergenceJson = { format: DIVERGENCE_FORMAT, ...about, ...said, words };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Undefined for what is no such file. */
export function readEvidenceFile(path: string): KeptEvidenceFile | undefined {
  const text = textOf(path);
  const checked = text === undefined ? undefined : checkShape(DivergenceSchema, jsonIn(text));
  if (checked === undefined || !checked.ok) return undefined;
  const { reason, of, index, words } = checked.value;
  const bytesOf = (digits: string) => Uint8Array.from(parseHex(digits) ?? []);
  const statements = words.map(({ voter, body, signature }) => {
    return { voter: NodeId(voter), body: bytesOf(body), signature: bytesOf(signature) };
  });
  return { reason, of, index, words: statements };
}

function textOf(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length > FILE_BYTES_MAX ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}
