// Sends commands until their outcomes are known. What is submitted while requests are under way goes
// out together in the next one; each command stays signed and judged by itself. Whatever goes wrong,
// the same bytes are sent again, to another node first (A11), until the command expires.

import {
  COMMANDS_PER_POST_MAX,
  type CommandStateJson,
  checkShape,
  type Problem,
  type RefusedCommandJson,
  SubmitReplySchema,
} from "@juno/api";
import type { NodeId } from "@juno/base";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import type { NodeCaller, Said } from "./node-caller.ts";
import { badReply } from "./node-exchange.ts";
import type { NodeSet, NodeState } from "./node-set.ts";
import { type BeliefContext, believe, type Outcome } from "./outcome.ts";
import type { PreparedCommand } from "./payload.ts";
import { Submission, type Verdict } from "./submission.ts";

export type SubmitterLimits = {
  /** Commands in one request. */
  readonly batchMax: number;
  readonly batchCharsMax: number;
  /** Requests under way. */
  readonly requestsMax: number;
  /** Commands that wait or are under way; more are refused. */
  readonly commandsMax: number;
  /** How long a node is asked to wait for outcomes. */
  readonly waitMs: number;
  /** How much longer than that a reply may take. */
  readonly graceMs: number;
  /** After a command's expiry: how long its fate is still asked for. */
  readonly afterExpiryMs: number;
};

export const SUBMITTER_LIMITS: SubmitterLimits = {
  batchMax: 64,
  batchCharsMax: 1024 * 1024,
  requestsMax: 8,
  commandsMax: 100_000,
  waitMs: 3_000,
  graceMs: 2_000,
  afterExpiryMs: 15_000,
};

const BACKOFF_MS_MIN = 20;
const BACKOFF_MS_MAX = 2_000;

export type SubmitterContext = {
  readonly caller: NodeCaller;
  readonly nodes: NodeSet;
  readonly belief: BeliefContext;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly limits: SubmitterLimits;
};

type Open = {
  readonly submission: Submission;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: JunoError) => void;
};

export class Submitter {
  readonly #context: SubmitterContext;
  readonly #queue: Open[] = [];
  readonly #timers = new Map<ReturnType<typeof setTimeout>, Open>();
  #underWay = 0;
  #open = 0;
  #isPumping = false;
  #isClosed = false;
  #resent = 0;

  constructor(context: SubmitterContext) {
    this.#context = context;
  }

  /** How often a command was sent once more, in all. */
  get resent(): number {
    return this.#resent;
  }

  /** Resolves with the proved outcome; rejects with a JunoError that says what is known. */
  submit(command: PreparedCommand): Promise<Outcome> {
    const { commandsMax } = this.#context.limits;
    if (this.#isClosed) return Promise.reject(new JunoError("closed", "The client is closed."));
    if (this.#open >= commandsMax) {
      const text = `${this.#open} commands are under way, as many as this client takes at once.`;
      return Promise.reject(new JunoError("busy", text, { retryable: true }));
    }
    const { electorate } = this.#context.belief.epochs.last;
    // With fewer nodes than f+1 to ask, what all of them say must do.
    const claims = Math.min(electorate.faults + 1, this.#context.nodes.size);
    this.#open += 1;
    return new Promise((resolve, reject) => {
      this.#enqueue({ submission: new Submission(command, claims), resolve, reject });
    });
  }

  #enqueue(open: Open): void {
    this.#queue.push(open);
    if (this.#isPumping) return;
    this.#isPumping = true;
    // Whatever is submitted in this turn goes out together.
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#underWay < this.#context.limits.requestsMax) {
      const batch = this.#takeBatch();
      this.#underWay += 1;
      this.#send(batch)
        .catch((cause: unknown) => {
          for (const open of batch) this.#fail(open, new JunoError("bad_reply", String(cause), { cause }));
        })
        .finally(() => {
          this.#underWay -= 1;
          this.#pump();
        });
    }
  }

  #takeBatch(): Open[] {
    const { batchMax, batchCharsMax } = this.#context.limits;
    const limit = Math.min(batchMax, COMMANDS_PER_POST_MAX);
    let chars = 0;
    let count = 0;
    for (const { submission } of this.#queue) {
      chars += submission.command.json.length;
      const full = count === limit || (count > 0 && (chars > batchCharsMax || submission.alone));
      if (full) break;
      count += 1;
      if (submission.alone) break;
    }
    return this.#queue.splice(0, count);
  }

  async #send(batch: readonly Open[]): Promise<void> {
    const { caller, nodes, limits } = this.#context;
    const node = nodes.pick(batch[0]!.submission.tried);
    for (const { submission } of batch) submission.tried.add(node.url);
    let said: Said;
    try {
      said = await caller.call(node, {
        method: "POST",
        path: `/commands?wait=committed&timeout=${limits.waitMs}`,
        body: `[${batch.map(({ submission }) => submission.command.json).join(",")}]`,
        timeoutMs: limits.waitMs + limits.graceMs,
      });
    } catch (error) {
      const lost = error instanceof JunoError ? error : badReply(node, String(error));
      for (const open of batch) this.#lost(open, lost);
      return;
    }
    if (said.kind === "refusal") this.#refusedWhole(batch, said);
    else await this.#read(node, batch, said);
  }

  /** The request as such was refused: too large, too many, the node is stopping. */
  #refusedWhole(batch: readonly Open[], said: Extract<Said, { kind: "refusal" }>): void {
    const { by, error, problem } = said;
    for (const open of batch) {
      const { submission } = open;
      // One bad command must not take the others with it.
      if (!error.retryable && batch.length > 1) submission.alone = true;
      this.#act(
        open,
        submission.alone && batch.length > 1 ? { kind: "open" } : submission.isRefused(by, error, problem),
      );
    }
  }

  async #read(
    node: NodeState,
    batch: readonly Open[],
    said: Extract<Said, { kind: "answer" }>,
  ): Promise<void> {
    const checked = checkShape(SubmitReplySchema, said.json);
    const elements = checked.ok && Array.isArray(checked.value) ? checked.value : undefined;
    if (elements === undefined || elements.length !== batch.length) {
      const detail = checked.ok ? "not one element for each command" : checked.error.detail;
      for (const open of batch) this.#lost(open, badReply(node, detail));
      return;
    }
    for (const [at, open] of batch.entries()) {
      this.#act(open, await this.#judge(open.submission, { node, by: said.by }, elements[at]!));
    }
  }

  /** What one element of a reply means for its command. */
  async #judge(
    submission: Submission,
    from: { readonly node: NodeState; readonly by: NodeId },
    element: CommandStateJson | RefusedCommandJson,
  ): Promise<Verdict> {
    const { id } = submission.command;
    if (element.id !== id)
      return this.#doubt(submission, badReply(from.node, "it speaks of another command"));
    if ("error" in element) {
      const problem = element.error as Problem;
      return submission.isRefused(from.by, errorOfProblem(problem), problem);
    }
    if (element.state === "pending" || element.state === "unknown") return submission.isUnderWay();
    if (element.proof === undefined) {
      const unproved = element.state === "expired" && element.index === undefined;
      return unproved ? submission.isExpired(from.by) : submission.isUnderWay();
    }
    const believed = await believe(this.#context.belief, id, element.proof);
    if (believed.ok) return verdictOf(believed.value);
    const text = `${from.node.url} shows no proof of what it claims: ${believed.error.detail}`;
    return this.#doubt(submission, new JunoError("bad_proof", text, { outcome: "unknown", retryable: true }));
  }

  #doubt(submission: Submission, error: JunoError): Verdict {
    submission.isLost(error);
    return { kind: "open" };
  }

  #lost(open: Open, error: JunoError): void {
    open.submission.isLost(error);
    this.#again(open);
  }

  #act(open: Open, verdict: Verdict): void {
    switch (verdict.kind) {
      case "done":
        this.#open -= 1;
        open.resolve(verdict.outcome);
        return;
      case "error":
        this.#fail(open, verdict.error);
        return;
      case "open":
        this.#again(open);
    }
  }

  #fail(open: Open, error: JunoError): void {
    this.#open -= 1;
    open.reject(error);
  }

  /** A11: the same command once more: at once to a node not asked yet, then after a pause to all again. */
  #again(open: Open): void {
    const { submission } = open;
    const { clock, limits, nodes } = this.#context;
    if (this.#isClosed || clock() > submission.command.expiresMs + limits.afterExpiryMs) {
      this.#fail(open, submission.giveUp());
      return;
    }
    this.#resent += 1;
    if (submission.tried.size < nodes.size) return this.#enqueue(open);
    const wish = submission.retryAfterMs ?? 0;
    const pauseMs = Math.min(
      BACKOFF_MS_MAX,
      Math.max(wish, BACKOFF_MS_MIN * 2 ** Math.min(submission.rounds, 10)),
    );
    submission.tried.clear();
    submission.retryAfterMs = undefined;
    submission.rounds += 1;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#enqueue(open);
      },
      pauseMs * (0.5 + Math.random() / 2),
    );
    this.#timers.set(timer, open);
  }

  /** Gives up everything that is not decided; what is under way fails as soon as its request ends. */
  close(): void {
    this.#isClosed = true;
    for (const [timer, open] of this.#timers) {
      clearTimeout(timer);
      this.#fail(open, open.submission.giveUp());
    }
    this.#timers.clear();
    for (const open of this.#queue.splice(0)) {
      const { submission } = open;
      this.#fail(
        open,
        submission.maybeSubmitted ? submission.giveUp() : new JunoError("closed", "The client is closed."),
      );
    }
  }
}

/** An attested outcome is an answer, also when it says that nothing happened; only expiry is an error. */
function verdictOf(outcome: Outcome): Verdict {
  if (outcome.status !== "expired") return { kind: "done", outcome };
  const text = "The command came into the log after its expiry; it has no effect.";
  return { kind: "error", error: new JunoError("command_expired", text, { outcome: "rejected" }) };
}
