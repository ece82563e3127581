// Commands that wait to be proposed (5.5). Quotas: a share of the whole per origin node, and within it
// per client; a full share is answered `busy` and starts no timer anywhere. The leader takes from the
// clients in turn, so that none of them starves another. The quotas are the same on every node, and what
// one node has of another's share is never more than that node counts itself: so what an honest node
// took and relayed is refused by no other, and no client can make honest nodes blame an honest leader.

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
  /** The voter whose share it counts against: the one its client asked, or that relayed it first. */
  origin: NodeId;
  readonly arrivedMs: number;
  /** When this node relayed it to all voters, hence may blame the leader; undefined before. */
  relayedMs: number | undefined;
  /** When it was relayed last. */
  relayedLastMs?: number;
};

/** What of a share is used. */
class Use {
  commands = 0;
  actions = 0;
  bytes = 0;
  gas = 0;
  readonly ofClient = new Map<string, number>();

  count({ facts, body }: PendingCommand, sign: 1 | -1): void {
    this.commands += sign;
    this.actions += sign * facts.actions;
    this.bytes += sign * body.length;
    this.gas += sign * facts.gasLimit;
    const commands = (this.ofClient.get(facts.client) ?? 0) + sign;
    if (commands > 0) this.ofClient.set(facts.client, commands);
    else this.ofClient.delete(facts.client);
  }
}

export class Pending {
  readonly #limits: PendingLimits;
  #voters: number;
  readonly #byId = new Map<string, PendingCommand>();
  /** Clients in turn; each with its commands in order of arrival. */
  readonly #byClient = new Map<string, Map<string, PendingCommand>>();
  readonly #useOf = new Map<NodeId, Use>();
  #bytes = 0;

  constructor(limits: PendingLimits, voters: number) {
    this.#limits = limits;
    this.#voters = voters;
  }

  /** Another number of voters, another share for each; what waits already stays. */
  divideAmong(voters: number): void {
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

  #of(origin: NodeId): Use {
    const use = this.#useOf.get(origin) ?? new Use();
    this.#useOf.set(origin, use);
    return use;
  }

  /** Takes a command in, or says which quota is full. */
  add(command: PendingCommand): Result<undefined, Refusal> {
    const room = this.#roomFor(command, command.origin);
    if (room.ok) this.#insert(command);
    return room;
  }

  #roomFor({ facts, body }: PendingCommand, origin: NodeId): Result<undefined, Refusal> {
    const use = this.#of(origin);
    const share = (whole: number) => Math.ceil(whole / this.#voters);
    const limits = this.#limits;
    const full =
      use.commands + 1 > share(limits.pendingCommandsMax) ||
      use.actions + facts.actions > share(limits.pendingActionsMax) ||
      use.bytes + body.length > share(limits.pendingBytesMax) ||
      use.gas + facts.gasLimit > share(limits.pendingGasMax);
    if (full) return refuse("busy", "this node's share of waiting commands is used up; try again shortly");
    const waiting = use.ofClient.get(facts.client) ?? 0;
    if (waiting < limits.commandsPerClientMax) return ok(undefined);
    return refuse("busy", `${waiting} commands of this client are waiting already`);
  }

  /** Whether the share of a command's origin has room for it. */
  hasRoomFor(command: PendingCommand): boolean {
    return this.#roomFor(command, command.origin).ok;
  }

  /** Counts a waiting command against another node's share from now on, if that has room. */
  answerFor(command: PendingCommand, origin: NodeId): boolean {
    if (command.origin === origin) return true;
    if (!this.#roomFor(command, origin).ok) return false;
    this.#of(command.origin).count(command, -1);
    this.#of(origin).count(command, 1);
    command.origin = origin;
    return true;
  }

  /** Takes back a command that was cut from the log: no share refuses it, only the whole. */
  putBack(command: PendingCommand): void {
    const { pendingCommandsMax, pendingBytesMax } = this.#limits;
    const isFull =
      this.#byId.size >= pendingCommandsMax || this.#bytes + command.body.length > pendingBytesMax;
    if (!isFull && !this.#byId.has(command.facts.id)) this.#insert(command);
  }

  #insert(command: PendingCommand): void {
    const { facts, origin } = command;
    this.#byId.set(facts.id, command);
    const ofClient = this.#byClient.get(facts.client) ?? new Map<string, PendingCommand>();
    ofClient.set(facts.id, command);
    this.#byClient.set(facts.client, ofClient);
    this.#of(origin).count(command, 1);
    this.#bytes += command.body.length;
  }

  remove(id: string): PendingCommand | undefined {
    const command = this.#byId.get(id);
    if (command === undefined) return undefined;
    this.#byId.delete(id);
    const { facts, origin } = command;
    const ofClient = this.#byClient.get(facts.client)!;
    ofClient.delete(id);
    if (ofClient.size === 0) this.#byClient.delete(facts.client);
    this.#of(origin).count(command, -1);
    this.#bytes -= command.body.length;
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
