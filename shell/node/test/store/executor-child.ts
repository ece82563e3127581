// A process that applies what is in a log, with a line per batch, until it is killed.

import { LogIndex, NodeId } from "@juno/base";
import { genesis } from "@juno/runtime/suites";
import { openStores } from "../../src/store/open-stores.ts";

const [folder = "", target = "0"] = process.argv.slice(2);
const stores = openStores({ folder, genesis, nodeId: NodeId(3) });
await stores.log.load();
const { applied } = await stores.executor.open();
console.log(`open ${applied.index}`);
stores.executor.onApplied((batch) => console.log(`applied ${batch.applied.index}`));
stores.executor.apply(LogIndex(Number(target)));
