// Never verifies the same signed bytes twice: one Ack attests whole batches of commands, and every
// one of their proofs shows it again. Bounded; forgets the oldest.

import { equalBytes, hex, type SignatureCheck } from "@juno/base";
import type { Verdict } from "./client-crypto.ts";

const VERDICTS_MAX = 4_096;

/** Remembers signatures that verified; those that did not are judged anew each time. */
export function rememberingVerify(
  verify: (check: SignatureCheck) => Verdict,
  verdictsMax = VERDICTS_MAX,
): (check: SignatureCheck) => Verdict {
  const good = new Map<string, SignatureCheck>();
  const remember = (name: string, check: SignatureCheck): void => {
    if (good.size >= verdictsMax) {
      const [oldest] = good.keys();
      if (oldest !== undefined) good.delete(oldest);
    }
    good.set(name, check);
  };
  return (check) => {
    const name = hex(check.signature);
    const known = good.get(name);
    // A verdict depends on the key and the message as well.
    if (known !== undefined && equalBytes(known.key, check.key) && equalBytes(known.message, check.message)) {
      return true;
    }
    const verdict = verify(check);
    if (typeof verdict === "boolean") {
      if (verdict) remember(name, check);
      return verdict;
    }
    return verdict.then((isGood) => {
      if (isGood) remember(name, check);
      return isGood;
    });
  };
}
