// The Backend port over a replica and its reader: what HTTP asks of a running node.

import { type Hash, hex, LogIndex, ok, type Refusal, type Result, refuse } from "@juno/base";
import {
  Checks,
  type Command,
  committedRank,
  confirmCommand,
  isInstalled,
  type Verified,
} from "@juno/consensus";
import { describeModules, mayAppend } from "@juno/ledger";
import {
  type AppliedEntry,
  compareRank,
  type EntryProof,
  encodeCommand,
  type SignedCommand,
} from "@juno/proof";
import { finalState } from "./outcomes.ts";
import type {
  AsOf,
  Backend,
  CommandState,
  HistoryPage,
  HistoryRequest,
  Metric,
  ModuleSketch,
  NodeStatus,
  QueryRequest,
  RowPage,
  RowRequest,
  StreamListener,
  SubmitAnswer,
} from "./ports/backend.ts";
import type { LedgerReader } from "./ports/ledger-reader.ts";
import type { Replica } from "./replica.ts";
import { metricsOf, type StatusParts, statusOf } from "./status.ts";

/** A node without a leader for so long says so instead of taking commands that may wait for ever. */
const LEADERLESS_MS_MAX = 5_000;

type Admitted = { readonly command: Command; readonly checks: Checks };

export class NodeBackend implements Backend {
  readonly #replica: Replica;
  readonly #reader: LedgerReader;
  readonly #urlOf: StatusParts["urlOf"];
  #isStopping = false;

  constructor(parts: { replica: Replica; reader: LedgerReader; urlOf: StatusParts["urlOf"] }) {
    this.#replica = parts.replica;
    this.#reader = parts.reader;
    this.#urlOf = parts.urlOf;
  }

  /** From now on every request is refused. */
  stopping(): void {
    this.#isStopping = true;
  }

  async submit(commands: readonly SignedCommand[]): Promise<readonly SubmitAnswer[]> {
    const { sha256 } = this.#replica.context;
    const answers: (SubmitAnswer | Promise<SubmitAnswer>)[] = [];
    const admitted: Admitted[] = [];
    const places: number[] = [];
    const unable = this.#unable();
    for (const signed of commands) {
      const id = sha256(signed.payload);
      const judged = unable ?? this.#admit(signed);
      if (!judged.ok) answers.push(this.#refuse(id, judged.error));
      else if (judged.value === undefined) {
        answers.push(this.commandState(id).then((state) => ({ kind: "accepted", id, state })));
      } else {
        places.push(answers.length);
        admitted.push(judged.value);
        answers.push({ kind: "accepted", id, state: { kind: "pending" } });
      }
    }
    if (admitted.length > 0) {
      const verdicts = await this.#verify(admitted);
      const good = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.value] : []));
      for (const { facts } of good) this.#replica.admission.noteTaken(facts);
      this.#replica.submit(good);
      for (const [i, place] of places.entries()) {
        const refused = this.#refusalAfter(admitted[i]!.command, verdicts[i]!);
        if (refused !== undefined) answers[place] = this.#refuse(sha256(commands[place]!.payload), refused);
      }
    }
    this.#replica.counters.add("submitted", commands.length);
    return Promise.all(answers);
  }

  #refuse(id: Hash, refusal: Refusal): SubmitAnswer {
    this.#replica.counters.add(`refused_${refusal.code}`);
    return {
      kind: "refused",
      id,
      refusal: refusal.code === "busy" ? { ...refusal, retryAfterMs: 200 } : refusal,
    };
  }

  /** Why no command is taken now. */
  #unable(): (Result<never, Refusal> & { ok: false }) | undefined {
    const { state, ports } = this.#replica;
    if (this.#isStopping || this.#replica.isStopped) return refuse("stopping", "the node is shutting down");
    if (state.mode === "halted") return refuse("halted", "the node has halted; an operator must look at it");
    if (state.mode === "readOnly")
      return refuse("read_only", "the node's outcomes differ from those of the others");
    const leaderlessMs = ports.clock.monotonicMs() - state.enteredMs;
    if (!isInstalled(state) && leaderlessMs > LEADERLESS_MS_MAX) {
      return refuse("no_quorum", "no leader is elected; GET /status says what is lacking");
    }
    return undefined;
  }

  /** What is to be verified, or undefined if the command is known already (A4). */
  #admit(signed: SignedCommand): Result<Admitted | undefined, Refusal> {
    const { context, state, admission, cache, ports } = this.#replica;
    const body = encodeCommand(signed);
    const facts = admission.describe(body);
    if (!facts.ok) return facts;
    const { id, expires } = facts.value;
    if (this.#isUnderWay(id) || admission.isApplied(id)) return ok(undefined);
    const times = { entryTime: Math.max(ports.clock.wallMs(), state.log.last.time), expires };
    const timely = mayAppend(times);
    if (!timely.ok) return timely;
    const allowed = admission.mayPend(facts.value);
    if (!allowed.ok) return allowed;
    const checks = new Checks(context.sha256, cache);
    checks.addCommand(facts.value);
    return ok({ command: { body, facts: facts.value }, checks });
  }

  #isUnderWay(id: string): boolean {
    const { state } = this.#replica;
    return state.pending.has(id) || state.loggedIds.has(id);
  }

  async #verify(admitted: readonly Admitted[]): Promise<Result<Verified<Command>, Refusal>[]> {
    const pending = admitted.flatMap(({ checks }) => checks.pending);
    const answers = pending.length === 0 ? [] : await this.#replica.ports.verifier.verify(pending);
    let at = 0;
    return admitted.map(({ command, checks }) => {
      const own = answers.slice(at, at + checks.pending.length);
      at += checks.pending.length;
      return confirmCommand(this.#replica.cache, command, { checks: checks.pending, answers: own });
    });
  }

  #refusalAfter(command: Command, verdict: Result<Verified<Command>, Refusal>): Refusal | undefined {
    if (!verdict.ok) return { code: "signature_invalid", detail: verdict.error.detail };
    const { id } = command.facts;
    if (this.#isUnderWay(id) || this.#replica.admission.isApplied(id)) return undefined;
    return { code: "busy", detail: "the share of waiting commands is used up; try again shortly" };
  }

  async commandState(id: Hash): Promise<CommandState> {
    const record = await this.#reader.command(id);
    if (record !== undefined && record.status !== "duplicate") {
      return finalState(record, await this.#replica.outcomes.proofOf(record));
    }
    const key = hex(id);
    if (this.#isUnderWay(key)) return { kind: "pending" };
    const isLate = this.#replica.admission.hasExpired(key);
    return isLate ? { kind: "expired", index: undefined, proof: undefined } : { kind: "unknown" };
  }

  watchOutcome(id: Hash, listener: (state: CommandState) => void): () => void {
    const { outcomes } = this.#replica;
    const key = hex(id);
    const end = outcomes.watch(key, listener);
    if (this.#isUnderWay(key)) return end;
    this.#reader.command(id).then(
      (record) => {
        if (record === undefined || record.status === "duplicate") return;
        outcomes.noteStored(key, record);
        outcomes.advance();
      },
      // The reader's failure stops the node elsewhere; whoever waits here times out.
      () => undefined,
    );
    return end;
  }

  /** Why reads are not answered now. */
  #unreadable(): (Result<never, Refusal> & { ok: false }) | undefined {
    const { state } = this.#replica;
    if (this.#isStopping || this.#replica.isStopped) return refuse("stopping", "the node is shutting down");
    if (state.mode === "readOnly")
      return refuse("read_only", "the node's outcomes differ from those of the others");
    if (state.mode === "normal" && !this.#isCurrent()) {
      return refuse("starting", "the node has not yet caught up with what it knew before it was restarted");
    }
    return undefined;
  }

  /** 5.7: what was certified before the restart is committed and applied again. */
  #isCurrent(): boolean {
    const { state } = this.#replica;
    return compareRank(committedRank(state), state.restartCertified) >= 0;
  }

  async query(request: QueryRequest): Promise<Result<AsOf & { readonly result: Uint8Array }, Refusal>> {
    const unreadable = this.#unreadable();
    if (unreadable !== undefined) return unreadable;
    if (request.consistency === "linearizable") {
      const index = await this.#replica.readIndex();
      if (index === undefined) return refuse("busy", "too many linearizable reads wait; try again shortly");
    }
    return this.#reader.query(request);
  }

  async simulate(
    payload: Uint8Array,
  ): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>> {
    const unreadable = this.#unreadable();
    if (unreadable !== undefined) return unreadable;
    const { state, ports } = this.#replica;
    return this.#reader.simulate({ payload, time: Math.max(ports.clock.wallMs(), state.log.last.time) });
  }

  async entries(range: {
    readonly from: LogIndex;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>> {
    return ok(await this.#reader.entries(range));
  }

  async entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>> {
    const { applied } = this.#replica.state;
    if (index < 1 || index > applied.index)
      return refuse("entry_unknown", `the log ends at ${applied.index}`);
    return ok(await this.#reader.entryProof(index));
  }

  async rows(request: RowRequest): Promise<Result<RowPage, Refusal>> {
    const known = this.#knownTable(request);
    if (!known.ok) return known;
    return this.#unreadable() ?? ok(await this.#reader.rows(request));
  }

  async history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>> {
    const known = this.#knownTable(request);
    if (!known.ok) return known;
    return this.#unreadable() ?? ok(await this.#reader.history(request));
  }

  #knownTable(request: { module: string; table: string }): Result<undefined, Refusal> {
    const module = this.modules().find(({ name }) => name === request.module);
    if (module === undefined) return refuse("module_unknown", `there is no module ${request.module}`);
    if (module.tables.includes(request.table)) return ok(undefined);
    return refuse("table_unknown", `module ${request.module} has no table ${request.table}`);
  }

  modules(): readonly ModuleSketch[] {
    return describeModules();
  }

  #statusParts(): StatusParts {
    return { replica: this.#replica, urlOf: this.#urlOf, notReadyBecause: this.#notReadyBecause() };
  }

  #notReadyBecause(): string[] {
    const { state } = this.#replica;
    const reasons: string[] = [];
    if (this.#isStopping) reasons.push("the node is shutting down");
    if (state.mode !== "normal") reasons.push(`the node is in mode ${state.mode}`);
    if (!isInstalled(state)) reasons.push("no leader is elected in the current term");
    if (!this.#isCurrent()) reasons.push("what was certified before the restart is not committed again yet");
    if (state.suspecting) reasons.push("the leader is suspected");
    if (state.fetching?.buffered !== undefined) reasons.push("the node is catching up");
    return reasons;
  }

  status(): NodeStatus {
    return statusOf(this.#statusParts());
  }

  metrics(): readonly Metric[] {
    return metricsOf(this.#replica);
  }

  subscribe(listener: StreamListener): { readonly applied: LogIndex; readonly end: () => void } {
    const endEntries = this.#replica.onApplied((batch) => listener.entries(batch.outcomes));
    const endEvents = this.#replica.onEvent((event) => listener.node(event));
    const end = () => {
      endEntries();
      endEvents();
    };
    return { applied: LogIndex(this.#replica.state.applied.index), end };
  }
}
