// The door of lab/cluster: networks of real processes, load with a memory of its own, and readers that
// trust nobody.

export { Cluster, type ClusterOptions, type Leader } from "./cluster.ts";
export { type ConditionOptions, until } from "./condition.ts";
export { type Acknowledged, balancesOf, Journal } from "./journal.ts";
export { Load, type LoadOptions } from "./load.ts";
export { type Exit, type LogLine, NodeProcess } from "./node-process.ts";
export { readStoppedNode, type StoppedNode, type StoredEntry } from "./stopped-node.ts";
