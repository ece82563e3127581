// The lies that scenarios can name.

import type { NodeId } from "@juno/base";
import { badFetch } from "../byzantine/bad-fetch.ts";
import { censor } from "../byzantine/censor.ts";
import { doubleAck } from "../byzantine/double-ack.ts";
import { equivocate } from "../byzantine/equivocate.ts";
import { falseOutcomes } from "../byzantine/false-outcomes.ts";
import { favour } from "../byzantine/favour.ts";
import type { Lie } from "../byzantine/liar.ts";
import { mistake, readNode } from "./words.ts";

/** What `let N …: details` means; undefined is honesty from now on. */
export function lieOf(words: readonly string[], details: readonly string[]): Lie | undefined {
  const phrase = words.join(" ");
  if (phrase === "be honest") return undefined;
  if (phrase === "equivocate") return equivocate(groupsOf(details));
  if (phrase === "favour") return favour(details.map(readNode));
  if (phrase === "ack everything") return doubleAck;
  if (phrase === "ignore commands") return censor(details[1]);
  if (phrase === "attest wrong outcomes") return falseOutcomes;
  const serving = /^serve (silence|nothing|garbage|shifted|single)$/.exec(phrase);
  if (serving !== null) return badFetch(serving[1] as Parameters<typeof badFetch>[0]);
  return mistake(`no lie is called ${phrase}`);
}

/** `1 | 3 4`: which group a node belongs to. */
function groupsOf(details: readonly string[]): (to: NodeId) => number {
  const groups = details
    .join(" ")
    .split("|")
    .map((group) => new Set(group.trim().split(/\s+/).filter(Boolean).map(readNode)));
  return (to) =>
    Math.max(
      0,
      groups.findIndex((group) => group.has(to)),
    );
}
