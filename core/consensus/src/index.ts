// The door of core/consensus.

export type { DurableChange, DurableState, KeptKind, Mode } from "./durable.ts";
