// Folders of nodes as they are after some entries: real log.db and state.db, made without a network.

import { LogIndex, NodeId } from "@juno/base";
import type { Entry } from "@juno/proof";
import { appending, certificateOf, committing, genesis, genesisFloor } from "@juno/runtime/suites";
import { createLog } from "../../src/store/log/create-log.ts";
import { openStores } from "../../src/store/open-stores.ts";
import { freshFolder } from "../store/folder.ts";

const nodeId = NodeId(3);

/** A stopped node that holds these entries, all of them committed and applied. */
export async function storedNode(entries: readonly Entry[]): Promise<string> {
  const folder = freshFolder();
  createLog(folder, { network: genesis.network, nodeId });
  await goOn(folder, entries);
  return folder;
}

/** Starts it again, gives it entries that follow, and stops it when they are applied. */
export async function goOn(folder: string, entries: readonly Entry[]): Promise<void> {
  const last = entries.at(-1)!;
  const stores = openStores({ folder, genesis, nodeId });
  await stores.log.load();
  const certified = { kind: "certified", certificate: certificateOf(last), base: genesisFloor } as const;
  await stores.log.write([appending(entries), certified, committing(last)]);
  await stores.executor.open();
  await new Promise<void>((resolve, reject) => {
    stores.executor.onFailure(reject);
    stores.executor.onApplied((batch) => {
      if (batch.applied.index === last.index) resolve();
    });
    stores.executor.apply(LogIndex(last.index));
  });
  await stores.close();
}
