// How a seed ended, as plain data that one thread can tell another.

import { SafetyViolation } from "../checkers/findings.ts";
import { idleness, LivenessViolation, type StormReport } from "../storm/storm.ts";

/** Exit codes: what went wrong. */
export const EXIT_CODES = { passed: 0, crash: 127, liveness: 128, idle: 128, safety: 129 } as const;
export type Kind = keyof typeof EXIT_CODES;

export type Outcome =
  | { readonly kind: "passed"; readonly report: StormReport }
  | {
      readonly kind: Exclude<Kind, "passed">;
      readonly seed: number;
      /** Of a safety violation. */
      readonly checker: string | undefined;
      readonly message: string;
      /** Where a crash came from. */
      readonly stack: string;
    };

export type Failed = Exclude<Outcome, { kind: "passed" }>;

/** Awaits a storm; whatever it throws becomes an outcome. */
export async function outcomeOf(seed: number, storm: Promise<StormReport>): Promise<Outcome> {
  try {
    const report = await storm;
    const idle = idleness(report);
    if (idle === undefined) return { kind: "passed", report };
    const message = `the seed is idle: ${idle}`;
    return { kind: "idle", seed, checker: undefined, message, stack: "" };
  } catch (error) {
    return failedBy(seed, error);
  }
}

function failedBy(seed: number, error: unknown): Failed {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? stackOf(error) : "";
  if (error instanceof SafetyViolation)
    return { kind: "safety", seed, checker: error.checker, message, stack };
  const kind = error instanceof LivenessViolation ? "liveness" : "crash";
  return { kind, seed, checker: undefined, message, stack };
}

const stackOf = ({ stack = "", cause }: Error): string =>
  cause instanceof Error ? `${stack}\ncaused by: ${cause.stack}` : stack;
