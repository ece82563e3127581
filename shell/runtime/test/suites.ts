// The second door of shell/runtime, for tests only: one compliance suite per port, run by every
// implementation of it, the memory one included, and the material to try them with.

export { executorSuite } from "./executor-suite.ts";
export { type LedgerBench, LedgerDesk, type LedgerSetup, type LedgerStores } from "./ledger-desk.ts";
export * from "./ledger-fixture.ts";
export { ledgerReaderSuite } from "./ledger-reader-suite.ts";
export * from "./log-fixture.ts";
export { redactedAt } from "./log-redaction-suite.ts";
export { type LogStoreBench, type LogStoreSetup, logStoreSuite } from "./log-store-suite.ts";
export { orderStoreSuite } from "./order-store-suite.ts";
export { type TransportCluster, type TransportSetup, transportSuite } from "./transport-suite.ts";
export { type VerifierSetup, verifierSuite } from "./verifier-suite.ts";
