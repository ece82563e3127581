export { falseEvidence } from "./byzantine/false-evidence.ts";
export { signedFrame } from "./byzantine/liar.ts";
export { SafetyViolation } from "./checker.ts";
export { CALM, Cluster, SMALL_LIMITS, TIMING } from "./cluster.ts";
export { sha256 } from "./crypto.ts";
export type { SimulatedNode } from "./node.ts";
