// Rules about who answers: nodes that are down, hang, are somebody else, or were not asked.

import type { Finding, ProblemKind } from "./examination.ts";
import { capital, isAnother, listText, type Scene, type Silent, secondsText, statusIn } from "./scene.ts";

const YOUNG_MS = 60_000;
const SLOW_MS = 1_000;

const WHAT: Readonly<Record<ProblemKind, string>> = {
  refused: "nothing listens there",
  timeout: "no answer came in time",
  address: "its host name is unknown or cannot be reached from here",
  tls: "no TLS connection comes about",
  connection: "the connection breaks",
  unsigned: "what answers there is not signed by a member of this network",
  reply: "the answer is not one of a Juno node, or it refuses",
};

const NEXT: Readonly<Record<ProblemKind, string>> = {
  refused:
    "Start it on its machine (`juno node FOLDER`). If it ends again, its last log line and exit code say why: docs/guides/operator.md, Exit codes. If it runs, its log says whether it waits for its signer (`signer_lost`).",
  timeout:
    "Look on its machine whether the process runs (`ps`, its log) or is paused, and whether a firewall drops what is sent to it. Restart it if it hangs.",
  address:
    "Check the address in config.json (`api`, `apiUrls`) or the --url that was given, and the route there.",
  tls: "Check whether the address wants https or http, and the certificate of the proxy before the node.",
  connection: "Look at the node's log, and at the proxy before it if there is one.",
  unsigned:
    "Check that the address and the genesis belong together. A node that was removed, or whose keys were replaced, or of another network answers so: `juno epochs` tells who belongs to it. Send it nothing until you know.",
  reply: "Check the address: it must be the node's API. Look at the node's log.",
};

function placeOf({ seen: { id, url } }: Silent): string {
  return id === undefined ? `The node at ${url}` : `Node ${id}`;
}

function silentMeans(scene: Scene, { seen: { id }, heardBy }: Silent): string {
  if (id !== undefined && !scene.isVoter(id)) return "It has no vote: the others are not held up by it.";
  if (heardBy.length > 0) return "It still votes. Clients that ask it must go to another node.";
  if (scene.answering.length === 0) return "Whether the others are at work cannot be seen from here.";
  const { quorum } = scene.seen;
  const spare = scene.present.length - quorum;
  if (spare < 0) return `Nothing can be committed: ${quorum} voters must agree.`;
  if (spare === 0) return "The others go on, but none of them may fail now.";
  return `The others go on; ${spare} more of them may fail.`;
}

/** Whom no configuration names, nobody waits for: it was removed, or is not admitted yet. */
const outsider = (node: number, { seen: { url }, problem }: Silent): Finding => ({
  code: "no-member",
  severity: "info",
  nodes: [node],
  what: `Node ${node} does not answer, and is no member of the network: \`juno epochs\` tells whether it was removed`,
  means: "Nobody waits for it. Clients had better forget its address.",
  next: "If it was removed, put its folder away and take its address out of `peers` and `apiUrls`. If it is to join, start it and admit it: `juno admin add-node --keys FILE`.",
  evidence: { url, detail: problem.detail },
});

function silentFinding(scene: Scene, silent: Silent): Finding {
  const { seen, problem, wentAway, heardBy } = silent;
  const answers = problem.kind === "unsigned";
  if (seen.id !== undefined && !scene.isMember(seen.id) && !answers) return outsider(seen.id, silent);
  const { quorum } = scene.seen;
  const votes = seen.id === undefined || scene.isVoter(seen.id);
  const isGrave = votes && heardBy.length === 0 && scene.present.length < quorum;
  const heard =
    heardBy.length === 0 ? "" : `, though ${listText(heardBy)} ${heardBy.length === 1 ? "hears" : "hear"} it`;
  const moment = wentAway ? ", and did a moment ago" : "";
  return {
    code: answers ? "not-believed" : "no-answer",
    severity: isGrave ? "critical" : "warning",
    nodes: seen.id === undefined ? [] : [seen.id],
    what: `${placeOf(silent)} does not answer${moment}: ${WHAT[problem.kind]}${heard}`,
    means: silentMeans(scene, silent),
    next: NEXT[problem.kind],
    evidence: { url: seen.url, detail: problem.detail },
  };
}

function strangers({ seen: { nodes } }: Scene): Finding[] {
  return nodes.flatMap((seen) => {
    const status = statusIn(seen.second);
    const { id, url } = seen;
    if (id === undefined || status === undefined || !isAnother(seen, status)) return [];
    const { node } = status;
    return [
      {
        code: "other-node",
        severity: "warning" as const,
        nodes: [id, node],
        what: `The address of node ${id} is answered by node ${node}`,
        means:
          "Clients are told to find one node where another is; both are believed only for what they sign. What is said there says nothing of the node that was asked.",
        next: "Mend `api` or `apiUrls` in the config.json files.",
        evidence: { url, expected: id, found: node },
      },
    ];
  });
}

function unasked(scene: Scene): Finding[] {
  const nodes = scene.unasked;
  if (nodes.length === 0) return [];
  return [
    {
      code: "not-asked",
      severity: "info",
      nodes,
      what: `${capital(listText(nodes))} ${nodes.length === 1 ? "was" : "were"} not asked: no address is known`,
      means: "What is said of them here is what others say.",
      next: "Give their addresses: --url, once for each.",
      evidence: { asked: scene.seen.nodes.length, members: scene.seen.members.length },
    },
  ];
}

function restarted({ answering }: Scene): Finding[] {
  const young = answering.filter(({ status }) => status.uptimeMs < YOUNG_MS);
  if (young.length === 0) return [];
  const nodes = young.map(({ node }) => node);
  return [
    {
      code: "young",
      severity: "info",
      nodes,
      what: `${capital(listText(nodes))} ${nodes.length === 1 ? "was" : "were"} started less than a minute ago`,
      means: "What they count began then.",
      next: "If nobody started them, their logs say why they had ended: the lines before `started`.",
      evidence: Object.fromEntries(
        young.map(({ node, status }) => [`uptimeMs of node ${node}`, status.uptimeMs]),
      ),
    },
  ];
}

function slow({ answering }: Scene): Finding[] {
  return answering.flatMap(({ node, seen: { second, first } }) => {
    if (!("tookMs" in second)) return [];
    const tookMs = Math.min(second.tookMs, "tookMs" in first ? first.tookMs : second.tookMs);
    if (tookMs < SLOW_MS) return [];
    return [
      {
        code: "slow-answer",
        severity: "warning" as const,
        nodes: [node],
        what: `Node ${node} took ${secondsText(tookMs)} to tell its status, both times`,
        means: "Its clients wait as long or longer.",
        next: "Look at what else runs on its machine, and at the network between here and there.",
        evidence: { tookMs: Math.round(tookMs) },
      },
    ];
  });
}

export const reachability = (scene: Scene): Finding[] => [
  ...scene.silent.map((silent) => silentFinding(scene, silent)),
  ...strangers(scene),
  ...unasked(scene),
  ...restarted(scene),
  ...slow(scene),
];
