// An epoch in words: where it begins, who votes, and why the one before ended.

import { renderEpoch } from "@juno/api";
import { hex } from "@juno/base";
import { sha256 } from "@juno/node/light";
import type { EpochFacts, MemberRole } from "@juno/proof";
import { safeText } from "../terminal/safe-text.ts";

/** Without the link, which is for programs that verify it: those take the file. */
export function epochJson(facts: EpochFacts): Record<string, unknown> {
  const { link, ...told } = renderEpoch({ sha256, hex }, facts);
  return told;
}

export function epochLines(facts: EpochFacts): string[] {
  const { epoch, start, nodes, reason, time } = renderEpoch({ sha256, hex }, facts);
  const named = (role: MemberRole) => nodes.filter((node) => node.role === role).map(({ id }) => id);
  const { quorum } = facts.electorate;
  const voters = named("voter");
  const observers = named("observer");
  const begins =
    time === undefined
      ? "begins with the genesis"
      : `begins above entry ${start.index}, ${new Date(time).toISOString()}`;
  return [
    `epoch ${epoch} ${begins}`,
    `  ${quorum} of the voters ${voters.join(", ")} decide${observers.length > 0 ? `; ${observers.length === 1 ? `node ${observers[0]} observes` : `nodes ${observers.join(", ")} observe`}` : ""}`,
    ...(reason === undefined ? [] : [`  because: ${safeText(reason)}`]),
  ];
}

/** P39: which voters the entries of a log went through; nothing where they never changed. */
export function epochSentences(epochs: readonly EpochFacts[]): string[] {
  return epochs.slice(1).map((facts) => {
    const { epoch, start, nodes, reason } = renderEpoch({ sha256, hex }, facts);
    const voters = nodes.filter(({ role }) => role === "voter").map(({ id }) => id);
    const why = reason === undefined ? "" : `, because: ${safeText(reason)}`;
    return `From entry ${start.index + 1} on (epoch ${epoch}) nodes ${voters.join(", ")} vote${why}.`;
  });
}
