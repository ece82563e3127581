// Never verifies the same signed bytes twice: one Ack attests whole batches of commands, and every
// one of their proofs shows it again. Bounded; forgets the oldest.

import { hex, type SignatureCheck } from "@juno/base";
import type { Verdict } from "./client-crypto.ts";

const VERDICTS_MAX = 4_096;

/** Remembers signatures that verified; those that did not are judged anew each time. */
export function rememberingVerify(
  verify: (check: SignatureCheck) => Verdict,
  verdictsMax = VERDICTS_MAX,
): (check: SignatureCheck) => Verdict {
  const good = new Set<string>();
  const remember = (name: string): void => {
    if (good.size >= verdictsMax) {
      const [oldest] = good;
      if (oldest !== undefined) good.delete(oldest);
    }
    good.add(name);
  };
  return (check) => {
    // Key, signature and message: all that a verdict depends on.
    const name = `${hex(check.signature)}${hex(check.key)}${hex(check.message)}`;
    if (good.has(name)) return true;
    const verdict = verify(check);
    if (typeof verdict === "boolean") {
      if (verdict) remember(name);
      return verdict;
    }
    return verdict.then((isGood) => {
      if (isGood) remember(name);
      return isGood;
    });
  };
}
