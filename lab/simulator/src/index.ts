export { falseEvidence } from "./byzantine/false-evidence.ts";
export { bulkFrame, signedFrame } from "./byzantine/liar.ts";
export { SafetyViolation } from "./checkers/findings.ts";
export { CALM, Cluster, EPOCH_MS, SMALL_LIMITS, TIMING } from "./cluster.ts";
export { commandName, makeCommand, SimulatedAdmission } from "./commands.ts";
export { sha256, simulatedKey, verifySignature } from "./crypto.ts";
export { Disk } from "./disk.ts";
export { configBody, foundingEpoch, memberOf } from "./members.ts";
export type { SimulatedNode } from "./node.ts";
