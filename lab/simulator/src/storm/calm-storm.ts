// A storm in which nothing goes wrong but one thing: the state of one node decays.

import { NodeId } from "@juno/base";
import type { StatePart } from "../world/decay.ts";
import type { Deed, Happening } from "./deed.ts";
import type { Plan } from "./plan.ts";

export const DECAYING = NodeId(3);
const ORDERS = 90;
const SPAN_MS = 18_000;

/** Many small payments on four sound nodes; then a bit flips on one of them, which may start anew afterwards. */
export function calmStorm(seed: number, part: StatePart, after: readonly Deed[] = []): Plan {
  const payments = Array.from({ length: ORDERS }, (_, at): Happening => {
    const calls = [{ kind: "transfer", from: "ann", to: "bob", minor: 1n }] as const;
    const order = { by: "ann", calls, manner: "patient", to: [1, 2, 3, 4], count: 1 } as const;
    return { atMs: 2_000 + (at * (SPAN_MS - 3_000)) / ORDERS, deed: { kind: "order", order } };
  });
  const atMs = SPAN_MS / 2;
  const deeds: Deed[] = [{ kind: "rot of state", node: DECAYING, part }, ...after];
  const happenings = [...payments, ...deeds.map((deed, step) => ({ atMs: atMs + 300 * step, deed }))];
  const nothing = { liars: [], twins: [], pruning: [] };
  return { seed, nodes: 4, windowEntries: 32, slowness: 1, ...nothing, happenings, healMs: SPAN_MS };
}
