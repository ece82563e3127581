// Where consensus meets the ledger: what a command body says, whether its id is used, whether it may
// wait. Consensus asks in bytes; the ledger answers by genesis and log prefix alone.

import { err, hex, ok, type Refusal, type Result, refuse } from "@juno/base";
import type { Admission, CommandFacts } from "@juno/consensus";
import {
  type ClientUsage,
  clientWithAccess,
  forbidden,
  type Governed,
  isGovernance,
  LEDGER_HALTED,
  type LedgerContext,
  minuteOf,
  overQuota,
  parseCommandBody,
  UNGOVERNED,
  type Wish,
  wishOf,
} from "@juno/ledger";
import { commandDigest, decodeCommand, signaturesHash } from "@juno/proof";
import type { AppliedBatch } from "./ports/executor.ts";

/** Descriptions kept per generation; a relayed command is met again in an AppendEntries soon after. */
const GENERATION_COMMANDS_MAX = 8192;
const GENERATION_BYTES_MAX = 16 * 1024 * 1024;
/** Commands whose expiry is remembered for those who ask after them. */
const TAKEN_MAX = 65_536;
/** How often expired ids are let go of, in log time. */
const SWEEP_MS = 10_000;

export class LedgerAdmission implements Admission {
  readonly #context: LedgerContext;
  #young = new Map<string, CommandFacts>();
  #old = new Map<string, CommandFacts>();
  #youngBytes = 0;
  /** Applied ids, hex, with their expiry in log time. */
  readonly #applied = new Map<string, number>();
  #sweptMs = 0;
  #logTimeMs = 0;
  #governed = UNGOVERNED;
  /** What the commands that are described ask for, as far as that is judged before they are in the log. */
  readonly #wishes = new WeakMap<CommandFacts, Wish & { readonly governs: boolean }>();
  /** C31: what clients have used of their quotas, by name, since this node began to apply. */
  readonly #usage = new Map<string, ClientUsage>();
  /** By the key of a client with a quota: ids of what this node has taken in a minute and has not applied, no more than the quota. */
  readonly #underWay = new Map<string, { readonly minute: number; readonly ids: Set<string> }>();
  /** Whose these are. */
  readonly #reserved = new Map<string, string>();
  /** Expiry of commands that were taken in here, by id: what is needed to say that one came too late. */
  readonly #taken = new Map<string, number>();

  constructor(context: LedgerContext) {
    this.#context = context;
  }

  describe(body: Uint8Array): Result<CommandFacts, Refusal> {
    const key = hex(this.#context.sha256(body));
    const known = this.#young.get(key) ?? this.#old.get(key);
    if (known !== undefined) return ok(known);
    const facts = this.#read(body);
    if (facts.ok) this.#keep(key, facts.value, body.length);
    return facts;
  }

  #read(body: Uint8Array): Result<CommandFacts, Refusal> {
    const { sha256 } = this.#context;
    const parsed = parseCommandBody(this.#context, body);
    if (!parsed.ok) return parsed;
    const command = decodeCommand(body);
    if (!command.ok) return command;
    const { id, idHex, expires, signers, actions, gasLimit, checks } = parsed.value;
    const digest = commandDigest(sha256, {
      id,
      signaturesHash: signaturesHash(sha256, command.value.signatures),
    });
    const facts = {
      id: idHex,
      digest,
      expires,
      client: signers[0]!,
      actions: actions.length,
      gasLimit,
      checks,
    };
    this.#wishes.set(facts, { ...wishOf(actions), governs: actions.every(isGovernance) });
    return ok(facts);
  }

  #keep(key: string, facts: CommandFacts, bytes: number): void {
    this.#young.set(key, facts);
    this.#youngBytes += bytes;
    if (this.#young.size < GENERATION_COMMANDS_MAX && this.#youngBytes < GENERATION_BYTES_MAX) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  isApplied(id: string): boolean {
    return this.#applied.has(id);
  }

  /** C10, as far as it can be known before the command is in the log. */
  mayPend(facts: CommandFacts): Result<undefined, Refusal> {
    const { halt } = this.#governed;
    const wish = this.#wishes.get(facts);
    const client = clientWithAccess(this.#context, this.#governed, facts.client);
    if (client === undefined) {
      return refuse(
        "client_unknown",
        `the first signer ${facts.client} is not a registered client of this network`,
      );
    }
    if (halt !== undefined && wish?.governs !== true) {
      return refuse(
        LEDGER_HALTED,
        `since ${halt.since} it takes nothing but decisions about itself: ${halt.reason}`,
      );
    }
    const refusal = wish && forbidden(client.access, wish);
    if (refusal !== undefined) return err(refusal);
    if (this.#applied.size >= this.#context.genesis.limits.windowIdsMax) {
      return err({ code: "busy", detail: "too many command ids have not expired yet; try again shortly" });
    }
    return ok(undefined);
  }

  /**
   * C31: why a client may not submit at this time (ms), as far as what was applied tells. No question of `mayPend`: log
   * time stands still where nothing is ordered, so only whoever has a clock can ask.
   */
  overQuota({ client: key }: Pick<CommandFacts, "client">, timeMs: number): ReturnType<typeof overQuota> {
    const known = clientWithAccess(this.#context, this.#governed, key);
    if (known === undefined) return undefined;
    const { client, access } = known;
    const taken = this.#underWay.get(key);
    const underWay = taken?.minute === minuteOf(timeMs) ? taken.ids.size : 0;
    return overQuota(access, this.#usage.get(client.name), { timeMs, underWay });
  }

  /** C31: a command that this node is about to take counts in this minute (ms), until it is applied or let go of. */
  reserve({ id, client }: Pick<CommandFacts, "id" | "client">, timeMs: number): void {
    const known = clientWithAccess(this.#context, this.#governed, client);
    if (known?.access.commandsPerMinute === undefined) return;
    const minute = minuteOf(timeMs);
    let taken = this.#underWay.get(client);
    if (taken?.minute !== minute) {
      for (const past of taken?.ids ?? []) this.#reserved.delete(past);
      taken = { minute, ids: new Set() };
      this.#underWay.set(client, taken);
    }
    taken.ids.add(id);
    this.#reserved.set(id, client);
  }

  letGo(id: string): void {
    const client = this.#reserved.get(id);
    if (client === undefined) return;
    this.#reserved.delete(id);
    this.#underWay.get(client)?.ids.delete(id);
  }

  /** Remembers a command that this node has taken from a client. */
  noteTaken(facts: CommandFacts): void {
    this.#taken.set(facts.id, facts.expires);
    if (this.#taken.size > TAKEN_MAX) this.#taken.delete(this.#taken.keys().next().value!);
  }

  /** A4: whether log time has passed the expiry of a command that was taken in and never applied. */
  hasExpired(id: string): boolean {
    const expires = this.#taken.get(id);
    return expires !== undefined && expires < this.#logTimeMs && !this.#applied.has(id);
  }

  /** What the ledger has decided about the network, as of the last entry that was applied. */
  get governed(): Governed {
    return this.#governed;
  }

  govern(governed: Governed): void {
    this.#governed = governed;
  }

  restore(ids: readonly { readonly id: Uint8Array; readonly expires: number }[]): void {
    for (const { id, expires } of ids) this.#applied.set(hex(id), expires);
  }

  /** Takes in what was applied, and forgets ids whose expiry log time has passed (A4). */
  note(batch: AppliedBatch): void {
    if (batch.governed !== undefined) this.govern(batch.governed);
    if (batch.ids !== undefined) {
      this.#applied.clear();
      // Which of them were applied meanwhile is not told.
      this.#reserved.clear();
      this.#underWay.clear();
      this.restore(batch.ids);
    }
    for (const { command } of batch.outcomes) {
      if (command !== undefined) this.letGo(hex(command.id));
      if (command?.usage !== undefined) this.#usage.set(command.usage.client, command.usage);
      if (command?.spends && command.expires !== undefined)
        this.#applied.set(hex(command.id), command.expires);
    }
    const logTime = batch.outcomes.at(-1)?.entry.time ?? this.#logTimeMs;
    this.#logTimeMs = logTime;
    if (logTime < this.#sweptMs + SWEEP_MS) return;
    this.#sweptMs = logTime;
    for (const [id, expires] of this.#applied) if (expires < logTime) this.#applied.delete(id);
  }
}
