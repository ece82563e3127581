// Receipts as files (E35): fetched from nodes, and believed with the genesis alone, without a network.
// What is fetched passes the same verification as a file of unknown origin before it is handed out, so
// that no file is ever kept which somebody else would refuse.

import {
  CommandStateSchema,
  checkShape,
  isCanonicalReceipt,
  OutcomeProofSchema,
  parseReceiptFile,
  receiptFileOf,
} from "@juno/api";
import { hex, type Refusal, type Result, refuse, utf8 } from "@juno/base";
import { JunoError } from "./juno-error.ts";
import { badReply } from "./node-exchange.ts";
import type { NodeReads } from "./node-reads.ts";
import type { NodeState } from "./node-set.ts";
import { type BeliefContext, believeProof, inKnownEpoch, type Outcome } from "./outcome.ts";

/** `file` is the text of the receipt file; `pending` says when it is polite to ask again. */
export type FetchedReceipt =
  | { readonly state: "proved"; readonly file: string; readonly outcome: Outcome }
  | { readonly state: "pending"; readonly retryAfterMs: number };

/** Bounds of what a node may wish; the wish is not signed. */
const RETRY_MS = { min: 100, default: 1_000, max: 10_000 };
const INDENT = 2;

/** E35: believes a receipt file, or gives the first reason why not. */
export async function verifyReceiptFile(
  context: BeliefContext,
  bytes: Uint8Array,
): Promise<Result<Outcome, Refusal>> {
  const proof = await inKnownEpoch(context, () => parseReceiptFile(context.epochs, bytes));
  if (!proof.ok) return proof;
  const believed = await believeProof(context, hex(proof.value.commandId), proof.value);
  if (!believed.ok || isCanonicalReceipt(proof.value.receipt)) return believed;
  return refuse("bad_proof", "the receipt is not canonical JSON");
}

async function receiptFrom(
  from: { readonly reads: NodeReads; readonly node: NodeState },
  context: BeliefContext,
  id: string,
): Promise<FetchedReceipt> {
  const { reads, node } = from;
  const { status, json, retryAfterMs = RETRY_MS.default } = await reads.answerOf(node, "receipt", { id });
  if (status !== 200) {
    const state = checkShape(CommandStateSchema, json);
    if (!state.ok) throw badReply(node, state.error.detail);
    const waitMs = Math.max(RETRY_MS.min, Math.min(retryAfterMs, RETRY_MS.max));
    return { state: "pending", retryAfterMs: waitMs };
  }
  const proof = checkShape(OutcomeProofSchema, json);
  if (!proof.ok) throw badReply(node, proof.error.detail);
  const form = await inKnownEpoch(context, () => receiptFileOf(context.epochs, proof.value));
  if (!form.ok) throw new JunoError("bad_proof", `${node.url}: ${form.error.detail}`);
  const file = `${JSON.stringify(form.value, undefined, INDENT)}\n`;
  const believed = await verifyReceiptFile(context, utf8(file));
  if (!believed.ok) throw new JunoError("bad_proof", `${node.url}: ${believed.error.detail}`);
  if (believed.value.id !== id) throw badReply(node, "it speaks of another command");
  return { state: "proved", file, outcome: believed.value };
}

/** Asks one node after another for a proof; one that has none yet counts for more than one that refuses. */
export async function fetchReceiptFile(
  reads: NodeReads,
  context: BeliefContext,
  id: string,
): Promise<FetchedReceipt> {
  let pending: FetchedReceipt | undefined;
  let refusal: JunoError | undefined;
  for (const node of reads.nodesInTurn()) {
    try {
      const fetched = await receiptFrom({ reads, node }, context, id);
      if (fetched.state === "proved") return fetched;
      pending = fetched;
    } catch (error) {
      if (!(error instanceof JunoError)) throw error;
      // What a node says of the command is worth more than that another does not answer.
      if (refusal?.problem === undefined) refusal = error;
    }
  }
  if (pending !== undefined) return pending;
  throw refusal ?? new JunoError("unreachable", "No node answers.");
}
