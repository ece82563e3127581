// Administrators who activate later versions while nodes are upgraded (C36 to C38): they ask the nodes which of them know
// the versions, propose an act, look whether it was decided, and try again; now and then they change their mind. When the
// trouble is over some nodes are left behind, as many as the network bears, and are upgraded when they have ended.

import { hex, parseUtf8 } from "@juno/base";
import type { Versions } from "@juno/ledger";
import { readyAtOnce } from "@juno/runtime";
import { knows, NEWEST } from "../world/programs.ts";
import type { World } from "../world/world.ts";
import type { WorldNode } from "../world/world-node.ts";
import { roomForFaults, upgrade } from "./deed.ts";
import { approve, documentOf, submitAction, toldApprovals } from "./governing.ts";

/** At the usual pace of the network. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 400;
/** Administrators lose patience with an activation after so long. */
const STUBBORN_MS = 15_000;
/** Between entries that are there for no other purpose. */
const PULSE_MS = 200;
const AHEAD_ENTRIES = 24;
const DOWN_MS = 2_000;

export class Activator {
  readonly #world: World;
  readonly #slowness: number;

  constructor(world: World, slowness: number) {
    this.#world = world;
    this.#slowness = slowness;
  }

  wish(versions: Versions, forMs = STUBBORN_MS): void {
    this.#attempt(versions, this.#world.nowMs + forMs * this.#slowness);
  }

  /** Whatever lies ahead shall not come. */
  cancel(): void {
    if (!this.#world.programs.last.isAhead) return;
    this.#world.say("the administrators cancel the activation");
    this.#bring(documentOf(this.#world, "cancel-activation", {}), {});
  }

  /** When the trouble is over: all that is there is activated, and who is left behind ends first. Resolves with whether it was in time. */
  async settle(withinMs: number): Promise<boolean> {
    const world = this.#world;
    const { programs, prng, nodes } = world;
    const old = nodes.filter(({ known }) => !knows(known, NEWEST));
    const left = old.filter((node) => world.sound.includes(node)).slice(0, Math.max(0, roomForFaults(world)));
    const upgraded = (node: WorldNode) => {
      const [forMs, forgets] = [prng.below(DOWN_MS), prng.chance(1, 4)];
      upgrade(world, { node: node.id, forMs, forgets });
    };
    for (const node of old) if (!left.includes(node)) upgraded(node);
    this.wish(NEWEST, Number.POSITIVE_INFINITY);
    const isActive = () => !programs.last.isAhead && knows(programs.last.versions, NEWEST);
    const isStopped = ({ ending, known, ledger }: WorldNode) =>
      ending !== undefined && !knows(known, programs.versionsAt(ledger.applied.index + 1));
    const isDone = () => isActive() && left.every((node) => !world.isMember(node) || isStopped(node));
    const pulse = () => {
      if (isDone()) return;
      // Refused, and an entry all the same; none while nodes that lack the last one would not be ready.
      const isDecided = programs.last.isAhead || isActive();
      if (isDecided) this.#bring(documentOf(world, "withdraw", { act: "ab".repeat(32) }), {});
      this.#later(PULSE_MS, pulse);
    };
    pulse();
    if (!(await world.run(withinMs, isDone))) return false;
    world.tally.add("versions: left behind", left.length);
    for (const node of left) upgraded(node);
    return true;
  }

  #later(delayMs: number, action: () => void): void {
    this.#world.plan(delayMs * this.#slowness, action);
  }

  #attempt(wanted: Versions, untilMs: number): void {
    const world = this.#world;
    const { versions: last, isAhead } = world.programs.last;
    // None may be earlier than the one in force.
    const versions = {
      ledger: Math.max(wanted.ledger, last.ledger),
      language: Math.max(wanted.language, last.language),
    };
    if (world.nowMs > untilMs || (knows(last, versions) && !isAhead)) return;
    const isProposed = !isAhead && this.#propose(versions);
    this.#later(isProposed ? PATIENCE_MS : PAUSE_MS, () => this.#attempt(wanted, untilMs));
  }

  /** False if too few would know them. */
  #propose(versions: Versions): boolean {
    const world = this.#world;
    const { chronicle, epochs, nodes, prng, tally } = world;
    const at = chronicle.length + 2 + prng.below(AHEAD_ENTRIES);
    const document = documentOf(world, "activate", { at, ...versions });
    const { electorate } = epochs.last;
    const ready = nodes.flatMap(({ id, replica }) => {
      const [key, answer] = [electorate.keyOf.get(id), replica && readyAtOnce(replica, document)];
      if (key === undefined || !answer?.ok) return [];
      return [{ key: hex(key), node: Number(id), signature: hex(answer.value.signature) }];
    });
    if (ready.length < electorate.quorum) {
      tally.add("versions: too few know them");
      return false;
    }
    const { ledger, language } = versions;
    world.say(`the administrators want ledger ${ledger} and language ${language} from ${at} on`);
    this.#bring(document, { ready });
    return true;
  }

  #bring(document: Uint8Array, besides: object): void {
    const approvals = toldApprovals(approve(this.#world, document));
    submitAction(this.#world, { propose: { act: parseUtf8(document), approvals, ...besides } });
  }
}
