// Before a voter says anything that counts for a quorum, it asks the others for the highest that they have
// heard from it (S15): q voters, itself counted, must have answered. What it does not remember shows that its
// disk was rolled back, restored or made anew; so does a voter that enters an epoch of which it cannot know whether it has
// spoken there before. Answers never permit anything: they only take away. Invariant:
// of each voter one answer of this life counts, and each is answered a bounded number of times.

import type { Epoch, NodeId } from "@juno/base";
import {
  beyondMemory,
  bulk,
  type Context,
  encodeFrame,
  encodeProbeBody,
  linksContent,
  linksToShow,
  type Message,
  type MessageKind,
  readWord,
  type State,
  signBody,
  type Verified,
  wordsOf,
  writeRecollection,
} from "@juno/consensus";
import type { Electorate } from "@juno/proof";
import type { Clock } from "./ports/clock.ts";

const NO_ATTACHMENT = new Uint8Array(0);
/** Whoever has not answered is asked again after so many heartbeats, once the node takes part. */
const PATIENCE_BEATS = 20;

/** For the operator of a node that speaks for no quorum any more. */
export const OBSERVING =
  "this node observes: its disk was rolled back, restored or made anew, so it does not know what it has signed. It follows the others and answers clients, and never votes or acknowledges again under this key. Leave it so, or stop it for good; never start another copy of it. To vote again it must be admitted under a new key.";

export type OwnWordsMessage = Extract<Verified<Message>, { readonly kind: "recall" | "recollection" }>;

export class OwnWords {
  readonly #context: Pick<Context, "self" | "sha256" | "timing">;
  readonly #state: State;
  readonly #clock: Pick<Clock, "monotonicMs" | "wakeAt">;
  /** Tells this life's answers from those to an earlier one. */
  readonly #nonce: number;
  readonly #send: (to: NodeId | "all", frame: Uint8Array) => void;
  readonly #wake: () => void;
  readonly #settled: () => void;
  readonly #disown: (why: string) => void;
  readonly #seat: () => void;
  /** Counts the epochs that it has asked about: an answer of before says nothing of later ones. */
  #round = 0;
  #roundEpoch: Epoch | undefined;
  readonly #answered = new Set<NodeId>();
  readonly #answeredMs = new Map<NodeId, number>();
  #askedMs = Number.NEGATIVE_INFINITY;
  #isSettled = false;

  constructor(parts: {
    readonly context: Pick<Context, "self" | "sha256" | "timing">;
    readonly state: State;
    readonly clock: Pick<Clock, "monotonicMs" | "wakeAt">;
    readonly nonce: number;
    send(to: NodeId | "all", frame: Uint8Array): void;
    /** While the node takes no part, nobody else wakes it. */
    wake(): void;
    /** The node may take part now. Called once. */
    settled(): void;
    /** The node has said what it does not remember. */
    disown(why: string): void;
    /** The node may speak in the epoch that it has entered. */
    seat(): void;
  }) {
    this.#context = parts.context;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#nonce = parts.nonce;
    this.#send = parts.send;
    this.#wake = parts.wake;
    this.#settled = parts.settled;
    this.#disown = parts.disown;
    this.#seat = parts.seat;
  }

  /** Until then the node says nothing that counts for a quorum. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** How many voters are still to answer before the node takes part. */
  get lacking(): number {
    if (this.#isSpoken || this.#hasNothingToAsk) return 0;
    const { voters, quorum } = this.#asked;
    return Math.max(0, quorum - (voters.length - this.silent.length));
  }

  /** Those that have not answered. */
  get silent(): readonly NodeId[] {
    if (this.#hasNothingToAsk) return [];
    const { self } = this.#context;
    const ids = this.#asked.voters.map(({ id }) => id);
    return ids.filter((id) => id !== self && !this.#answered.has(id));
  }

  /** S18: the node is in an epoch in which it may have spoken before. */
  get #isWithheld(): boolean {
    return this.#state.withheld !== undefined;
  }

  /** Whether nothing is waited for before the node speaks. */
  get #isSpoken(): boolean {
    return this.#isSettled && !this.#isWithheld;
  }

  /** Who votes last, as far as it is known: what was said in epochs that have ended counts for nothing. */
  get #asked(): Electorate {
    const { electorate, epochs } = this.#state;
    return this.#isWithheld ? electorate : epochs.last.electorate;
  }

  /** Who speaks for no quorum, or has no vote, has nothing to ask. */
  get #hasNothingToAsk(): boolean {
    const { mode } = this.#state;
    const isSilent = mode === "halted" || (mode === "observer" && !this.#isWithheld);
    return isSilent || !this.#asked.keyOf.has(this.#context.self);
  }

  begin(): void {
    this.#settleIfAnswered();
    this.remind();
  }

  /** To be called at every heartbeat: asks those again that have not answered. */
  remind(): void {
    this.#beginRound();
    this.#settleIfAnswered();
    const { silent } = this;
    if (silent.length === 0) return;
    const { heartbeatMs } = this.#context.timing;
    const nowMs = this.#clock.monotonicMs();
    if (!this.#isSettled) this.#clock.wakeAt(nowMs + heartbeatMs, this.#wake);
    // S19: it asks when it is released.
    if (this.#state.isHeld) return;
    if (nowMs - this.#askedMs < (this.#isSpoken ? PATIENCE_BEATS * heartbeatMs : heartbeatMs / 2)) return;
    this.#askedMs = nowMs;
    const body = encodeProbeBody({ ...this.#identity, nonce: this.#nonce + this.#round });
    const frame = this.#signed("recall", { body, attachment: NO_ATTACHMENT });
    for (const voter of silent) this.#send(voter, frame);
  }

  onMessage(message: OwnWordsMessage): void {
    // What was answered before says nothing of an epoch whose entering is still being written.
    this.#beginRound();
    if (message.kind === "recall") this.#answer(message);
    else this.#hear(message);
  }

  /** Tells a voter the highest of its own words that are known here. */
  #answer({ from: to, epoch, body: { nonce } }: OwnWordsMessage & { readonly kind: "recall" }): void {
    const nowMs = this.#clock.monotonicMs();
    const lastMs = this.#answeredMs.get(to) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - lastMs < this.#context.timing.heartbeatMs / 4) return;
    this.#answeredMs.set(to, nowMs);
    const { sha256 } = this.#context;
    const words = wordsOf(this.#state, [to]);
    const content = bulk({ ...this.#identity, sha256 }, (w) => writeRecollection(w, { nonce, words }));
    this.#send(to, this.#signed("recollection", content));
    if (!this.#isSettled) this.#showLinks(to, epoch);
  }

  /** V10: what a node shows that takes part, this one shows before, or two that are to answer each other would not understand each other. */
  #showLinks(to: NodeId, epoch: Epoch): void {
    const links = linksToShow(this.#state, epoch);
    if (links.length === 0) return;
    const { sha256 } = this.#context;
    this.#send(to, this.#signed("epochs", linksContent({ ...this.#identity, sha256 }, links)));
  }

  #hear(message: OwnWordsMessage & { readonly kind: "recollection" }): void {
    if (this.#hasNothingToAsk) return;
    for (const word of message.words) {
      if (word.statement.voter !== this.#context.self) continue;
      const read = readWord(word);
      const why = read && beyondMemory(this.#state, read);
      if (why === undefined) continue;
      this.#disown(why);
      return this.#settleIfAnswered();
    }
    if (message.nonce !== this.#nonce + this.#round) return;
    this.#answered.add(message.from);
    this.#settleIfAnswered();
  }

  #settleIfAnswered(): void {
    if (this.#isSpoken) return;
    // S18: without its seat a node says nothing that counts. It takes part as one that has no vote, and asks meanwhile.
    if (!this.#isSettled && (this.#isWithheld || this.lacking === 0)) {
      this.#isSettled = true;
      this.#settled();
    }
    if (this.#isWithheld && this.lacking === 0) this.#seat();
  }

  /** The epoch that the node has entered is another one than that which it asked about. */
  #beginRound(): void {
    const { electorate } = this.#state;
    if (!this.#isWithheld || this.#roundEpoch === electorate.epoch) return;
    this.#roundEpoch = electorate.epoch;
    this.#round += 1;
    this.#answered.clear();
    this.#askedMs = Number.NEGATIVE_INFINITY;
  }

  get #identity() {
    return { epoch: this.#state.voice.epoch, from: this.#context.self };
  }

  #signed(kind: MessageKind, content: { body: Uint8Array; attachment: Uint8Array }): Uint8Array {
    const { self } = this.#context;
    const { voice, electorate } = this.#state;
    const signature = signBody({ network: electorate.network, sign: voice.sign }, kind, content.body);
    return encodeFrame({ kind, from: self, signature, ...content });
  }
}
