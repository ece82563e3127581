// Which evidence a node keeps (5.9): one of each claim, and few of each voter, so that whoever signs
// proofs against itself without end fills neither memory nor disk. It holds claims; the bytes are on disk.

import type { EvidenceClaim } from "@juno/proof";

/** What evidence proves, and when this node held it first: milliseconds since 1970, by its own clock. */
export type KeptEvidence = EvidenceClaim & { readonly seenMs: number };

/** One would do to prove that a voter lies; a few show that it was no accident. */
export const EVIDENCE_PER_VOTER_MAX = 4;
export const EVIDENCE_MAX = 256;

/** Of one voter, one kind and one place there is one claim, whichever statements show it. */
const keyOf = ({ kind, accused, epoch, term, index }: EvidenceClaim): string =>
  `${kind}/${accused}/${epoch}/${term ?? index}`;

export class EvidenceBook {
  readonly #kept = new Map<string, KeptEvidence>();

  constructor(found: readonly KeptEvidence[]) {
    for (const kept of found) this.add(kept);
  }

  /** Whether a claim is new, and its voter and the book have room for it. */
  admits(claim: EvidenceClaim): boolean {
    if (this.#kept.has(keyOf(claim)) || this.#kept.size >= EVIDENCE_MAX) return false;
    return this.#countOf(claim) < EVIDENCE_PER_VOTER_MAX;
  }

  add(kept: KeptEvidence): void {
    this.#kept.set(keyOf(kept), kept);
  }

  /** In the order in which it was found. */
  get all(): readonly KeptEvidence[] {
    return [...this.#kept.values()];
  }

  #countOf({ kind, accused }: EvidenceClaim): number {
    let count = 0;
    for (const kept of this.#kept.values()) if (kept.kind === kind && kept.accused === accused) count += 1;
    return count;
  }
}
