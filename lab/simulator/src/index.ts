export { CALM, Cluster, SafetyViolation, SMALL_LIMITS, TIMING } from "./cluster.ts";
