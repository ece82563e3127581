// Reading a command's words: node lists, spans of time, positions. A word that does not fit is a
// mistake in the scenario and stops it.

import { NodeId } from "@juno/base";
import { MESSAGE_KINDS, type MessageKind } from "@juno/consensus";

export class ScenarioMistake extends Error {
  override readonly name = "ScenarioMistake";
}

export function mistake(what: string): never {
  throw new ScenarioMistake(what);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `3s`, `-1h` in milliseconds. */
export function readSpan(word: string | undefined): number {
  const match = /^([+-]?\d+)(ms|s|m|h)$/.exec(word ?? "");
  if (match === null) mistake(`${word} is no span of time`);
  return Number(match![1]) * UNITS[match![2]!]!;
}

export function readNumber(word: string | undefined): number {
  return /^\d+$/.test(word ?? "") ? Number(word) : mistake(`${word} is no number`);
}

export function readNode(word: string | undefined): NodeId {
  return NodeId(readNumber(word));
}

/** `1 3 4`, or `all`. */
export function readNodes(words: readonly string[], everyone: readonly NodeId[]): NodeId[] {
  if (words.length === 1 && words[0] === "all") return [...everyone];
  return words.length === 0 ? mistake("nodes are missing") : words.map(readNode);
}

export function readKinds(word: string | undefined): readonly MessageKind[] {
  if (word === "everything") return MESSAGE_KINDS;
  return (word ?? "").split(",").map((kind) => {
    const found = MESSAGE_KINDS.find((known) => known === kind);
    return found ?? mistake(`${kind} is no kind of message`);
  });
}

/** Splits words at the given marks: `from 1 to 2 3` by from and to. */
export function split<K extends string>(
  words: readonly string[],
  marks: readonly K[],
): Partial<Record<K, string[]>> & { readonly head: string[] } {
  const parts: Record<string, string[]> = { head: [] };
  let current = "head";
  for (const word of words) {
    const mark = marks.find((candidate) => candidate === word);
    if (mark === undefined) parts[current]!.push(word);
    else {
      current = mark;
      parts[current] = [];
    }
  }
  return parts as Partial<Record<K, string[]>> & { readonly head: string[] };
}
