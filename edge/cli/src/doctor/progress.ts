// Rules about who is behind: entries, the state, epochs, snapshots.

import type { Finding } from "./examination.ts";
import { type Answering, type Scene, secondsText } from "./scene.ts";

/** A snapshot takes a while to make and to be signed. */
const SNAPSHOT_INTERVALS_MAX = 2;

/** Who does not have now what others had at the first reading is behind by at least that time. */
function behind(scene: Scene): Finding[] {
  const { committed, seen } = scene;
  return scene.answering
    .filter(({ status }) => status.committed < committed.first)
    .map((answer) =>
      behindFinding({ answer, committed, gapMs: seen.gapMs, votes: scene.isVoter(answer.node) }),
    );
}

function behindFinding(parts: {
  readonly answer: Answering;
  readonly committed: Scene["committed"];
  readonly gapMs: number;
  readonly votes: boolean;
}): Finding {
  const { node, first, status } = parts.answer;
  const lag = parts.committed.second - status.committed;
  const gained = first === undefined ? 0 : status.committed - first.committed;
  const closing = first === undefined ? 0 : parts.committed.first - first.committed - lag;
  const etaMs = closing > 0 ? (lag / closing) * parts.gapMs : undefined;
  const how =
    etaMs === undefined
      ? gained > 0
        ? "it takes entries, but no faster than they come"
        : "it does not catch up"
      : `it catches up, in about ${secondsText(etaMs)}`;
  const next =
    etaMs === undefined
      ? `Look at its log (\`fetching\`, \`snapshot_fetching\`, \`liar\`), its connections (\`peers\` in \`juno status --json\`), and the findings about its disk.`
      : "Wait, and look again.";
  return {
    code: "behind",
    severity: "warning",
    nodes: [node],
    what: `Node ${node} is ${lag} entries behind: ${how}`,
    means: parts.votes
      ? "Queries at it show an older state, and until it is there one voter fewer may fail."
      : "Queries at it show an older state.",
    next,
    evidence: { committed: status.committed, others: parts.committed.second, gained, gapMs: parts.gapMs },
  };
}

function unapplied({ answering, seen: { gapMs } }: Scene): Finding[] {
  return answering
    .filter(({ first, status }) => first !== undefined && status.applied.index < first.committed)
    .map(({ node, first, status: { applied, committed } }) => ({
      code: "applies-late",
      severity: "warning" as const,
      nodes: [node],
      what: `Node ${node} has ${committed - applied.index} committed entries that it has not applied; some of them since ${secondsText(gapMs)} and longer`,
      means: "Outcomes are attested late, and queries show an older state.",
      next: "After a start it replays what it had not kept: look again. Else look at its CPU and disk, and for contracts that use much gas (`juno log`).",
      evidence: { applied: applied.index, committed, before: first!.committed },
    }));
}

function epochs(scene: Scene): Finding[] {
  const { epoch } = scene.seen;
  return scene.answering
    .filter(({ status }) => status.epoch < epoch)
    .map(({ node, status }) => ({
      code: "other-epoch",
      severity: "warning" as const,
      nodes: [node],
      what: `Node ${node} is still in epoch ${status.epoch}; the network is in epoch ${epoch}`,
      means: "What it signs counts for nothing until it has followed.",
      next: "It follows by itself if it hears a node of the new epoch: check its `peers`, and whether its keys are those that `juno epochs` names.",
      evidence: { epoch: status.epoch, newest: epoch },
    }));
}

function snapshots(scene: Scene): Finding[] {
  const { snapshotEntries } = scene.seen;
  return scene.answering.flatMap(({ node, status: { applied }, seen: { certified } }) => {
    const newest = certified?.at(-1) ?? 0;
    const since = applied.index - newest;
    if (certified === undefined || since <= SNAPSHOT_INTERVALS_MAX * snapshotEntries) return [];
    return [
      {
        code: "no-snapshot",
        severity: "warning" as const,
        nodes: [node],
        what: `Node ${node} has no certified snapshot of the last ${since} entries; one is due every ${snapshotEntries}`,
        means: "It can prune and redact nothing newer, and nodes that are far behind must replay more.",
        next: "Look in its log for `snapshot_differs`, `snapshot_damaged` and `snapshot_certified`. A snapshot needs f + 1 voters that made the same.",
        evidence: { newest, applied: applied.index, every: snapshotEntries },
      },
    ];
  });
}

function redactions({ answering }: Scene): Finding[] {
  return answering
    .filter(({ status }) => status.redactions.pending > 0)
    .map(
      ({
        node,
        status: {
          redactions: { pending },
        },
      }) => ({
        code: "redactions-pending",
        severity: "info" as const,
        nodes: [node],
        what: `Node ${node} still holds the payloads of ${pending} redacted commands: no certified snapshot covers them yet`,
        means: "Whoever can read that node's disk can read them.",
        next: "They go with the next certified snapshot; nothing is to be done.",
        evidence: { pending },
      }),
    );
}

export const progress = (scene: Scene): Finding[] => [
  ...behind(scene),
  ...unapplied(scene),
  ...epochs(scene),
  ...snapshots(scene),
  ...redactions(scene),
];
