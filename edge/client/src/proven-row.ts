// A row that is believed by proof and not on a node's word: as of a checkpoint that f+1 voters attest
// (E43). How old that may be is the reader's to say, since a proof shows what was, never what is.

import { renderProvenRow, rowFileOf } from "@juno/api";
import { hex, parseUtf8 } from "@juno/base";
import { type KnownEpochs, type ProvenRow, verifyRow } from "@juno/proof";
import { JunoError } from "./juno-error.ts";
import type { NodeReads, RowPlace } from "./node-reads.ts";
import { type BeliefContext, verifyWith } from "./outcome.ts";

export type ProvenRead = {
  /** The row, parsed; undefined where there was none. */
  readonly value: unknown;
  /** The checkpoint's entry. */
  readonly index: number;
  /** Milliseconds since 1970, of that entry: the row was so then. */
  readonly time: number;
  /** Keep it: it convinces anyone who has the genesis. */
  readonly proof: ProvenRow;
};

export type ProvenReadParts = {
  readonly reads: NodeReads;
  readonly belief: BeliefContext;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

const INDENT = 2;

/** Asks one node after another; rejects with the JunoError of the last that had nothing to believe. */
export async function readProven(
  parts: ProvenReadParts,
  place: RowPlace,
  maxAgeMs: number,
): Promise<ProvenRead> {
  const { reads, belief, clock } = parts;
  let failed = new JunoError("unreachable", "No node answers.");
  for (const node of reads.nodesInTurn()) {
    try {
      const proof = await reads.provenRowFrom(node, place);
      const believed = await verifyWith(belief, (judging) => verifyRow(judging, proof));
      if (!believed.ok) throw new JunoError("bad_proof", `${node.url}: ${believed.error.detail}`);
      const { index, time } = proof.checkpoint.header;
      const ageMs = clock() - time;
      if (ageMs <= maxAgeMs) return { value: parsedRow(proof.row), index, time, proof };
      const detail = `${node.url} proves the row as of ${ageMs} ms ago; at most ${maxAgeMs} ms are accepted.`;
      throw new JunoError("stale_proof", detail, { retryable: true });
    } catch (error) {
      if (!(error instanceof JunoError)) throw error;
      failed = error;
    }
  }
  throw failed;
}

/** E48: what to keep of a proof, and to show to others. */
export function rowFileText(epochs: KnownEpochs, proof: ProvenRow): string {
  const form = rowFileOf(epochs, renderProvenRow(proof, hex));
  if (!form.ok) throw new JunoError("bad_proof", form.error.detail);
  return `${JSON.stringify(form.value, undefined, INDENT)}\n`;
}

const parsedRow = (row: Uint8Array | undefined): unknown => row && JSON.parse(parseUtf8(row)!);
