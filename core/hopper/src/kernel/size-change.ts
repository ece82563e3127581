// The size-change principle (Lee, Jones, Ben-Amram 2001): calls end if each way back to the same function, taken
// again and again, makes some argument smaller for ever; values are well-founded, so there is no such way.
// An argument comes from one parameter at most, so graphs are functions and small. Exact, or out of fuel.

import type { Fuel } from "./fuel.ts";

/** An argument is a parameter's value (`smaller` false), or a part of it. */
export type Origin = { readonly parameter: number; readonly smaller: boolean };

/** For each of the callee's parameters, where its argument comes from among the caller's; nothing beyond its end. */
export type SizeGraph = readonly (Origin | undefined)[];

export type SizedCall = { readonly from: number; readonly to: number; readonly graph: SizeGraph };

/** Calls in a row. */
type Way<C extends SizedCall> = {
  readonly from: number;
  readonly to: number;
  readonly graph: SizeGraph;
  readonly before: Way<C> | undefined;
  readonly last: C;
};

/** A way back that could be taken for ever; undefined if there is none; "unknown" when fuel ends. */
export function endlessWay<C extends SizedCall>(
  calls: readonly C[],
  fuel: Fuel,
): readonly C[] | undefined | "unknown" {
  const callsFrom = new Map<number, C[]>();
  for (const call of calls) {
    const others = callsFrom.get(call.from);
    if (others === undefined) callsFrom.set(call.from, [call]);
    else others.push(call);
  }
  const seen = new Set<string>();
  const waiting: Way<C>[] = [];
  const add = (way: Way<C>): void => {
    const key = `${way.from} ${way.to} ${graphText(way.graph)}`;
    if (!seen.has(key)) waiting.push(way);
    seen.add(key);
  };
  for (const last of calls) add({ ...last, before: undefined, last });
  // Breadth first: the first way found is among the shortest.
  for (let at = 0; at < waiting.length; at++) {
    const way = waiting[at]!;
    if (isEndless(way)) return callsOf(way);
    for (const last of callsFrom.get(way.to) ?? []) {
      if (!fuel.spend(last.graph.length + 1)) return "unknown";
      add({ from: way.from, to: last.to, graph: compose(way.graph, last.graph), before: way, last });
    }
  }
  return undefined;
}

/** A loop that is the same when taken twice, and makes nothing smaller. */
function isEndless({ from, to, graph }: { from: number; to: number; graph: SizeGraph }): boolean {
  if (from !== to || graph.some((origin, i) => origin?.parameter === i && origin.smaller)) return false;
  return graphText(compose(graph, graph)) === graphText(graph);
}

const compose = (first: SizeGraph, second: SizeGraph): SizeGraph =>
  second.map((origin) => {
    const before = origin && first[origin.parameter];
    return before && { parameter: before.parameter, smaller: before.smaller || origin.smaller };
  });

const graphText = (graph: SizeGraph): string =>
  graph
    .map((origin) => (origin === undefined ? "-" : `${origin.parameter}${origin.smaller ? "<" : "="}`))
    .join(" ");

function callsOf<C extends SizedCall>(way: Way<C>): C[] {
  const calls: C[] = [];
  for (let at: Way<C> | undefined = way; at !== undefined; at = at.before) calls.push(at.last);
  return calls.reverse();
}
