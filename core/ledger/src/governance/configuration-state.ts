// Which configuration is in force (C26): the genesis's until a config entry was applied, then that of the last one. The
// table `epochs` has a row for each of them, by its epoch.

import { assert, hex, jsonObject, utf8 } from "@juno/base";
import { type Configuration, firstEpoch, parseConfigurationAct, policyKeys } from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { SYSTEM } from "../deployed-module.ts";
import type { RowReader } from "../view.ts";
import { numberKey, type OwnRows, ownRow } from "./own-rows.ts";

/** An epoch that a config entry began. */
export type RecordedEpoch = {
  readonly epoch: number;
  /** The config entry, and its time. */
  readonly at: number;
  readonly time: string;
  /** The act's id, its document, and the keys whose approvals the entry carries; lower-case hex. */
  readonly act: string;
  readonly document: string;
  readonly by: readonly string[];
};

export function recordedEpoch(rows: Pick<RowReader, "row">, epoch: number): RecordedEpoch | undefined {
  const row = ownRow(rows, SYSTEM.epochs, numberKey(epoch));
  if (row === undefined) return undefined;
  return {
    epoch,
    at: row.get("at") as number,
    time: row.get("time") as string,
    act: row.get("act") as string,
    document: row.get("document") as string,
    by: row.get("by") as readonly string[],
  };
}

export function putEpoch(rows: OwnRows, { epoch, ...rest }: RecordedEpoch): void {
  rows.put(SYSTEM.epochs, numberKey(epoch), jsonObject(rest));
}

/** Epochs follow one another without a gap, so the last is found without looking at all. */
function lastRecorded(rows: Pick<RowReader, "row">): RecordedEpoch | undefined {
  let low = recordedEpoch(rows, 1);
  if (low === undefined) return undefined;
  let high = 2;
  for (let next = recordedEpoch(rows, high); next !== undefined; next = recordedEpoch(rows, high)) {
    low = next;
    high *= 2;
  }
  while (high - low.epoch > 1) {
    const middle = Math.floor((low.epoch + high) / 2);
    const found = recordedEpoch(rows, middle);
    if (found === undefined) high = middle;
    else low = found;
  }
  return low;
}

/** The configuration that is in force after the entries that were applied. */
export function configurationIn(context: LedgerContext, rows: Pick<RowReader, "row">): Configuration {
  const last = lastRecorded(rows);
  if (last === undefined) return firstEpoch(context.genesis).configuration;
  const act = parseConfigurationAct(context.sha256, utf8(last.document));
  assert(act.ok, "a configuration that was recorded was read before");
  return act.value;
}

/** The keys of its nodes and administrators, lower-case hex. */
export function configurationKeys({ members, admin }: Configuration): ReadonlySet<string> {
  const ofNodes = members.flatMap(({ signKey, transportKey }) => [hex(signKey), hex(transportKey)]);
  return new Set([...ofNodes, ...policyKeys(admin)]);
}
