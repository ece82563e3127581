// What a storm holds besides: who prunes, whose disk is put back, whose state decays, what is redacted, who is upgraded when. Each is drawn by
// itself from the seed, so that the rest of a storm is the same with it and without.

import { NodeId, Prng } from "@juno/base";
import type { Versions } from "@juno/ledger";
import { STATE_PARTS } from "../world/decay.ts";
import { NEWEST, OLDER } from "../world/programs.ts";
import { CHANGES, type Change } from "./changes.ts";
import type { Deed, Happening } from "./deed.ts";

export type Program = readonly [node: NodeId, known: Versions];
export type Pruner = readonly [node: NodeId, keepEntries: number, stepEntries?: number];

type Span = {
  readonly seed: number;
  readonly nodes: readonly NodeId[];
  readonly beginMs: number;
  readonly troubleMs: number;
  readonly withChanges?: boolean | undefined;
  readonly withVersions?: boolean | undefined;
};

/** Draw other numbers from a seed than the rest of its storm. */
const SALTS = {
  pruning: 0x5eed_0f10,
  steps: 0x57e9_5a17,
  "put back": 0x5a5a5a,
  "rot of state": 0x207f_57a7,
  redactions: 0x0ed4_c7ed,
  configurations: 0x0e90_c4a1,
  ends: 0x0e4d_5000,
  versions: 0x7e12_5105,
} as const;

/** Times that a node is to die over a step of pruning; not all of them come to one. */
const STEP_CRASHES = 6;
const MOMENTS = ["before", "amid", "amid", "after"] as const;

const ROWS: readonly (readonly Change[])[] = [
  ["admit", "promote"],
  ["admit", "promote", "remove", "admit", "promote"],
  ["all new keys", "all new keys", "all new keys"],
  ["replace", "replace"],
];

const prngOf = ({ seed }: Span, what: keyof typeof SALTS): Prng => new Prng(seed ^ SALTS[what]);

type Besides = { pruning: Pruner[]; strangers: number; programs: Program[]; besides: Happening[] };

export function drawBesides(span: Span): Besides {
  const { pruners, absences } = drawPruning(span);
  const { pruning, crashes } = drawSteps(span, pruners);
  const others = [...drawPutBack(span), ...drawStateRot(span), ...drawRedactions(span), ...drawEnds(span)];
  const { strangers, configurations } = drawConfigurations(span);
  const { programs, versions } = drawVersions(span);
  const besides = [...absences, ...crashes, ...others, ...configurations, ...versions];
  return { pruning, strangers, programs, besides };
}

/** Who prunes, and who is away meanwhile, for so long that the others have let go of what it lacks. */
function drawPruning(span: Span): { pruners: [NodeId, number][]; absences: Happening[] } {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "pruning");
  if (prng.chance(1, 3)) return { pruners: [], absences: [] };
  const isForAll = prng.chance(1, 2);
  const pruners = nodes
    .filter(() => isForAll || prng.chance(2, 3))
    .map((id): [NodeId, number] => [id, prng.pick([0, 0, 8, 40])]);
  if (prng.chance(1, 6)) return { pruners, absences: [] };
  const node = prng.pick(nodes);
  const [fromMs, lengthMs] = [prng.below(troubleMs / 4), troubleMs / 2 + prng.below(troubleMs / 4)];
  const absences: Happening[] = [
    { atMs: beginMs + fromMs, deed: { kind: "crash", node } },
    { atMs: beginMs + fromMs + lengthMs, deed: { kind: "start", node } },
  ];
  if (prng.chance(1, 3)) {
    absences.push({ atMs: beginMs + fromMs + 1, deed: { kind: "forget state", node } });
  }
  return { pruners, absences };
}

/** In which steps they prune, and who dies over one of them. */
function drawSteps(
  span: Span,
  pruners: readonly [NodeId, number][],
): { pruning: Pruner[]; crashes: Happening[] } {
  const { beginMs, troubleMs } = span;
  const prng = prngOf(span, "steps");
  const pruning = pruners.map(([node, keep]): Pruner => [node, keep, prng.pick([1, 3, 7, 1_000])]);
  if (pruning.length === 0) return { pruning, crashes: [] };
  const crashes = Array.from({ length: STEP_CRASHES }, (): Happening => {
    const [node] = prng.pick(pruning);
    const [count, forMs] = [1 + prng.below(4), 20 + prng.below(3000)];
    const died = { node, count, moment: prng.pick(MOMENTS), forMs };
    const deed: Deed = { kind: "crash at write", what: "step of pruning", ...died };
    return { atMs: beginMs + prng.below(troubleMs), deed };
  });
  return { pruning, crashes };
}

/** Late, because the node is from then on one of the f that may fail. */
function drawPutBack(span: Span): Happening[] {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "put back");
  if (!prng.chance(1, 3)) return [];
  const node = prng.pick(nodes);
  const copiedMs = beginMs + prng.below(troubleMs / 2);
  const atMs = beginMs + troubleMs / 2 + prng.below(troubleMs / 2);
  return [
    { atMs: copiedMs, deed: { kind: "copy disk", node } },
    { atMs, deed: { kind: "put back", node, isWiped: prng.chance(1, 3) } },
  ];
}

/** Late for the same reason. Often the node starts anew, since most of what is on a disk is read then, with its state or without. */
function drawStateRot(span: Span): Happening[] {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "rot of state");
  if (!prng.chance(1, 2)) return [];
  const node = prng.pick(nodes);
  const part = prng.pick(["row", ...STATE_PARTS] as const);
  const atMs = beginMs + troubleMs / 3 + prng.below(troubleMs / 2);
  const rot: Happening = { atMs, deed: { kind: "rot of state", node, part } };
  if (prng.chance(1, 3)) return [rot];
  const forgets: Deed[] = prng.chance(1, 2) ? [{ kind: "forget state", node }] : [];
  const deeds: Deed[] = [{ kind: "crash", node }, ...forgets, { kind: "start", node }];
  return [rot, ...deeds.map((deed, step) => ({ atMs: atMs + 1 + 500 * step, deed }))];
}

function drawRedactions(span: Span): Happening[] {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "redactions");
  if (!prng.chance(1, 2)) return [];
  const happenings: Happening[] = [];
  for (let left = 1 + prng.below(4); left > 0; left--) {
    const manner = prng.pick(["patient", "patient", "everywhere", "careless", "hasty", "forged"] as const);
    const to = Array.from({ length: 4 }, () => prng.pick([0, -1, ...nodes]));
    const atMs = beginMs + prng.below(troubleMs);
    happenings.push({ atMs, deed: { kind: "redact", manner, to } });
    const died = { node: prng.pick(nodes), count: 1 + prng.below(2), moment: prng.pick(MOMENTS) };
    const deed: Deed = { kind: "crash at write", what: "redaction", ...died, forMs: 20 + prng.below(3000) };
    happenings.push({ atMs: beginMs + prng.below(troubleMs), deed });
  }
  return happenings;
}

/** Leaders, mostly, are asked to end, and now and then all nodes, one after another. */
function drawEnds(span: Span): Happening[] {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "ends");
  if (!prng.chance(1, 2)) return [];
  const forMs = () => 100 + prng.below(3000);
  const beginsMs = () => beginMs + prng.below(troubleMs);
  if (prng.chance(1, 3)) {
    const [fromMs, apartMs] = [beginsMs(), 20 + prng.below(3000)];
    return nodes.map((node, step) => ({
      atMs: fromMs + step * apartMs,
      deed: { kind: "ask to end", node, forMs: forMs() },
    }));
  }
  return Array.from({ length: 1 + prng.below(4) }, () => ({
    atMs: beginsMs(),
    deed: { kind: "ask to end", forMs: forMs() },
  }));
}

/** Changes that are often one wish each, and now and then several in a row; and newcomers that die like the others. */
function drawConfigurations(span: Span): { strangers: number; configurations: Happening[] } {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "configurations");
  const isDrawn = prng.chance(1, 2);
  if (!(span.withChanges ?? isDrawn)) return { strangers: 0, configurations: [] };
  const strangers = 1 + prng.below(2);
  const at = () => beginMs + prng.below(troubleMs);
  const configurations: Happening[] = [
    { atMs: beginMs, deed: { kind: "configure", changes: [prng.pick(["admit", "all new keys"] as const)] } },
  ];
  for (let left = 2 + prng.below(7); left > 0; left--) {
    const changes = prng.pick([...CHANGES.map((change): readonly Change[] => [change]), ...ROWS]);
    configurations.push({ atMs: at(), deed: { kind: "configure", changes } });
  }
  for (let left = prng.below(4); left > 0; left--) {
    const node = NodeId(nodes.length + 1 + prng.below(strangers));
    const atMs = at();
    configurations.push({ atMs, deed: { kind: "crash", node } });
    configurations.push({ atMs: atMs + 50 + prng.below(troubleMs / 4), deed: { kind: "start", node } });
  }
  return { strangers, configurations };
}

/** Most nodes run older programs and are upgraded one after the other, some of them not before the trouble is over; now and then later versions are activated. */
function drawVersions(span: Span): { programs: Program[]; versions: Happening[] } {
  const { nodes, beginMs, troubleMs } = span;
  const prng = prngOf(span, "versions");
  const isDrawn = prng.chance(1, 3);
  if (!(span.withVersions ?? isDrawn)) return { programs: [], versions: [] };
  const programs = nodes
    .filter(() => prng.chance(3, 4))
    .map((id) => ({ key: prng.u32(), program: [id, prng.pick(OLDER)] as const }))
    .sort((a, b) => a.key - b.key)
    .map(({ program }) => program);
  const leftBehind = prng.pick([0, 1, 1, 2]);
  const [fromMs, apartMs] = [prng.below(troubleMs / 2), prng.below(troubleMs / (2 * nodes.length))];
  const versions = programs.slice(leftBehind).map(([node], step): Happening => {
    const deed: Deed = { kind: "upgrade", node, forMs: 20 + prng.below(2000), forgets: prng.chance(1, 4) };
    return { atMs: beginMs + fromMs + step * apartMs, deed };
  });
  for (let left = 1 + prng.below(4); left > 0; left--) {
    const atMs = beginMs + prng.below(troubleMs);
    const later = prng.pick([NEWEST, NEWEST, ...OLDER.slice(1)]);
    versions.push({ atMs, deed: { kind: "activate", versions: later } });
    if (prng.chance(1, 3))
      versions.push({ atMs: atMs + prng.below(2000), deed: { kind: "cancel activation" } });
  }
  return { programs, versions };
}
