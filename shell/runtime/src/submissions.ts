// Commands of this node's own clients on their way to consensus: read, judged, verified, handed over,
// and each answered. Invariant: whatever clients send, the main thread works for them a bounded amount
// a turn, and the verifier has a bounded number of their signatures.

import { err, type Hash, ok, type Refusal, type Result, refuse } from "@juno/base";
import { Checks, type Command, confirmCommand, type Verified } from "@juno/consensus";
import { mayAppend } from "@juno/ledger";
import { encodeCommand, type SignedCommand } from "@juno/proof";
import { Pace } from "./pace.ts";
import type { Busy, CommandState, SubmitAnswer } from "./ports/backend.ts";
import type { Replica } from "./replica.ts";

/** Bytes of payloads that are read in one turn: a few milliseconds, whatever they hold. */
const TURN_BYTES = 64 * 1024;
/** Signatures of clients at the verifier: half a second of work for one of its threads. */
const CHECKS_MAX = 8192;

type New = { readonly kind: "new"; readonly command: Command; readonly checks: Checks };
type Draft = { readonly id: Hash } & (
  | New
  | { readonly kind: "known" }
  | { readonly kind: "refused"; readonly refusal: Busy }
);
type Verdict = Result<Verified<Command>, Refusal>;

export class Submissions {
  readonly #replica: Replica;
  readonly #pace: Pace;
  readonly #unable: () => Refusal | undefined;
  readonly #stateOf: (id: Hash) => Promise<CommandState>;
  #openChecks = 0;

  constructor(parts: {
    readonly replica: Replica;
    /** Why no command is taken now. */
    unable(): Refusal | undefined;
    stateOf(id: Hash): Promise<CommandState>;
  }) {
    this.#replica = parts.replica;
    this.#pace = new Pace(parts.replica.ports.clock, TURN_BYTES);
    this.#unable = parts.unable;
    this.#stateOf = parts.stateOf;
  }

  async submit(commands: readonly SignedCommand[]): Promise<readonly SubmitAnswer[]> {
    const drafts: Draft[] = [];
    let checks = 0;
    try {
      for (const signed of commands) {
        const turn = this.#pace.enter(signed.payload.length);
        if (turn !== undefined) await turn;
        const draft = this.#draft(signed);
        drafts.push(draft);
        if (draft.kind !== "new") continue;
        checks += draft.checks.pending.length;
        this.#openChecks += draft.checks.pending.length;
      }
      const verdicts = await this.#verify(drafts);
      this.#handOver([...verdicts.values()]);
      this.#replica.counters.add("submitted", commands.length);
      return await Promise.all(drafts.map((draft) => this.#answer(draft, verdicts.get(draft))));
    } finally {
      this.#openChecks -= checks;
    }
  }

  #draft(signed: SignedCommand): Draft {
    const id = this.#replica.context.sha256(signed.payload);
    const unable = this.#unable();
    const judged = unable === undefined ? this.#admit(signed) : { ok: false as const, error: unable };
    if (!judged.ok) return { id, kind: "refused", refusal: judged.error };
    return judged.value === undefined ? { id, kind: "known" } : { id, ...judged.value };
  }

  /** What is to be verified, or undefined if the command is known already (A4). */
  #admit(signed: SignedCommand): Result<New | undefined, Busy> {
    const { context, state, admission, cache, ports } = this.#replica;
    const body = encodeCommand(signed);
    const facts = admission.describe(body);
    if (!facts.ok) return facts;
    const { id, expires } = facts.value;
    if (this.#replica.isUnderWay(id) || admission.isApplied(id)) return ok(undefined);
    const times = { entryTime: Math.max(ports.clock.wallMs(), state.log.last.time), expires };
    const timely = mayAppend(times);
    if (!timely.ok) return timely;
    const allowed = admission.mayPend(facts.value);
    if (!allowed.ok) return allowed;
    const over = admission.overQuota(facts.value, times.entryTime);
    if (over !== undefined) return err({ ...over, retryAfterMs: over.againMs - times.entryTime });
    const checks = new Checks(context.sha256, cache);
    checks.addCommand(facts.value);
    if (this.#openChecks + checks.pending.length > CHECKS_MAX) {
      return refuse("busy", "too many signatures wait to be verified; try again shortly");
    }
    admission.reserve(facts.value, times.entryTime);
    return ok({ kind: "new", command: { body, facts: facts.value }, checks });
  }

  async #verify(drafts: readonly Draft[]): Promise<ReadonlyMap<Draft, Verdict>> {
    const fresh = drafts.filter((draft) => draft.kind === "new");
    const pending = fresh.flatMap(({ checks }) => checks.pending);
    const { verifier } = this.#replica.ports;
    const answers = pending.length === 0 ? [] : await verifier.verify(pending, "clients");
    let at = 0;
    return new Map(
      fresh.map((draft) => {
        const { pending: checks } = draft.checks;
        const own = answers.slice(at, at + checks.length);
        at += checks.length;
        return [draft, confirmCommand(this.#replica.cache, draft.command, { checks, answers: own })];
      }),
    );
  }

  #handOver(verdicts: readonly Verdict[]): void {
    const good = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.value] : []));
    if (good.length === 0) return;
    for (const { facts } of good) this.#replica.admission.noteTaken(facts);
    this.#replica.submit(good);
  }

  async #answer(draft: Draft, verdict: Verdict | undefined): Promise<SubmitAnswer> {
    const { id } = draft;
    const refusal = draft.kind === "refused" ? draft.refusal : this.#refusalAfter(verdict);
    if (refusal !== undefined) {
      const isGone = draft.kind === "new" && !this.#replica.isUnderWay(draft.command.facts.id);
      if (isGone) this.#replica.admission.letGo(draft.command.facts.id);
      return this.#refuse(id, refusal);
    }
    const state: CommandState = draft.kind === "known" ? await this.#stateOf(id) : { kind: "pending" };
    return { kind: "accepted", id, state };
  }

  #refusalAfter(verdict: Verdict | undefined): Refusal | undefined {
    if (verdict === undefined) return undefined;
    if (!verdict.ok) return { code: "signature_invalid", detail: verdict.error.detail };
    const { id } = verdict.value.facts;
    if (this.#replica.isUnderWay(id) || this.#replica.admission.isApplied(id)) return undefined;
    return { code: "busy", detail: "the share of waiting commands is used up; try again shortly" };
  }

  #refuse(id: Hash, refusal: Busy): SubmitAnswer {
    this.#replica.counters.add(`refused_${refusal.code}`);
    const isBusy = refusal.code === "busy";
    return { kind: "refused", id, refusal: isBusy ? { ...refusal, retryAfterMs: 200 } : refusal };
  }
}
