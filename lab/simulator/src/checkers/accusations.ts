// Who is proved to have lied, judged as anybody outside would who has the genesis: no honest node is ever
// accused by evidence that verifies (E36), and no honest node keeps evidence that does not. Counts what was
// gathered, so that a campaign can tell that liars are found out.

import type { NodeId } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { checkEvidence, type Electorate } from "@juno/proof";
import { sha256, verifySignature } from "../crypto.ts";
import type { Findings } from "./findings.ts";

type Kept = Extract<DurableChange, { kind: "evidence" }>;

export class Accusations {
  readonly #electorate: Electorate;
  readonly #isHonest: (id: NodeId) => boolean;
  readonly #computes: (id: NodeId) => boolean;
  readonly #findings: Findings;
  /** By kind, of all honest nodes together. */
  readonly counts = new Map<string, number>();

  constructor(parts: {
    readonly electorate: Electorate;
    readonly isHonest: (id: NodeId) => boolean;
    readonly computes: (id: NodeId) => boolean;
    readonly findings: Findings;
  }) {
    this.#electorate = parts.electorate;
    this.#isHonest = parts.isHonest;
    this.#computes = parts.computes;
    this.#findings = parts.findings;
  }

  /** To be called for all evidence that an honest node makes durable. */
  onKept(id: NodeId, { kept, bytes }: Kept): void {
    const { kind, accused } = kept;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const checked = checkEvidence({ electorate: this.#electorate, sha256 }, bytes);
    const isProof = checked.ok && checked.value.checks.every(verifySignature);
    if (!isProof || checked.value.kind !== kind || checked.value.accused !== accused)
      return this.#found(`node ${id} keeps evidence of a ${kind} of ${accused} that proves nothing`);
    const isExplained = kind === "false-attestation" && !this.#computes(accused);
    if (this.#isHonest(accused) && !isExplained)
      this.#found(`node ${id} holds proof of a ${kind} against ${accused}, which is honest`);
  }

  #found(what: string): void {
    this.#findings.found("evidence", what);
  }
}
