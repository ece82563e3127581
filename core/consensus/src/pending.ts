// Commands that wait to be proposed (5.5). Quotas: a share of the whole per origin node, then per
// client; a full share is answered `busy` and starts no timer anywhere. The leader takes from the
// clients in turn, so that none of them starves another. The quotas are the same on every node.

import { type NodeId, ok, type Refusal, type Result, refuse } from "@juno/base";
import type { CommandFacts } from "./admission.ts";

export type PendingLimits = {
  readonly pendingCommandsMax: number;
  readonly pendingActionsMax: number;
  readonly pendingBytesMax: number;
  readonly pendingGasMax: number;
  readonly commandsPerClientMax: number;
};

export type PendingCommand = {
  readonly body: Uint8Array;
  readonly facts: CommandFacts;
  /** The voter that brought it: the one its client asked, or that relayed it first. */
  readonly origin: NodeId;
  readonly arrivedMs: number;
  /** When this node relayed it to all voters, hence may blame the leader; undefined before. */
  relayedMs: number | undefined;
};

type Use = { commands: number; actions: number; bytes: number; gas: number };
const noUse = (): Use => ({ commands: 0, actions: 0, bytes: 0, gas: 0 });

export class Pending {
  readonly #limits: PendingLimits;
  readonly #voters: number;
  readonly #byId = new Map<string, PendingCommand>();
  /** Clients in turn; each with its commands in order of arrival. */
  readonly #byClient = new Map<string, Map<string, PendingCommand>>();
  readonly #useOf = new Map<NodeId, Use>();

  constructor(limits: PendingLimits, voters: number) {
    this.#limits = limits;
    this.#voters = voters;
  }

  get size(): number {
    return this.#byId.size;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** In order of arrival. */
  all(): Iterable<PendingCommand> {
    return this.#byId.values();
  }

  /** Takes a command in, or says which quota is full. */
  add(command: PendingCommand): Result<undefined, Refusal> {
    const { facts, body, origin } = command;
    const use = this.#useOf.get(origin) ?? noUse();
    const share = (whole: number) => Math.ceil(whole / this.#voters);
    const limits = this.#limits;
    const full =
      use.commands + 1 > share(limits.pendingCommandsMax) ||
      use.actions + facts.actions > share(limits.pendingActionsMax) ||
      use.bytes + body.length > share(limits.pendingBytesMax) ||
      use.gas + facts.gasLimit > share(limits.pendingGasMax);
    if (full) return refuse("busy", "this node's share of waiting commands is used up; try again shortly");
    const ofClient = this.#byClient.get(facts.client);
    if (ofClient !== undefined && ofClient.size >= limits.commandsPerClientMax) {
      return refuse("busy", `${ofClient.size} commands of this client are waiting already`);
    }
    this.#insert(command);
    return ok(undefined);
  }

  /** Takes back a command that was cut from the log: it was admitted once, so no quota refuses it. */
  putBack(command: PendingCommand): void {
    if (!this.#byId.has(command.facts.id)) this.#insert(command);
  }

  #insert(command: PendingCommand): void {
    const { facts, body, origin } = command;
    this.#byId.set(facts.id, command);
    const ofClient = this.#byClient.get(facts.client) ?? new Map<string, PendingCommand>();
    ofClient.set(facts.id, command);
    this.#byClient.set(facts.client, ofClient);
    const use = this.#useOf.get(origin) ?? noUse();
    use.commands += 1;
    use.actions += facts.actions;
    use.bytes += body.length;
    use.gas += facts.gasLimit;
    this.#useOf.set(origin, use);
  }

  remove(id: string): PendingCommand | undefined {
    const command = this.#byId.get(id);
    if (command === undefined) return undefined;
    this.#byId.delete(id);
    const { facts, body, origin } = command;
    const ofClient = this.#byClient.get(facts.client)!;
    ofClient.delete(id);
    if (ofClient.size === 0) this.#byClient.delete(facts.client);
    const use = this.#useOf.get(origin)!;
    use.commands -= 1;
    use.actions -= facts.actions;
    use.bytes -= body.length;
    use.gas -= facts.gasLimit;
    return command;
  }

  /** The next command of the client whose turn it is, taken out. */
  takeNext(): PendingCommand | undefined {
    for (const [client, ofClient] of this.#byClient) {
      const [id] = ofClient.keys();
      if (id === undefined) continue;
      const command = this.remove(id);
      const rest = this.#byClient.get(client);
      if (rest !== undefined) {
        this.#byClient.delete(client);
        this.#byClient.set(client, rest);
      }
      return command;
    }
    return undefined;
  }
}
