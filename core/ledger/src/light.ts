// The light door of core/ledger: what tells of the ledger in words and numbers. It loads no language.

export { explainError, explainReason } from "./contract-error.ts";
export { GAS } from "./gas.ts";
export { parseTime, renderTime } from "./time.ts";
