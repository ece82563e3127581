// Rules about what people have decided or left open: the red button, acts that wait for approvals or for nodes.

import type { Finding, OpenAct } from "./examination.ts";
import type { Scene } from "./scene.ts";
import { secondsText } from "./scene.ts";

const SOON_MS = 24 * 3_600_000;
const ID_DIGITS = 12;

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The red button, as the node tells that has applied most. */
function halted({ answering }: Scene): Finding[] {
  const newest = [...answering].sort((a, b) => b.status.applied.index - a.status.applied.index)[0];
  const halt = newest?.status.ledgerHalt;
  if (halt === undefined) return [];
  const by = halt.by.map(({ key, name }) => name ?? `key ${key.slice(0, ID_DIGITS)}`).sort();
  return [
    {
      code: "ledger-halted",
      severity: "critical",
      nodes: [],
      what: `The ledger is halted since ${isoTime(halt.since)}, by ${by.join(", ")}: ${halt.reason}`,
      means:
        "It takes nothing but decisions about the network; every other command is refused. Queries go on.",
      next: 'When the reason is gone: `juno admin resume --reason "…" --key FILE`, once for each key that the policy asks for.',
      evidence: { index: halt.index, act: halt.act, by: by.join(", ") },
    },
  ];
}

function actFinding(act: OpenAct, nowMs: number): Finding {
  const { id, kind, reason, status, expires, approvedBy, lacking, notReady } = act;
  const leftMs = expires - nowMs;
  const evidence = { act: id, "approved by": approvedBy.join(", "), expires: isoTime(expires) };
  const ready = notReady.length === 0 ? {} : { "not ready": notReady.join("; ") };
  if (status === "approved") {
    return {
      code: "act-pending",
      severity: "warning",
      nodes: [],
      what: `An act is approved and not in force yet (${kind}: ${reason})`,
      means:
        kind === "configure"
          ? "The network is as it was before until a quorum of the new voters is ready."
          : "Nothing changes before.",
      next:
        kind === "configure"
          ? "See who is not ready, and why; a leader takes it up as soon as it can (`configuration_refused` in its log says why not)."
          : `\`juno admin show ${id} --network NET\` tells all of it.`,
      evidence: { ...evidence, ...ready },
    };
  }
  return {
    code: "act-open",
    severity: leftMs < SOON_MS ? "warning" : "info",
    nodes: [],
    what: `An act waits for approval (${kind}: ${reason}); it lacks ${lacking ?? "nobody"} and expires in ${secondsText(leftMs)}`,
    means: "Nothing changes before it is approved.",
    next: `Whoever agrees: \`juno admin approve ${id} --key FILE --network NET\`. \`juno admin show ${id}\` tells what it does.`,
    evidence: { ...evidence, ...ready },
  };
}

function acts({ answering, seen: { acts: open, nowMs } }: Scene): Finding[] {
  if (answering.length === 0) return [];
  if (open === undefined) {
    return [
      {
        code: "acts-unknown",
        severity: "info",
        nodes: [],
        what: "No node tells what the administrators have left open",
        means: "A change that is pending would not be seen here.",
        next: "`juno admin acts` asks again. Where reads are guarded, say who asks: `--as FILE`, the key file of an administrator or operator.",
        evidence: {},
      },
    ];
  }
  return open.filter(({ expires }) => expires > nowMs).map((act) => actFinding(act, nowMs));
}

export const governing = (scene: Scene): Finding[] => [...halted(scene), ...acts(scene)];
