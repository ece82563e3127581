// Rules about the quorum: whose signatures are lacking and for what, who leads, elections without end, how many may still fail.

import type { StatusJson } from "@juno/api";
import type { Finding } from "./examination.ts";
import { type Answering, capital, grown, listText, type Scene, secondsText } from "./scene.ts";

type Stall = NonNullable<StatusJson["stall"]>;

/** A term a second is no election any more, but elections without end. */
const TERMS_A_LOOK = 2;

/** For what a quorum's signatures are waited for. */
function purpose({ waitingFor }: Stall, { term, committed, stored }: StatusJson): string {
  switch (waitingFor) {
    case "contact":
      return `entry ${committed + 1} and all that follow`;
    case "recollections":
      return "what the node had said before it was started";
    case "prevotes":
      return `leaving term ${term}`;
    case "votes":
      return `a leader of term ${term}`;
    case "stored":
      return `entry ${stored}`;
  }
}

/** Stalls that lack the same, told once. */
function lacking(scene: Scene): Finding[] {
  const groups = new Map<string, Answering[]>();
  for (const answer of scene.answering) {
    const { stall } = answer.status;
    if (stall === undefined) continue;
    const key = [stall.waitingFor, ...stall.lacks].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  return [...groups.values()].map((group) => lackingFinding(scene, group));
}

function lackingFinding(scene: Scene, group: readonly Answering[]): Finding {
  const nodes = group.map(({ node }) => node);
  const longest = group.reduce((a, b) => (b.status.stall!.sinceMs > a.status.stall!.sinceMs ? b : a));
  const { status } = longest;
  const stall = status.stall!;
  const { have, lacks, need, sinceMs } = stall;
  const wait = nodes.length === 1 ? "has waited" : "have waited";
  const has = have.length === 0 ? "nobody's" : `those of ${listText(have)}`;
  return {
    code: "quorum-lacks",
    severity: scene.isStalled ? "critical" : "warning",
    nodes,
    what: `${capital(listText(nodes))} ${wait} ${secondsText(sinceMs)} for ${need} signatures for ${purpose(stall, status)}: ${has} are there, those of ${listText(lacks)} are lacking`,
    means: scene.isStalled
      ? "Commands wait, and expire if this lasts longer than their `expires` (five minutes unless told otherwise). Nothing that was acknowledged is lost; local queries are answered."
      : "The others are at work; clients had better ask them.",
    next: `Bring back ${listText(lacks)}, or the network to ${lacks.length === 1 ? "it" : "them"}; restarting the others does not help.`,
    evidence: {
      waitingFor: stall.waitingFor,
      sinceMs,
      need,
      have: have.join(", "),
      lacks: lacks.join(", "),
      committed: status.committed,
      stored: status.stored,
    },
  };
}

function elections(scene: Scene): Finding[] {
  const voters = scene.answering.filter(({ node }) => scene.isVoter(node));
  const terms = voters.map(({ status }) => status.term);
  const before = voters.flatMap(({ first }) => first?.term ?? []);
  const [from, to] = [Math.max(0, ...before), Math.max(0, ...terms)];
  const led = voters.some(({ status: { role } }) => role === "leader");
  if (before.length > 0 && to - from >= TERMS_A_LOOK) {
    return [
      {
        code: "elections",
        severity: "critical",
        nodes: [],
        what: `One election follows another: from term ${from} to ${to} in ${secondsText(scene.seen.gapMs)}`,
        means: "Commands wait for a leader that stays.",
        next: "Look for what makes leaders late: findings here about clocks, disks and event loops, and the network between the nodes (`peers` in `juno status --json`).",
        evidence: { from, to, gapMs: scene.seen.gapMs },
      },
    ];
  }
  // Who is halted answers, and elects nobody.
  const electing = voters.filter(({ node }) => scene.present.includes(node)).length;
  if (led || electing < scene.seen.quorum) return [];
  return [
    {
      code: "no-leader",
      severity: scene.isStalled ? "critical" : "warning",
      nodes: [],
      what: `Nobody leads term ${to}, though ${electing} voters answer`,
      means: "Commands wait until a leader is elected.",
      next: "An election takes less than a few seconds: look again. If it lasts, see whose signatures are lacking.",
      evidence: { term: to, voters: electing },
    },
  ];
}

function suspected(scene: Scene): Finding[] {
  const by = scene.answering.filter(
    (answer) => scene.isVoter(answer.node) && grown(answer, "notice_suspected") > 0,
  );
  if (by.length === 0) return [];
  const nodes = by.map(({ node }) => node);
  return [
    {
      code: "leader-suspected",
      severity: "warning",
      nodes,
      what: `${capital(listText(nodes))} suspected the leader within the last ${secondsText(scene.seen.gapMs)}`,
      means: "An election follows if enough others do; commands wait meanwhile.",
      next: "Once is no matter. If it goes on, look at the leader's machine and the network to it.",
      evidence: { nodes: nodes.length, gapMs: scene.seen.gapMs },
    },
  ];
}

/** Who is in another term than the rest at both readings hears too little, or is not heard. */
function otherTerms(scene: Scene): Finding[] {
  const voters = scene.answering.filter(
    ({ node, status }) => scene.isVoter(node) && status.epoch === scene.seen.epoch,
  );
  const top = Math.max(0, ...voters.map(({ first }) => first?.term ?? 0));
  return voters
    .filter(({ first, status }) => first !== undefined && status.term < top)
    .map(({ node, status: { term } }) => ({
      code: "other-term",
      severity: "warning" as const,
      nodes: [node],
      what: `Node ${node} is in term ${term}, and others were in term ${top} ${secondsText(scene.seen.gapMs)} before`,
      means: "It does not take part; one voter fewer may fail.",
      next: `Look at its connections: \`juno status --json\`, \`peers\` of node ${node}.`,
      evidence: { term, others: top },
    }));
}

function reserve(scene: Scene): Finding[] {
  const { quorum, voters } = scene.seen;
  const { present, absent } = scene;
  if (present.length !== quorum || voters.length === quorum) return [];
  return [
    {
      code: "no-reserve",
      severity: "warning",
      nodes: absent,
      what: `Only as many voters are at work as must agree (${quorum} of ${voters.length}); ${listText(absent)} ${absent.length === 1 ? "is" : "are"} not`,
      means: "If one more fails, nothing can be committed.",
      next: "See to those before you do anything else; restart no other node meanwhile.",
      evidence: { present: present.length, quorum, voters: voters.length },
    },
  ];
}

function connections(scene: Scene): Finding[] {
  return scene.answering.flatMap(({ node, status }) => {
    const gone = status.peers.filter(
      (peer) => !peer.connected && scene.answering.some((other) => other.node === peer.node),
    );
    if (gone.length === 0) return [];
    const nodes = gone.map((peer) => peer.node);
    return [
      {
        code: "not-connected",
        severity: "warning" as const,
        nodes: [node, ...nodes],
        what: `Node ${node} has no connection to ${listText(nodes)}, which ${nodes.length === 1 ? "answers" : "answer"} here`,
        means: "What it sends does not arrive; if it leads, those fall behind.",
        next: `Check \`peers\` in its config.json, the route to \`listen\` there, and that both hold the keys of this epoch.`,
        evidence: Object.fromEntries(
          gone.map((peer) => [`peer ${peer.node}`, peer.problem ?? "no reason told"]),
        ),
      },
    ];
  });
}

export const agreement = (scene: Scene): Finding[] => [
  ...lacking(scene),
  ...elections(scene),
  ...suspected(scene),
  ...otherTerms(scene),
  ...reserve(scene),
  ...connections(scene),
];
