// Work of contracts in storms: what has stood in the ledger by the end, as classes of which a campaign wants every one.

import type { EntryOutcome } from "@juno/runtime";
import { DESK, TILL } from "../world/contracts.ts";
import { type ReadReceipt, readReceipt } from "../world/receipt.ts";
import type { Tally } from "../world/tally.ts";

/** The names under which they are counted. */
export const WORK = [
  "contract: deployed",
  "contract: upgraded",
  "contract: upgraded with rows to migrate",
  "contract: refused",
  "contract: called",
  "contract: called before it was there",
  "contract: called in another version",
  "contract: aborted",
  "contract: out of gas",
  "contract: queried",
] as const;
type Work = (typeof WORK)[number];

const ERRORS: ReadonlyMap<string, Work> = new Map([
  ["DeployRefused", "contract: refused"],
  ["UnknownModule", "contract: called before it was there"],
  ["UnknownVersion", "contract: called in another version"],
  ["OutOfGas", "contract: out of gas"],
]);
const OWN: readonly string[] = [TILL, DESK];

/** Undefined if no contract was at work but that of the accounts. */
function workOf({ error, changes }: ReadReceipt["actions"][number]): Work | undefined {
  if (error !== undefined) {
    const { name, place } = error;
    const isOwn = place !== undefined && OWN.includes(place.module);
    return ERRORS.get(name) ?? (isOwn ? "contract: aborted" : undefined);
  }
  const hasRows = changes.some(({ module }) => OWN.includes(module));
  const version = changes.find(({ after }) => after?.version !== undefined)?.after?.version;
  if (version === undefined) return hasRows ? "contract: called" : undefined;
  if (version === 1) return "contract: deployed";
  return hasRows ? "contract: upgraded with rows to migrate" : "contract: upgraded";
}

export function countWork(tally: Tally, outcomes: readonly EntryOutcome[]): void {
  for (const { receipt } of outcomes) {
    for (const action of readReceipt(receipt).actions) {
      const work = workOf(action);
      if (work !== undefined) tally.add(work);
    }
  }
}
