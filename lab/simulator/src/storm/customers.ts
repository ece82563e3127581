// Clients of the simulated bank: each order is sent to a node, or several, asked for again, given up. A
// client believes an outcome only with a proof, as the SDK does; what it saw is kept as a history.

import { hex, type NodeId } from "@juno/base";
import { type AnyCall, type Operation, tillName, type WriteAnswer } from "@juno/judge";
import { electorateOfBody, type OutcomeProof, type SignedCommand, verifyOutcome } from "@juno/proof";
import type { CommandState, NodeBackend } from "@juno/runtime";
import { faultsIn } from "../checkers/quorum.ts";
import { sha256, verifySignature } from "../crypto.ts";
import { ACCOMPLICE, CLIENTS, type ClientName } from "../world/bank.ts";
import { ACCOUNTS, minorOf, type Officer, TILL } from "../world/contracts.ts";
import { readReceipt } from "../world/receipt.ts";
import { EPOCH_MS } from "../world/virtual-clock.ts";
import type { World } from "../world/world.ts";

export const MANNERS = [
  /** Asks the next node when one does not answer. */
  "patient",
  /** Asks several nodes at once. */
  "everywhere",
  /** Sends it and forgets about it. */
  "careless",
  /** Expires within seconds. */
  "hasty",
  /** Its time is over before it is sent. */
  "expired",
  /** Bears a signature of something else. */
  "forged",
  /** What was sent before is sent again. */
  "replayed",
  /** Many at once. */
  "flood",
  /** A balance, by a quorum. */
  "linearizable read",
  /** A balance, by one node's own state. */
  "local read",
] as const;
export type Manner = (typeof MANNERS)[number];

export type Order = {
  readonly by: ClientName | Officer;
  readonly calls: readonly AnyCall[];
  readonly manner: Manner;
  /** Nodes in the order in which they are asked; 0 is whoever leads then, -1 one that does not. */
  readonly to: readonly number[];
  /** How many, in a flood. */
  readonly count: number;
  /** What is read; the own account if it is not said. */
  readonly till?: string;
};

/** A command and what its client knows of it. */
type Followed = {
  readonly id: string;
  readonly by: string;
  readonly calls: readonly AnyCall[];
  readonly invoked: number;
  returned: number;
  answer: WriteAnswer;
};

type Query = Parameters<NodeBackend["query"]>[0];

/** At the usual pace of the network. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 300;
const MOMENT_MS = 0.125;
const LONG_MS = 12 * 3_600_000;
const SPANS_MS: Partial<Record<Manner, number>> = { hasty: 4_000, expired: -60_000 };

export class Customers {
  readonly #world: World;
  readonly #slowness: number;
  readonly #followed = new Map<string, Followed>();
  readonly #reads: Operation[] = [];
  readonly #sent: SignedCommand[] = [];
  /** By id: nodes that say that they do not hold the outcome any more. */
  readonly #prunedAt = new Map<string, Set<NodeId>>();

  constructor(world: World, slowness: number) {
    this.#world = world;
    this.#slowness = slowness;
    world.onAccomplice = (id, calls) => this.#begin({ id, by: ACCOMPLICE, calls });
  }

  /** Everything that was asked and answered so far. */
  get history(): Operation[] {
    const writes = [...this.#followed.values()].map(
      ({ id, by: client, calls, invoked, returned, answer }): Operation => ({
        ...{ kind: "write", id, client, calls, invoked, answer },
        returned: answer.kind === "acknowledged" ? returned : this.#world.nowMs,
      }),
    );
    return [...writes, ...this.#reads];
  }

  /** Commands that some client knows the outcome of. */
  get acknowledged(): number {
    return [...this.#followed.values()].filter(({ answer }) => answer.kind === "acknowledged").length;
  }

  /** Returns the ids of the commands. */
  order(order: Order): string[] {
    const { manner, count, to } = order;
    this.#world.tally.add(`client: ${manner}`);
    if (to.every((one) => one === -1)) this.#world.tally.add("client: followers only");
    if (manner === "linearizable read" || manner === "local read") {
      this.#read(order);
      return [];
    }
    const old =
      manner === "replayed" && this.#sent.length > 0 ? this.#world.prng.pick(this.#sent) : undefined;
    const copies = manner === "flood" ? count : 1;
    const commands = old === undefined ? Array.from({ length: copies }, () => this.#make(order)) : [old];
    return commands.map((signed) => this.#follow(signed, order));
  }

  /** Proved, or by the word of f+1 nodes so long ago that they have let go of the proof. */
  isKnown(id: string): boolean {
    const told = this.#prunedAt.get(id)?.size ?? 0;
    const isPruned = told > this.#world.bank.electorate.faults;
    return isPruned || this.#followed.get(id)?.answer.kind === "acknowledged";
  }

  #begin({ id, by, calls }: { id: string; by: string; calls: readonly AnyCall[] }): void {
    const { nowMs: invoked } = this.#world;
    this.#followed.set(id, { id, by, calls, invoked, returned: invoked, answer: { kind: "unknown" } });
  }

  #make({ by, calls, manner }: Order): SignedCommand {
    const { bank, nowMs } = this.#world;
    const expiresMs = EPOCH_MS + Math.floor(nowMs) + (SPANS_MS[manner] ?? LONG_MS);
    const forged = manner === "forged";
    const signed = bank.command({ by, calls, expiresMs, nonce: this.#world.nextNonce(), forged });
    const id = hex(sha256(signed.payload));
    this.#begin({ id, by, calls });
    // Without a signature of its own it must never take effect.
    if (forged) this.#followed.get(id)!.answer = { kind: "refused" };
    else this.#sent.push(signed);
    return signed;
  }

  #follow(signed: SignedCommand, { manner, to }: Order): string {
    const id = hex(sha256(signed.payload));
    const paths = manner === "everywhere" ? to.map((one) => [one]) : [to];
    for (const path of paths) {
      this.#ask(signed, { id, path, isCareless: manner === "careless" }).catch((cause: unknown) =>
        this.#world.checker.findings.found("history", `a client failed: ${(cause as Error).stack}`),
      );
    }
    return id;
  }

  async #ask(
    signed: SignedCommand,
    asked: { readonly id: string; readonly path: readonly number[]; readonly isCareless: boolean },
  ): Promise<void> {
    const { id, path, isCareless } = asked;
    for (const choice of path) {
      const backend = this.#backend(this.#turnedFrom(id, choice));
      const answers = backend && (await this.#within(PATIENCE_MS * this.#slowness, backend.submit([signed])));
      if (isCareless) return;
      const answer = answers?.[0];
      if (answer?.kind === "accepted" && backend !== undefined) {
        const state = await this.#within(PATIENCE_MS * this.#slowness, outcomeOf(backend, answer.id));
        if (state !== undefined && this.#isSettled(id, state)) return;
        if (state?.kind === "pruned") this.#notePruned(id, backend);
      }
      await new Promise<void>((resolve) => this.#world.plan(PAUSE_MS * this.#slowness, resolve));
    }
  }

  /** A21: whoever is told that the outcome is pruned asks the other nodes, one after the other. */
  #turnedFrom(id: string, choice: number): number {
    const turns = this.#prunedAt.get(id)?.size ?? 0;
    return choice > 0 ? 1 + ((choice - 1 + turns) % this.#world.nodes.length) : choice;
  }

  #notePruned(id: string, backend: NodeBackend): void {
    const node = this.#world.nodes.find((one) => one.backend === backend);
    if (node !== undefined) this.#prunedAt.set(id, (this.#prunedAt.get(id) ?? new Set()).add(node.id));
  }

  /** Whether the client believes it and need not ask again. */
  #isSettled(id: string, state: CommandState): boolean {
    if (state.kind !== "applied" || state.proof === undefined || !this.#isProved(state.proof)) return false;
    const { header, commandId, receipt } = state.proof;
    if (hex(commandId) !== id) return false;
    const followed = this.#followed.get(id)!;
    const { index } = header;
    const { answer } = followed;
    if (answer.kind === "acknowledged" && answer.index !== index) {
      const what = `command ${id.slice(0, 8)} was proved at ${answer.index} and at ${index}`;
      this.#world.checker.findings.found("history", what);
    }
    if (answer.kind !== "acknowledged") {
      followed.returned = this.#world.nowMs;
      const { results } = readReceipt(receipt);
      followed.answer = { kind: "acknowledged", index, status: state.status, results };
      this.#world.say(`client ${followed.by} knows ${id.slice(0, 8)} at ${index}: ${state.status}`);
      // A moment later, or the one would not have ended before the other began.
      this.#world.plan(MOMENT_MS, () => this.#lookAt(followed.by));
    }
    return true;
  }

  /** As the SDK judges it; who attests is counted here once more. */
  #isProved(proof: OutcomeProof): boolean {
    const { epochs } = this.#world;
    if (!verifyOutcome({ epochs, sha256, verify: verifySignature }, proof).ok) return false;
    const attesters = new Set(proof.attestations.map(({ ack }) => ack.voter));
    const [first] = proof.attestations;
    const electorate = first && electorateOfBody(epochs, first.ack.body);
    if (electorate?.ok && attesters.size > faultsIn(electorate.value.voters.length)) return true;
    this.#world.checker.findings.found("history", `an outcome is believed on the word of ${attesters.size}`);
    return false;
  }

  /** What one client knows, a linearizable read that begins now must show, whichever node is asked. */
  #lookAt(by: string): void {
    const owner = CLIENTS.find((name) => name === by);
    if (owner === undefined) return;
    const to = [this.#world.prng.pick(this.#world.nodes).id];
    this.#read({ by: owner, calls: [], manner: "linearizable read", to, count: 1 });
  }

  /** A read trusts one node, so it asks an honest one. */
  #read(order: Order): void {
    const { by, manner, to, till } = order;
    const backend = this.#backend(to[0] ?? 0, true);
    if (backend === undefined) return;
    const linearizable = manner === "linearizable read";
    const { nowMs: invoked } = this.#world;
    const consistency = linearizable ? "linearizable" : "local";
    const read = till === undefined ? balanceOf(by) : pointsOf(till);
    backend.query({ ...read.query, consistency }).then(
      (result) => {
        if (!result.ok) return;
        if (till !== undefined) this.#world.tally.add("contract: queried");
        const { index, result: bytes } = result.value;
        const held = read.unitsIn(new TextDecoder().decode(bytes));
        const { name } = read;
        this.#reads.push({
          ...{
            kind: "read",
            id: `read ${this.#reads.length + 1}`,
            client: by,
            linearizable,
            accounts: [name],
          },
          ...{ invoked, returned: this.#world.nowMs },
          answer: { kind: "values", index, values: new Map([[name, held]]) },
        });
      },
      // The node ended while it was asked.
      () => undefined,
    );
  }

  #backend(choice: number, isHonest = false): NodeBackend | undefined {
    const { nodes, leader, liars, decay } = this.#world;
    const others = () => nodes.find((other) => other !== leader && other.isUp);
    const node = choice === 0 ? leader : choice === -1 ? others() : this.#world.node(choice);
    const isTrusted = (id: NodeId) => !liars.has(id) && !decay.has(id);
    return node === undefined || (isHonest && !isTrusted(node.id)) ? undefined : node.backend;
  }

  /** Undefined if it takes longer, or the node dies over it. */
  #within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      this.#world.plan(ms, () => resolve(undefined));
      promise.then(resolve, () => resolve(undefined));
    });
  }
}

/** A question, whom the judge takes it to be about, and what its answer says. */
type Question = {
  readonly name: string;
  readonly query: Omit<Query, "consistency">;
  unitsIn(answer: string): bigint;
};

const balanceOf = (account: string): Question => ({
  name: account,
  query: { module: ACCOUNTS, query: "balance", args: new Map([["name", account]]) },
  unitsIn: (answer) => minorOf(JSON.parse(answer) as string),
});

const pointsOf = (till: string): Question => ({
  name: tillName(till),
  query: { module: TILL, query: "held", args: new Map([["till", till]]) },
  unitsIn: (answer) => BigInt(JSON.parse(answer) as number),
});

const outcomeOf = (
  backend: NodeBackend,
  id: Parameters<NodeBackend["watchOutcome"]>[0],
): Promise<CommandState> =>
  new Promise((resolve) => {
    backend.watchOutcome(id, resolve);
  });
