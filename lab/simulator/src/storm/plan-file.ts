// A storm as a file, so that a shortened one can be kept and played again. JSON; whole numbers of cents,
// which JSON has no word for, are written as {"cents": "…"}.

import { readFileSync, writeFileSync } from "node:fs";
import type { Plan } from "./plan.ts";

const isCents = (value: unknown): value is { readonly cents: string } =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "cents";

export function savePlan(path: string, plan: Plan): void {
  const text = JSON.stringify(
    plan,
    (_name, value: unknown) => (typeof value === "bigint" ? { cents: String(value) } : value),
    1,
  );
  writeFileSync(path, `${text}\n`);
}

/** Throws if the file cannot be read, or is none. */
export function loadPlan(path: string): Plan {
  const plan = JSON.parse(readFileSync(path, "utf8"), (_name, value: unknown) =>
    isCents(value) ? BigInt(value.cents) : value,
  ) as Partial<Plan>;
  const { seed, nodes, happenings, healMs } = plan;
  const isPlan = [seed, nodes, healMs].every(Number.isSafeInteger) && Array.isArray(happenings);
  if (!isPlan) throw new Error(`${path} holds no storm`);
  return plan as Plan;
}
