// The second door of shell/runtime, for tests: one compliance suite per port, run by every
// implementation of it, the memory one included.

export { type TransportCluster, type TransportSetup, transportSuite } from "./transport-suite.ts";
export { type VerifierSetup, verifierSuite } from "./verifier-suite.ts";
