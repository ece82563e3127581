// From what was seen to what is the matter: all rules (A38), the gravest finding first, and a verdict above them. Pure.

import { agreement } from "./agreement.ts";
import { clocks } from "./clocks.ts";
import type { Diagnosis, Examination, Finding, Severity, State } from "./examination.ts";
import { governing } from "./governing.ts";
import { integrity, unready } from "./integrity.ts";
import { machine } from "./machine.ts";
import { progress } from "./progress.ts";
import { reachability } from "./reachability.ts";
import { listText, Scene } from "./scene.ts";

const RULES = [reachability, agreement, governing, integrity, progress, machine, clocks] as const;
const GRAVITY: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

export function diagnose(seen: Examination): Diagnosis {
  const scene = new Scene(seen);
  const told = RULES.flatMap((rule) => rule(scene));
  const findings = [...told, ...unready(scene, told)].sort(
    (a, b) => GRAVITY[a.severity] - GRAVITY[b.severity],
  );
  const state = stateOf(scene, findings);
  return { state, verdict: verdictOf(scene, { state, findings }), findings };
}

function stateOf(scene: Scene, findings: readonly Finding[]): State {
  if (scene.answering.length === 0) return "unknown";
  if (scene.isStalled) return "stalled";
  if (findings.some(({ code }) => code === "ledger-halted")) return "halted";
  return findings.every(({ severity }) => severity === "info") ? "at-work" : "impaired";
}

function verdictOf(scene: Scene, { state, findings }: Pick<Diagnosis, "state" | "findings">): string {
  const { committed, seen } = scene;
  if (state === "unknown") {
    return `Nothing can be said of the cluster: none of ${seen.nodes.length} addresses gives an answer that a member of this network has signed.`;
  }
  if (state === "stalled")
    return `The cluster is stalled: nothing is committed after entry ${committed.second}, because ${cause(scene)}.`;
  const halt = findings.find(({ code }) => code === "ledger-halted");
  if (state === "halted") return `The cluster is at work, but ${lower(halt!.what)}.`;
  const by = `${scene.working.length} of ${seen.voters.length} voters are at work`;
  const leads = scene.leader === undefined ? "" : `, node ${scene.leader} leads`;
  const facts = `${by}${leads}, all is committed up to entry ${committed.second}`;
  if (state === "at-work") return `The cluster is at work: ${facts}.`;
  const more = findings.filter(({ severity }) => severity !== "info").length - 1;
  const others = more === 0 ? "" : ` (and ${more} more ${more === 1 ? "finding" : "findings"})`;
  return `The cluster is at work, but not well: ${facts}. ${findings[0]!.what}${others}.`;
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function cause(scene: Scene): string {
  const { quorum, voters } = scene.seen;
  const { present, absent, answering } = scene;
  if (present.length < quorum) {
    const are =
      present.length === 0 ? "none is" : `only ${listText(present)} ${present.length === 1 ? "is" : "are"}`;
    return `${quorum} of ${voters.length} voters must sign and ${are} at work; the signatures of ${listText(absent)} are lacking`;
  }
  const stall = answering.map(({ status }) => status.stall).find((one) => one !== undefined);
  if (stall !== undefined)
    return `the signatures of ${listText(stall.lacks)} are lacking (for ${stall.waitingFor})`;
  return "its voters do not agree on a leader";
}
