export { SafetyViolation } from "./checker.ts";
export { CALM, Cluster, SMALL_LIMITS, TIMING } from "./cluster.ts";
