// Administrators who change the network while the storm rages (S17): nodes come, go, and come again, votes are given and
// taken, keys and administrators replaced. They govern as people do: they ask the nodes whether they are ready, propose an
// act, approve it, by any client and any node; look whether its epoch has begun, and try again. One change after the other.

import { type Epoch, hex, parseUtf8 } from "@juno/base";
import { actId, type ConfigurationAct, parseConfigurationAct, votersOf } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import { quorumIn } from "../checkers/quorum.ts";
import { sha256 } from "../crypto.ts";
import { configurationDocument } from "../members.ts";
import { EPOCH_MS } from "../world/virtual-clock.ts";
import type { World } from "../world/world.ts";
import { type Change, changed, type Wanted } from "./changes.ts";
import { approve, LONG_MS, submitAction, toldApprovals } from "./governing.ts";

/** At the usual pace of the network. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 400;
const HASTY_MS = 1_500;
/** Administrators lose patience with a change after so long. */
const STUBBORN_MS = 15_000;

type Wish = { readonly change: Change; readonly isStubborn?: boolean; untilMs?: number };

export class Governor {
  readonly #world: World;
  readonly #slowness: number;
  readonly #wishes: Wish[] = [];
  #isAtWork = false;

  constructor(world: World, slowness: number) {
    this.#world = world;
    this.#slowness = slowness;
  }

  /** One after the other, when what was wished for before is done or given up. */
  wish(changes: readonly Change[]): void {
    for (const change of changes) this.#wishes.push({ change });
    if (!this.#isAtWork) this.#next();
  }

  /** When the trouble is over: a change is made however long it takes. Resolves with whether it was in time. */
  async settle(withinMs: number): Promise<boolean> {
    const { epochs, prng } = this.#world;
    this.#wishes.length = 0;
    const before = epochs.last.electorate.epoch;
    const change = prng.pick(["new keys", "new administrators", "nothing"] as const);
    this.#wishes.push({ change, isStubborn: true });
    if (!this.#isAtWork) this.#next();
    const isDone = () => {
      const { epoch } = epochs.last.electorate;
      return epoch > before && this.#world.sound.every(({ state }) => state?.electorate.epoch === epoch);
    };
    return this.#world.run(withinMs, isDone);
  }

  #later(delayMs: number, action: () => void): void {
    this.#world.plan(delayMs * this.#slowness, action);
  }

  #next(): void {
    const [wish] = this.#wishes;
    this.#isAtWork = wish !== undefined;
    if (wish !== undefined) this.#attempt(wish);
  }

  #done(wish: Wish): void {
    const at = this.#wishes.indexOf(wish);
    if (at >= 0) this.#wishes.splice(at, 1);
    this.#later(PAUSE_MS / 4, () => this.#next());
  }

  #attempt(wish: Wish): void {
    const world = this.#world;
    const { epochs, prng, nodes } = world;
    const known = epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER });
    const wanted = changed(wish.change, { prng, epochs: known, ids: nodes.map(({ id }) => id) });
    wish.untilMs ??= world.nowMs + STUBBORN_MS * this.#slowness;
    const isLate = !wish.isStubborn && world.nowMs > wish.untilMs;
    if (wanted === undefined || isLate) return this.#done(wish);
    const epoch = this.#propose(wish.change, wanted);
    if (epoch === undefined) {
      world.tally.add("configuration: too few are ready");
      return this.#later(PAUSE_MS, () => this.#attempt(wish));
    }
    // Another act for the same epoch: whichever the leader takes, the other one is superseded.
    if (prng.chance(1, 4)) this.#propose("the same once more", wanted);
    this.#watch(wish, epoch, world.nowMs + PATIENCE_MS * this.#slowness);
  }

  /** The epoch that is to begin; undefined if too few would be ready for it. */
  #propose(what: string, wanted: Wanted): Epoch | undefined {
    const document = this.#document(wanted);
    const act = parseConfigurationAct(sha256, document);
    if (!act.ok) throw new Error(`the administrators' act is none: ${act.error.detail}`);
    const ready = this.#ready(act.value, document);
    if (ready.length < quorumIn(votersOf(act.value).length)) return undefined;
    this.#world.say(`the administrators want ${what}: epoch ${act.value.epoch}, ${toldMembers(act.value)}`);
    this.#bring(document, ready);
    return act.value.epoch;
  }

  #document({ members, admin }: Wanted): Uint8Array {
    const { epochs, prng, nowMs } = this.#world;
    const spanMs = prng.chance(1, 8) ? HASTY_MS * this.#slowness : LONG_MS;
    return configurationDocument({
      ...{ epoch: epochs.last.electorate.epoch + 1, members, admin },
      ...{ expires: EPOCH_MS + Math.floor(nowMs) + spanMs, nonce: this.#world.nextNonce() },
    });
  }

  /** Whoever would vote says whether it is ready, liars too. */
  #ready(act: ConfigurationAct, document: Uint8Array): { node: number; signature: string }[] {
    return votersOf(act).flatMap(({ id }) => {
      const { replica } = this.#world.node(id);
      const answer = replica && readyAtOnce(replica, document);
      return answer?.ok ? [{ node: Number(id), signature: hex(answer.value.signature) }] : [];
    });
  }

  /** With all approvals at once, or one first and the others when it has been seen. */
  #bring(document: Uint8Array, ready: readonly object[]): void {
    const act = actId(sha256, document);
    const approvals = approve(this.#world, document);
    const isBySteps = this.#world.prng.chance(1, 2);
    const first = isBySteps ? approvals.slice(0, 1) : approvals;
    const text = parseUtf8(document);
    submitAction(this.#world, { propose: { act: text, approvals: toldApprovals(first), ready } });
    if (isBySteps)
      this.#later(PAUSE_MS, () =>
        submitAction(this.#world, {
          approve: { act: hex(act), approvals: toldApprovals(approvals.slice(1)) },
        }),
      );
  }

  #watch(wish: Wish, epoch: Epoch, untilMs: number): void {
    const { epochs, nowMs, tally } = this.#world;
    if (epochs.last.electorate.epoch >= epoch) {
      tally.add(`configuration: ${wish.change}`);
      return this.#done(wish);
    }
    if (nowMs >= untilMs) return this.#attempt(wish);
    this.#later(PAUSE_MS / 2, () => this.#watch(wish, epoch, untilMs));
  }
}

const toldMembers = ({ members }: ConfigurationAct): string =>
  members.map(({ id, role }) => `${id}${role === "voter" ? "" : " (observer)"}`).join(" ");
