// Rules about nodes that are not what they should be: withdrawn, with other outcomes, proved to lie, of another version.

import type { StatusJson } from "@juno/api";
import { evidenceSentence } from "../view/evidence-view.ts";
import type { Finding } from "./examination.ts";
import { type Answering, capital, isAnother, listText, type Scene, statusIn } from "./scene.ts";

type Words = Pick<Finding, "severity" | "what" | "means" | "next">;
type NodeState = StatusJson["state"];

const STATES: Readonly<Partial<Record<NodeState, (node: number) => Words>>> = {
  "read-only": (node) => ({
    severity: "critical",
    what: `Node ${node} has withdrawn: its outcomes differ from those of f + 1 others`,
    means:
      "It orders on, but refuses commands and reads and attests no outcome. What the others attest is not touched.",
    next: "Keep its folder, find the entry with `juno diff`, run `juno verify` on it, and look for a damaged disk or memory or another version of the program. docs/guides/operations.md tells how it comes back.",
  }),
  halted: (node) => ({
    severity: "critical",
    what: `Node ${node} has halted itself: it has seen what must not be`,
    means: "It takes no part any more, and nobody should rely on what it says.",
    next: "Read its log (`halted`), keep its folder, find out why before you rely on this ledger, and report it.",
  }),
  amnesiac: (node) => ({
    severity: "warning",
    what: `Node ${node} only observes: its memory was rolled back, restored or lost`,
    means: "It answers clients, and never votes again under its key; one voter fewer may fail.",
    next: "If its machine is sound, give it other keys, under which it votes: `juno node new-keys`, then `juno admin rotate-keys`; else replace it (docs/guides/operations.md).",
  }),
  removed: (node) => ({
    severity: "warning",
    what: `Node ${node} is no member any more`,
    means: "Clients had better forget its address.",
    next: "Stop it, and take its address out of `apiUrls`.",
  }),
  newcomer: (node) => ({
    severity: "info",
    what: `Node ${node} is not admitted yet`,
    means: "It answers nobody before it is.",
    next: "`juno admin add-node --keys FILE` admits it (docs/guides/operations.md).",
  }),
  starting: (node) => ({
    severity: "warning",
    what: `Node ${node} takes no part yet: it waits for the others to tell what it had said before it was started`,
    means: "It refuses commands; one voter fewer may fail.",
    next: "It takes part as soon as a quorum, itself counted, has answered. If it waits for longer than some seconds, see who is silent.",
  }),
  draining: (node) => ({
    severity: "info",
    what: `Node ${node} takes no more commands: it is about to stop`,
    means: "Clients go to other nodes.",
    next: "Nothing, if somebody is restarting it.",
  }),
};

/** Whom its operator stopped has seen nothing wrong (S19, A33). */
const heldWords = (node: number, { since, reason }: NonNullable<StatusJson["halted"]>): Words => ({
  severity: "warning",
  what: `Node ${node} was halted by its operator, since ${new Date(since).toISOString()}: ${reason}`,
  means:
    "It counts as one that is down: one voter fewer may fail. It answers reads from what it had applied.",
  next: "When the reason is gone: `juno node resume --folder FOLDER`, with its operator's key.",
});

function states(scene: Scene): Finding[] {
  return scene.answering.flatMap(
    ({ node, status: { state, mode, halted, modeReason, notReadyBecause } }): Finding[] => {
      // Proof of too many faults weighs more than an order.
      const held = halted === undefined || mode === "halted" ? undefined : halted;
      if (held !== undefined) {
        const evidence = { since: held.since, key: held.key, reason: held.reason };
        return [{ code: "node-held", nodes: [node], ...heldWords(node, held), evidence }];
      }
      const words = STATES[state]?.(node);
      if (words === undefined) return [];
      const told = modeReason === undefined ? {} : { told: modeReason };
      const evidence = { state, ...told, reasons: notReadyBecause.join("; ") };
      return [{ code: `node-${state}`, nodes: [node], ...words, evidence }];
    },
  );
}

/** A node signs its own name (A16): two places where it answers are two bodies, or one that is listed twice. */
function names({ seen: { nodes } }: Scene): Finding[] {
  const places = new Map<number, string[]>();
  for (const seen of nodes) {
    const status = statusIn(seen.second);
    if (status === undefined || isAnother(seen, status)) continue;
    places.set(status.node, [...(places.get(status.node) ?? []), seen.url]);
  }
  return [...places].flatMap(([node, urls]) =>
    urls.length < 2
      ? []
      : [
          {
            code: "one-name-twice",
            severity: "warning" as const,
            nodes: [node],
            what: `Node ${node} answers at ${urls.length} addresses`,
            means: "One of the answers is looked at, and it is believed only for what it signs.",
            next: "If an address is listed twice, leave one out. Two processes with one node's keys must never run: stop one for good.",
            evidence: { addresses: urls.join(", ") },
          },
        ],
  );
}

/** Of all readings, also of different times: outcomes never change. */
function roots({ seen: { nodes } }: Scene): Finding[] {
  const told = nodes.flatMap(({ first, second }) => [statusIn(first) ?? [], statusIn(second) ?? []].flat());
  const byIndex = new Map<number, Map<string, Set<number>>>();
  for (const { node, applied } of told) {
    const at = byIndex.get(applied.index) ?? new Map<string, Set<number>>();
    at.set(applied.root, (at.get(applied.root) ?? new Set()).add(node));
    byIndex.set(applied.index, at);
  }
  return [...byIndex].flatMap(([index, at]) => {
    if (at.size < 2) return [];
    const sides = [...at].map(([root, who]) => ({ root, nodes: [...who].sort((a, b) => a - b) }));
    return [
      {
        code: "roots-differ",
        severity: "critical" as const,
        nodes: sides.flatMap((side) => side.nodes),
        what: `Nodes have DIFFERENT outcomes of entry ${index}: ${sides.map((side) => listText(side.nodes)).join(" against ")}`,
        means: "One side is wrong. Believe outcomes by their receipts only, which f + 1 voters sign.",
        next: "Keep the folders of both sides. Find the entry with `juno diff`, and run `juno verify` on both.",
        evidence: Object.fromEntries(sides.map((side) => [listText(side.nodes), side.root])),
      },
    ];
  });
}

function accusations({ answering }: Scene): Finding[] {
  const lies = new Map<string, { accused: number; holders: number[] }>();
  for (const { node, status } of answering) {
    for (const claim of status.evidence) {
      const sentence = evidenceSentence(claim);
      const lie = lies.get(sentence) ?? { accused: claim.accused, holders: [] };
      if (!lie.holders.includes(node)) lie.holders.push(node);
      lies.set(sentence, lie);
    }
  }
  return [...lies].map(([sentence, { accused, holders }]) => ({
    code: "voter-lied",
    severity: "warning",
    nodes: [accused],
    what: `It is proved that ${sentence}`,
    means: "Up to f such voters do no harm; the next one may be one too many.",
    next: "docs/guides/operator.md, When a node lies, tells what may be behind it. Replace it: `juno admin replace-node` or `remove-node`.",
    evidence: { "proof at": holders.join(", ") },
  }));
}

/** Notices that no healthy node has reason for, counted since its start. */
const ALARMS: Readonly<Record<string, readonly [what: string, next: string]>> = {
  false_outcome: [
    "has seen voters attest another outcome than it has",
    "Its log names the peers (`false_outcome`). Compare roots: `juno status`; keep the folders of both.",
  ],
  contradicted: [
    "was shown another branch by a leader than others were",
    "Its log names the term (`contradicted`); whoever led it is broken or lies.",
  ],
  snapshot_differs: [
    "has made another snapshot than other voters have signed for",
    "Compare roots (`juno status`), keep both folders, run `juno verify` on its own.",
  ],
  snapshot_damaged: [
    "has found files of a snapshot damaged",
    "Nothing is pruned under it, and the next snapshot takes its place. Check the disk.",
  ],
  archive_failed: [
    "could not export what it was to prune",
    "Its log says why (`archive_failed`): room and rights at `prune.archive`. It tries again, and prunes nothing meanwhile.",
  ],
  liar: [
    "was handed something false by another node",
    "Its log names the peer (`liar`) and what it was about.",
  ],
  rolled_back: [
    "was told by others of a vote or an acknowledgement that it does not know",
    "Its disk was put back to an earlier state, or its key is used twice: see that it runs once only. Then give it other keys: `juno node new-keys`, `juno admin rotate-keys`.",
  ],
  key_missing: [
    "holds none of the keys that the epoch names for it",
    "Put back the keys that were made for it, or give it new ones: `juno node new-keys`, `juno admin rotate-keys`.",
  ],
};

function alarms({ answering }: Scene): Finding[] {
  return answering.flatMap(({ node, status: { counters, uptimeMs } }) =>
    Object.entries(ALARMS).flatMap(([name, [what, next]]) => {
      const count = counters[`notice_${name}`] ?? 0;
      if (count === 0) return [];
      return [
        {
          code: name.replaceAll("_", "-"),
          severity: "warning" as const,
          nodes: [node],
          what: `Node ${node} ${what}`,
          means: "Clients that believe receipts are not deceived.",
          next,
          evidence: { count, uptimeMs },
        },
      ];
    }),
  );
}

function versions({ answering }: Scene): Finding[] {
  const byVersion = new Map<string, number[]>();
  for (const { node, status } of answering)
    byVersion.set(status.version, [...(byVersion.get(status.version) ?? []), node]);
  if (byVersion.size < 2) return [];
  const told = [...byVersion].map(([version, nodes]) => `${version} at ${listText(nodes)}`);
  return [
    {
      code: "versions-differ",
      severity: "warning",
      nodes: answering.map(({ node }) => node),
      what: `Nodes run different versions: ${told.join(", ")}`,
      means: "Nothing, if somebody is amid an upgrade, node by node.",
      next: "Bring the others to the newest version, one at a time.",
      evidence: Object.fromEntries([...byVersion].map(([version, nodes]) => [version, nodes.join(", ")])),
    },
  ];
}

/** C36: versions of the rules come into force at an entry; a node whose program does not know them stops before it. */
function outdated({ answering }: Scene): Finding[] {
  return answering.flatMap(({ node, status: { versions, committed } }) => {
    const { stopsBefore, known } = versions;
    if (stopsBefore === undefined) return [];
    return [
      {
        code: "too-old",
        severity: "critical" as const,
        nodes: [node],
        what: `Node ${node} is too old to apply entry ${stopsBefore} and all that follow; ${Math.max(0, stopsBefore - committed)} entries are left`,
        means: "It stops before that entry; if more than f voters do, nothing is attested any more.",
        next: "Start it again with a newer version of the program, before that entry comes.",
        evidence: { stopsBefore, committed, ledger: known.ledger, language: known.language },
      },
    ];
  });
}

/** What a node itself says of why it is not ready, unless a finding of its own tells more. */
export function unready({ answering }: Scene, told: readonly Finding[]): Finding[] {
  const isTold = ({ node, status }: Answering) =>
    STATES[status.state] !== undefined ||
    told.some(
      ({ code, nodes, severity }) => severity !== "info" && nodes.includes(node) && code !== "no-reserve",
    );
  return answering
    .filter((answer) => !answer.status.ready && !isTold(answer))
    .map(({ node, status: { notReadyBecause } }) => ({
      code: "not-ready",
      severity: "warning",
      nodes: [node],
      what: `${capital(listText([node]))} is not ready: ${notReadyBecause.join("; ")}`,
      means: "Clients had better ask another node.",
      next: "Look again in some seconds; its log says more.",
      evidence: { reasons: notReadyBecause.length },
    }));
}

export const integrity = (scene: Scene): Finding[] => [
  ...states(scene),
  ...names(scene),
  ...roots(scene),
  ...accusations(scene),
  ...alarms(scene),
  ...versions(scene),
  ...outdated(scene),
];
