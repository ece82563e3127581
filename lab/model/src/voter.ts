// One honest voter of a trace: the production core on a simulated disk, with a clock that only the
// trace moves. What it sends is kept; where it would go is the trace's decision.

import { assert, type Hash, LogIndex, type Refusal, type Result, refuse } from "@juno/base";
import {
  type Command,
  type Context,
  decodeFrame,
  type Effect,
  type Frame,
  type Input,
  type Message,
  restore,
  type State,
  step,
  type Verified,
} from "@juno/consensus";
import { decodeTermCertificate, type EpochFacts, Epochs } from "@juno/proof";
import { Disk, EPOCH_MS, SimulatedAdmission } from "@juno/simulator";
import { commandOf } from "./chains.ts";
import { MODEL_TIMING, PATIENCE_MS } from "./patience.ts";

/** Takes commands from clients, but none back that was cut: the specification forgets those. */
export class ForgetfulAdmission extends SimulatedAdmission {
  isOpen = false;

  override mayPend(): Result<undefined, Refusal> {
    return this.isOpen ? super.mayPend() : refuse("closed", "not while nobody asks");
  }
}

export class ModelledVoter {
  readonly context: Context;
  readonly disk: Disk;
  readonly admission: ForgetfulAdmission;
  state: State;
  /** Frames of the current step of the trace. */
  sent: Frame[] = [];
  readonly #first: EpochFacts;
  #nowMs = 0;
  #lives = 0;

  constructor(context: Context, admission: ForgetfulAdmission, first: EpochFacts) {
    this.context = context;
    this.#first = first;
    this.admission = admission;
    this.disk = new Disk(first.electorate.network);
    this.state = this.#restored();
    this.#feed({ kind: "start" });
  }

  #restored(): State {
    const durable = this.disk.load();
    const { committed, termCertificate: bytes } = durable;
    for (const { kind, body } of this.disk.entries.slice(0, committed.index)) {
      const facts = kind === "command" ? this.admission.describe(body) : undefined;
      if (facts?.ok) this.admission.applied.set(facts.value.id, facts.value.expires);
    }
    const licence = bytes === undefined ? undefined : decodeTermCertificate(bytes);
    this.#lives += 1;
    return restore(this.context, durable, {
      epochs: new Epochs(this.#first),
      // A state machine whose outcome is the hash of what it applied last.
      applied: { index: LogIndex(committed.index), root: committed.hash },
      termCertificate: licence?.ok ? licence.value : undefined,
      nonce: this.#lives,
    });
  }

  /** One input and the flush behind it, as hosts give them. */
  #feed(input: Input): void {
    for (const each of [input, { kind: "flush" } as const]) {
      const now = { monotonicMs: this.#nowMs, wallMs: EPOCH_MS };
      this.#perform(step(this.context, this.state, each, now));
    }
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "persist") this.disk.write(effect.changes);
      if (effect.kind !== "send") continue;
      const frame = decodeFrame(effect.frame);
      assert(frame.ok, "nodes send frames that decode");
      this.sent.push(frame.value);
    }
  }

  hear(message: Verified<Message>): void {
    this.#nowMs += 1;
    this.#feed({ kind: "message", message });
  }

  /** Whom it asks for entries, having waited for what may be on the way. */
  asksForEntries(): number | undefined {
    if (this.state.fetching === undefined) return undefined;
    if (this.state.fetching.asked.size === 0) this.#wakeAt(this.#nowMs + MODEL_TIMING.heartbeatMs);
    return [...(this.state.fetching?.asked ?? [])][0];
  }

  /** What the specification does not know of: a fetch that nobody answers. */
  forgetFetch(): void {
    this.state.fetching = undefined;
  }

  #wakeAt(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#feed({ kind: "timer" });
  }

  passCollectWait(): void {
    const { campaign } = this.state;
    if (campaign !== undefined) this.#wakeAt(campaign.collectUntilMs);
  }

  timeOut(): void {
    this.#wakeAt(this.#nowMs + PATIENCE_MS);
  }

  submit(network: Hash, name: string): void {
    const body = commandOf(network, name);
    const facts = this.admission.describe(body);
    assert(facts.ok, "a made command is well-formed");
    this.admission.isOpen = true;
    this.#feed({ kind: "submit", commands: [{ body, facts: facts.value } as Verified<Command>] });
    this.admission.isOpen = false;
  }

  restart(): void {
    this.#feed({ kind: "stop" });
    this.sent = [];
    this.state = this.#restored();
    this.#feed({ kind: "start" });
  }
}
