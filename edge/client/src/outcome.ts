// From a proof that some node shows to an outcome that is believed (A12): f+1 voters attest it, it is
// the outcome of this very command, and what it says is read from the attested receipt alone.

import {
  type CommandReceiptJson,
  CommandReceiptSchema,
  checkShape,
  type OutcomeProofJson,
  outcomeProofOf,
} from "@juno/api";
import {
  hex,
  ok,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
} from "@juno/base";
import { type Epochs, type OutcomeProof, type ProofContext, verifyOutcome } from "@juno/proof";
import type { Verdict } from "./client-crypto.ts";
import type { EpochLearner } from "./epoch-learner.ts";

/** How a command ended. `failed` and `rejected` changed nothing beyond what the receipt says. */
export type Outcome = {
  /** The command's id, lower-case hex. */
  readonly id: string;
  readonly status: "ok" | "failed" | "rejected" | "expired";
  readonly index: number;
  /** Milliseconds since 1970, of the entry. */
  readonly time: number;
  readonly receipt: CommandReceiptJson;
  /** Keep it: it convinces anyone who has the genesis. */
  readonly proof: OutcomeProof;
};

/** What is known of a command: proved, or one node's word. */
export type Fate =
  | { readonly state: "unknown" | "pending" }
  /** `redactedBy` is one node's word: the entry that ordered the payload out of the log. */
  | { readonly state: "final"; readonly outcome: Outcome; readonly redactedBy?: number }
  /** One node's word: it expired before it entered the log. */
  | { readonly state: "expired" };

export type BeliefContext = {
  readonly epochs: Epochs;
  /** Where later epochs are learned; who is offline has what it has. */
  readonly learner?: EpochLearner;
  readonly sha256: Sha256;
  readonly verify: (check: SignatureCheck) => Verdict;
};

/** Judges, and if that takes a later epoch than is known, learns it where that is possible. */
export const inKnownEpoch = <T>(
  { learner }: Pick<BeliefContext, "learner">,
  judge: () => Result<T, Refusal>,
): Promise<Result<T, Refusal>> => (learner === undefined ? Promise.resolve(judge()) : learner.judged(judge));

/** Verifies what signatures stand in, which may be checked by an asynchronous library. */
export async function verifyWith(
  context: BeliefContext,
  judge: (context: ProofContext) => Result<undefined, Refusal>,
): Promise<Result<undefined, Refusal>> {
  const { epochs, sha256, verify } = context;
  const checks: SignatureCheck[] = [];
  const collect = (check: SignatureCheck) => checks.push(check) > 0;
  const structure = await inKnownEpoch(context, () => {
    checks.length = 0;
    return judge({ epochs, sha256, verify: collect });
  });
  if (!structure.ok) return structure;
  for (const check of checks) {
    const verdict = verify(check);
    const isGood = typeof verdict === "boolean" ? verdict : await verdict;
    if (!isGood) return refuse("bad_signature", "an attestation is not signed by its voter");
  }
  return ok(undefined);
}

function readReceipt(proof: OutcomeProof): Result<CommandReceiptJson, Refusal> {
  const text = parseUtf8(proof.receipt);
  if (text === undefined) return refuse("bad_proof", "it is not text");
  try {
    return checkShape(CommandReceiptSchema, JSON.parse(text));
  } catch {
    return refuse("bad_proof", "it is not JSON");
  }
}

/** The outcome of command `id`, or why this is no proof of it. */
export async function believe(
  context: BeliefContext,
  id: string,
  json: OutcomeProofJson,
): Promise<Result<Outcome, Refusal>> {
  const parsed = outcomeProofOf(json);
  return parsed.ok ? await believeProof(context, id, parsed.value) : parsed;
}

/** As `believe`, of a proof that was read already. */
export async function believeProof(
  context: BeliefContext,
  id: string,
  proof: OutcomeProof,
): Promise<Result<Outcome, Refusal>> {
  const verified = await verifyWith(context, (judging) => verifyOutcome(judging, proof));
  if (!verified.ok) return verified;
  const receipt = readReceipt(proof);
  if (!receipt.ok) return refuse("bad_proof", `the receipt: ${receipt.error.detail}`);
  const { status, index } = receipt.value;
  if (hex(proof.commandId) !== id || receipt.value.id !== id || index !== proof.header.index) {
    return refuse("bad_proof", "the proof is of another command or entry");
  }
  // A duplicate's receipt says only that the outcome stands elsewhere.
  if (status === "duplicate") return refuse("bad_proof", "the entry repeats an earlier one");
  return ok({ id, status, index, time: proof.header.time, receipt: receipt.value, proof });
}
