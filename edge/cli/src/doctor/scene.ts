// An examination arranged for the rules: who answered, who is heard by others, how far the cluster is.

import type { StatusJson } from "@juno/api";
import type { Examination, NodeSeen, Problem, Reading } from "./examination.ts";

/** Whoever was heard by another node within this time is at work, whether or not it answers here. */
const HEARD_MS = 2_000;

export type Answering = {
  readonly node: number;
  readonly seen: NodeSeen;
  /** Undefined if it answered the second time only. */
  readonly first: StatusJson | undefined;
  readonly status: StatusJson;
};

export type Silent = {
  readonly seen: NodeSeen;
  readonly problem: Problem;
  /** It had answered a moment before. */
  readonly wentAway: boolean;
  /** Nodes that have just heard it. */
  readonly heardBy: readonly number[];
};

export const statusIn = (reading: Reading): StatusJson | undefined =>
  "status" in reading ? reading.status : undefined;

/** Whether somebody else answers than was asked. */
export const isAnother = ({ id }: NodeSeen, { node }: StatusJson): boolean => id !== undefined && id !== node;

/** A node that was halted, or does not know yet what it has said, signs nothing (A31); one that left orders on (V15). */
const signs = ({ state }: StatusJson): boolean =>
  state === "voter" || state === "draining" || state === "read-only";

/** A number that counts up from a node's start, and by how much it grew between the readings. */
export function grown({ first, status }: Answering, name: string): number {
  const now = status.counters[name] ?? 0;
  // A node that was started between the readings counts from 0 again.
  if (first === undefined || first.uptimeMs > status.uptimeMs) return now;
  return now - (first.counters[name] ?? 0);
}

export const listText = (nodes: readonly number[]): string =>
  `${nodes.length === 1 ? "node" : "nodes"} ${nodes.join(", ")}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const secondsText = (ms: number): string => {
  const seconds = Math.abs(ms) / 1000;
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} h`;
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  return seconds >= 10 ? `${Math.round(seconds)} s` : `${seconds.toFixed(1)} s`;
};

export class Scene {
  readonly seen: Examination;
  /** In order of their numbers, each node once. */
  readonly answering: readonly Answering[];
  readonly silent: readonly Silent[];
  readonly committed: { readonly first: number; readonly second: number };

  constructor(seen: Examination) {
    this.seen = seen;
    const answering = new Map<number, Answering>();
    for (const node of seen.nodes) {
      const status = statusIn(node.second);
      // What another node says at its address says nothing of the member that was asked.
      if (status === undefined || isAnother(node, status) || answering.has(status.node)) continue;
      const earlier = statusIn(node.first);
      const first = earlier?.node === status.node ? earlier : undefined;
      answering.set(status.node, { node: status.node, seen: node, first, status });
    }
    this.answering = [...answering.values()].sort((a, b) => a.node - b.node);
    this.silent = seen.nodes.flatMap((node) => this.#silentAt(node));
    const most = (of: (answer: Answering) => number) => Math.max(0, ...this.answering.map(of));
    this.committed = {
      first: most(({ first }) => first?.committed ?? 0),
      second: most(({ status }) => status.committed),
    };
  }

  #silentAt(seen: NodeSeen): Silent[] {
    if (!("problem" in seen.second)) return [];
    const heardBy = seen.id === undefined ? [] : this.heardBy(seen.id);
    return [{ seen, problem: seen.second.problem, wentAway: "status" in seen.first, heardBy }];
  }

  heardBy(id: number): number[] {
    const hears = ({ status }: Answering) =>
      status.peers.some(({ node, lastMessageAgeMs: age }) => node === id && (age ?? Infinity) < HEARD_MS);
    return this.answering.filter(hears).map(({ node }) => node);
  }

  isMember(node: number): boolean {
    return this.seen.members.includes(node);
  }

  isVoter(node: number): boolean {
    return this.seen.voters.includes(node);
  }

  /** Voters that may sign: they answer and have withdrawn from nothing, or others hear them. */
  get present(): number[] {
    return this.seen.voters.filter((id) => {
      const answer = this.answering.find(({ node }) => node === id);
      return answer === undefined ? this.heardBy(id).length > 0 : signs(answer.status);
    });
  }

  get absent(): number[] {
    const { present } = this;
    return this.seen.voters.filter((id) => !present.includes(id));
  }

  /** Voters that take part under a leader, by their own word or, if they are only heard, by that of others. */
  get working(): readonly number[] {
    return this.#workingBy(({ status }) => status);
  }

  #workingBy(told: (answer: Answering) => StatusJson | undefined): readonly number[] {
    const own = this.answering.filter((answer) => {
      const status = told(answer);
      if (status === undefined || !this.isVoter(answer.node)) return false;
      const { role, stall } = status;
      return signs(status) && stall === undefined && (role === "leader" || role === "follower");
    });
    if (own.length === 0) return [];
    const answered = this.answering.map(({ node }) => node);
    const heard = this.present.filter((id) => !answered.includes(id));
    return [...own.map(({ node }) => node), ...heard].sort((a, b) => a - b);
  }

  get leader(): number | undefined {
    const leading = this.answering.filter(({ status }) => status.role === "leader" && signs(status));
    return leading.sort((a, b) => b.status.term - a.status.term)[0]?.node;
  }

  /** Whether anything was committed between the readings. */
  get hasMoved(): boolean {
    const { first } = this.committed;
    return this.answering.some((answer) => answer.first !== undefined && answer.status.committed > first);
  }

  /** An election takes a moment: what stands still at both readings is stalled. */
  get isStalled(): boolean {
    const { quorum } = this.seen;
    if (this.hasMoved || this.working.length >= quorum) return false;
    return this.#workingBy(({ first }) => first).length < quorum;
  }

  /** Voters whose address nobody gave, and that do not answer at any other. */
  get unasked(): number[] {
    const asked = new Set([
      ...this.seen.nodes.flatMap(({ id }) => id ?? []),
      ...this.answering.map(({ node }) => node),
    ]);
    const anonymous = this.silent.filter(({ seen }) => seen.id === undefined).length;
    const missing = this.seen.members.filter((id) => !asked.has(id));
    return missing.slice(0, Math.max(0, missing.length - anonymous));
  }
}
