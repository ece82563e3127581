// Frames in, verified messages out, in each sender's order. Every sender has two lanes, one for the
// commands it relays and one for all else, so that commands never delay what keeps the cluster going.
// Each lane opens a bounded amount a turn and has a bounded number of signatures at the verifier: a
// sender that floods delays itself. What it sends beyond that waits at its own end. Invariant: of each
// sender, every frame received is delivered, refused under a code, or waits here.

import type { NodeId } from "@juno/base";
import {
  confirm,
  kindOfFrame,
  type Message,
  type MessageKind,
  type Opened,
  open,
  type Verified,
  type VerifiedCache,
  type VerifyContext,
} from "@juno/consensus";
import { Lane, INBOX_LIMITS as LIMITS, type Waiting } from "./lane.ts";
import type { Clock } from "./ports/clock.ts";
import type { Verifier } from "./ports/verifier.ts";

/** What became of one sender's frames. */
export type FrameCounts = {
  received: number;
  delivered: number;
  readonly refused: Map<string, number>;
};

type Sender = {
  readonly id: NodeId;
  readonly consensus: Lane;
  readonly commands: Lane;
  readonly counts: FrameCounts;
  isPaused: boolean;
};

export type InboxOptions = {
  readonly context: VerifyContext;
  readonly cache: VerifiedCache;
  readonly verifier: Verifier;
  readonly clock: Pick<Clock, "afterInputs">;
  deliver(message: Verified<Message>): void;
  refused(from: NodeId, code: string): void;
  /** Commands that were dropped from a frame because their own signatures are forged. */
  forged(count: number): void;
  /** Why such a message of this sender is not even opened; undefined if it is wanted. */
  unwanted(from: NodeId, kind: MessageKind | undefined): string | undefined;
  /** The sender's frames shall wait at its end, or need not any more. */
  pause(from: NodeId, isPaused: boolean): void;
  failed(cause: Error): void;
};

export class Inbox {
  readonly #options: InboxOptions;
  readonly #senders = new Map<NodeId, Sender>();
  #isScheduled = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Whoever has a channel has proved a key that is admitted, so there are no more than these. */
  #senderOf(id: NodeId): Sender {
    const known = this.#senders.get(id);
    if (known !== undefined) return known;
    const consensus = new Lane(`node ${id}`);
    const commands = new Lane(`commands of node ${id}`);
    const counts = { received: 0, delivered: 0, refused: new Map<string, number>() };
    const sender = { id, consensus, commands, counts, isPaused: false };
    this.#senders.set(id, sender);
    return sender;
  }

  /** By sender: what became of its frames, and how many wait here. */
  counts(): readonly { readonly from: NodeId; readonly counts: FrameCounts; readonly waiting: number }[] {
    return [...this.#senders.values()].map(({ id, consensus, commands, counts }) => {
      return { from: id, counts, waiting: consensus.length + commands.length };
    });
  }

  receive(from: NodeId, frame: Uint8Array): void {
    const sender = this.#senderOf(from);
    sender.counts.received += 1;
    const kind = kindOfFrame(frame);
    const unwanted = this.#options.unwanted(from, kind);
    if (unwanted !== undefined) return this.#refuse(sender, unwanted);
    const lane = kind === "commands" ? sender.commands : sender.consensus;
    if (!lane.push(frame)) return this.#refuse(sender, "inbox_full");
    this.#open(sender, lane);
    this.#regulate(sender);
  }

  #refuse(sender: Sender, code: string): void {
    const { refused } = sender.counts;
    refused.set(code, (refused.get(code) ?? 0) + 1);
    this.#options.refused(sender.id, code);
  }

  /** Opens what the lane may open in this turn. */
  #open(sender: Sender, lane: Lane): void {
    const { context, cache } = this.#options;
    for (let frame = lane.take(); frame !== undefined; frame = lane.take()) {
      this.#schedule();
      const opened = open(context, cache, { channel: sender.id, bytes: frame });
      if (opened.ok) lane.keep(opened.value, frame.length);
      else this.#refuse(sender, opened.error.code);
    }
    this.#drain(sender, lane);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.clock.afterInputs(() => this.#endTurn());
  }

  /** What was opened goes to the verifier; then the next turn begins with what could not be opened. */
  #endTurn(): void {
    this.#isScheduled = false;
    const lanes = [...this.#senders.values()].flatMap((sender) => [
      { sender, lane: sender.consensus },
      { sender, lane: sender.commands },
    ]);
    for (const { sender, lane } of lanes) this.#verify(sender, lane, lane.endTurn());
    for (const { sender, lane } of lanes) {
      this.#open(sender, lane);
      this.#regulate(sender);
    }
  }

  #verify(sender: Sender, lane: Lane, batch: readonly Waiting[]): void {
    if (batch.length === 0) return;
    const { verifier, failed } = this.#options;
    verifier
      .verify(
        batch.flatMap(({ opened }) => opened.checks),
        lane.name,
      )
      .then((answers) => {
        lane.answer(batch, answers);
        this.#open(sender, lane);
        this.#regulate(sender);
      })
      .catch((cause: unknown) => failed(cause instanceof Error ? cause : new Error(String(cause))));
  }

  /** Delivers what is answered, as far as nothing earlier of the same lane is open. */
  #drain(sender: Sender, lane: Lane): void {
    const { cache, deliver } = this.#options;
    for (let next = lane.answered(); next !== undefined; next = lane.answered()) {
      const verified = confirm(cache, next.opened, next.answers);
      if (!verified.ok) this.#refuse(sender, verified.error.code);
      else {
        this.#countForged(next.opened, verified.value);
        sender.counts.delivered += 1;
        deliver(verified.value);
      }
    }
  }

  #countForged({ message }: Opened, kept: Message): void {
    if (message.kind !== "commands" || kept.kind !== "commands") return;
    const forged = message.commands.length - kept.commands.length;
    if (forged > 0) this.#options.forged(forged);
  }

  /** Between two marks, so that a sender at its limit is not stopped and started for every frame. */
  #regulate(sender: Sender): void {
    const { consensus, commands, isPaused } = sender;
    const frames = consensus.arrivedFrames + commands.arrivedFrames;
    const bytes = consensus.arrivedBytes + commands.arrivedBytes;
    const { pauseFrames, pauseBytes } = LIMITS;
    const wanted = isPaused
      ? frames > pauseFrames / 4 || bytes > pauseBytes / 4
      : frames > pauseFrames || bytes > pauseBytes;
    if (wanted === isPaused) return;
    sender.isPaused = wanted;
    this.#options.pause(sender.id, wanted);
  }
}
