// The door of core/ledger: from committed entries to state, receipts and answers. It knows nothing
// of consensus, networks or storage.

export type { Applied, AppliedCommand, CommandStatus, ContractEvent } from "./applied.ts";
export { apply, simulate } from "./apply.ts";
export {
  type Call,
  type ParsedCommand,
  type ParsedPayload,
  parseCommand,
  parseCommandBody,
  parsePayload,
  registered,
  SIGNERS_MAX,
  verifyCommand,
} from "./command.ts";
export { type LedgerContext, ledgerContext } from "./context.ts";
export { type ContractError, explainError, explainReason } from "./contract-error.ts";
export { combineChanges, invertChanges } from "./diff.ts";
export { mayAppend } from "./expiry.ts";
export { commandGas, GAS } from "./gas.ts";
export { MemoryView } from "./memory-view.ts";
export { describeModules, type ModuleDescription } from "./module-list.ts";
export { type Currencies, type Money, parseMoney, renderMoney } from "./money.ts";
export { type QueryRefusal, type QueryRequest, query } from "./query.ts";
export { parseTime, renderTime } from "./time.ts";
export type { Row, RowAddress, RowChange, RowRange, RowReader, SpentId, StateReader, View } from "./view.ts";
