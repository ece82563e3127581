// Which commit proofs stay: the latest, and as many older ones that no two neighbours are further
// apart than 1,000 entries if proofs came that densely (formats, "Certificate"). The last proof of
// an epoch always stays: it is the proof that the next epoch starts from.

/** At least one commit proof is kept in so many entries. */
export const PROOF_SPACING = 1_000;

export type KeptProof = { readonly index: number; readonly epoch: number };

/**
 * Whether the latest proof may go now that a newer one is stored. `older` is the one kept before
 * the latest; before the first there is the genesis, which needs no proof.
 */
export function mayDrop(proofs: {
  older: KeptProof | undefined;
  latest: KeptProof;
  newer: KeptProof;
}): boolean {
  const { older, latest, newer } = proofs;
  if (latest.epoch !== newer.epoch) return false;
  return newer.index - (older?.index ?? 0) <= PROOF_SPACING;
}
