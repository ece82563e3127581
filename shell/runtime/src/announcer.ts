// What a node tells of itself: to its operator's log, to the counters, and to whoever streams its events.
// It decides nothing. Invariant: a stall is told when it begins, when it changes and when it ends, and what the node is
// whenever that is another word.

import { leaderOf } from "@juno/proof";
import type { Counters } from "./counters.ts";
import type { NodeState } from "./node-state.ts";
import type { NodeEvent, Stall } from "./ports/backend.ts";
import type { Clock } from "./ports/clock.ts";
import { stallOf, type Watched } from "./stall.ts";

export type Facts = Readonly<Record<string, number | string>>;
/** Whoever is not called for so many heartbeats was paused itself. */
const ASLEEP_HEARTBEATS = 10;

type Listener = (event: NodeEvent) => void;

/** Notices that are news of the node's role. */
const ROLES: ReadonlySet<string> = new Set(["became_leader", "following"]);
/** Notices of what no honest and healthy node does. */
const ALARMS: ReadonlySet<string> = new Set([
  "evidence",
  "contradicted",
  "diverged",
  "halted",
  "rolled_back",
  "false_outcome",
  "snapshot_differs",
]);

export class Announcer {
  readonly #clock: Pick<Clock, "wallMs">;
  readonly #counters: Counters;
  readonly #watched: () => Watched;
  readonly #nodeState: () => NodeState;
  readonly #note: (code: string, facts: Facts) => void;
  readonly #listeners = new Set<Listener>();
  /** What was said last of what a quorum lacks. */
  #stall: string | undefined;
  #watchedMs = 0;
  /** What was said last of what the node is. */
  #told: NodeState | undefined;

  constructor(parts: {
    readonly clock: Pick<Clock, "wallMs">;
    readonly counters: Counters;
    watched(): Watched;
    nodeState(): NodeState;
    /** Something an operator may want to know. */
    note(code: string, facts: Facts): void;
  }) {
    this.#clock = parts.clock;
    this.#counters = parts.counters;
    this.#watched = parts.watched;
    this.#nodeState = parts.nodeState;
    this.#note = parts.note;
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notice(code: string, facts: Facts): void {
    this.#counters.add(`notice_${code}`);
    this.#note(code, facts);
    if (ROLES.has(code)) this.#emit("role", code);
    if (ALARMS.has(code)) this.#emit("alarm", [code, ...Object.values(facts)].join(" "));
  }

  mode(reason: string): void {
    this.#emit("mode", reason);
  }

  /** What a stalled quorum lacks, as seen at the last heartbeat and still. */
  get stall(): Stall | undefined {
    return this.#stall === undefined ? undefined : stallOf(this.#watched());
  }

  /** A31. To be called at every heartbeat, and whenever it may be another one. */
  watchState(): void {
    const before = this.#told;
    const state = this.#nodeState();
    if (state === before) return;
    this.#told = state;
    this.notice("node_state", before === undefined ? { state } : { state, before });
    this.#emit("state", state);
  }

  /** To be called at every heartbeat. */
  watchStall(): void {
    const watched = this.#watched();
    const { nowMs, context } = watched;
    const wasAsleep = nowMs - this.#watchedMs > ASLEEP_HEARTBEATS * context.timing.heartbeatMs;
    this.#watchedMs = nowMs;
    // What came meanwhile is not read yet.
    if (wasAsleep) return;
    const stall = stallOf(watched)?.detail;
    if (stall === this.#stall) return;
    this.#stall = stall;
    if (stall === undefined) this.notice("moving", {});
    else this.notice("stalled", { detail: stall });
    this.#emit("stall", stall ?? "a quorum is at work again");
  }

  #emit(what: NodeEvent["what"], detail: string): void {
    const { state } = this.#watched();
    const { currentTerm: term } = state;
    const leader = leaderOf(state.electorate, term);
    const event: NodeEvent = { what, detail, time: this.#clock.wallMs(), term, leader };
    for (const listener of this.#listeners) listener(event);
  }
}
