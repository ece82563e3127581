// Evidence that another voter shows (5.9). Its signatures are verified; whom it accuses is all it tells.

import type { EvidenceClaim } from "@juno/proof";
import { takeEvidence } from "../accuse.ts";
import type { Turn } from "../turn.ts";

export function onEvidence(
  turn: Turn,
  { claim, bytes }: { readonly claim: EvidenceClaim; readonly bytes: Uint8Array },
): void {
  takeEvidence(turn, claim, bytes);
}
