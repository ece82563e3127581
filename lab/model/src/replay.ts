// Replays a trace of spec/consensus.qnt on core/consensus. After every step what the voter believes, and
// what it said, must be what the specification says: spec and code cannot drift apart unseen.

import { type NodeId, utf8 } from "@juno/base";
import { encodeFrame, type Frame, VerifiedCache, verifyNow } from "@juno/consensus";
import { Epochs } from "@juno/proof";
import { foundingEpoch, sha256, verifySignature } from "@juno/simulator";
import { Chains } from "./chains.ts";
import { MODEL_LIMITS, MODEL_TIMING } from "./patience.ts";
import { keyOf, Post } from "./post.ts";
import { Record, type Sentence, sentencesOf, sentenceText } from "./record.ts";
import {
  beliefs,
  type Chain,
  type ModelEvent,
  type ModelStep,
  type ModelVoter,
  type Trace,
} from "./trace.ts";
import { ForgetfulAdmission, ModelledVoter } from "./voter.ts";

const VOTERS = 4;
const NETWORK = sha256(utf8("modelled network"));

/** Undefined: the code did what the trace says. Else the story of where it did not. */
export function replay(trace: Trace): string | undefined {
  const [first, ...rest] = trace.steps;
  if (first?.event.tag !== "Began") return `${trace.name}: the trace has no beginning`;
  const stage = new Stage(first.event.value.liars);
  const told: string[] = [];
  let before = first;
  for (const [number, after] of [first, ...rest].entries()) {
    const differences = number === 0 ? stage.compareAll(after) : stage.take(before, after);
    told.push(`${String(number).padStart(3)}. ${eventText(after.event)}`);
    if (differences.length > 0)
      return [`${trace.name}, step ${number}:`, ...told.slice(-8), ...differences].join("\n");
    before = after;
  }
  return undefined;
}

class Stage {
  readonly #voters = new Map<number, ModelledVoter>();
  readonly #first = foundingEpoch(NETWORK, VOTERS);
  readonly #electorate = this.#first.electorate;
  readonly #post: Post;
  readonly #record: Record;
  readonly #chains: Chains;
  readonly #admission = new ForgetfulAdmission(NETWORK);
  readonly #cache = new VerifiedCache();

  constructor(liars: readonly number[]) {
    const ids = this.#electorate.voters.map(({ id }) => id);
    this.#chains = new Chains(NETWORK, this.#admission, (term, at) =>
      this.#post.certificate({ kind: "election", term, at }),
    );
    this.#record = new Record(this.#chains);
    this.#post = new Post(
      { chains: this.#chains, record: this.#record, electorate: this.#electorate },
      liars,
    );
    for (const self of ids) {
      if (!liars.includes(self)) this.#voters.set(self, this.#begin(self));
    }
  }

  #begin(self: NodeId): ModelledVoter {
    const admission = new ForgetfulAdmission(NETWORK);
    const context = {
      self,
      sha256,
      keyring: { signer: () => keyOf(self).sign, own: keyOf(self).sign },
      admission,
      limits: MODEL_LIMITS,
      timing: MODEL_TIMING,
    };
    return new ModelledVoter(context, admission, this.#first);
  }

  compareAll(step: ModelStep): string[] {
    return [...this.#voters.keys()].flatMap((id) => this.#compare(id, undefined, step));
  }

  /** One step of the trace; returns how the code differs from it. */
  take(before: ModelStep, after: ModelStep): string[] {
    const { event } = after;
    if (event.tag === "Began") return ["a trace begins once"];
    if (event.tag === "LostDisk") return ["a voter without its disk does not go on under its key"];
    const voter = this.#voters.get(event.value.voter)!;
    voter.sent = [];
    try {
      this.#perform(voter, event);
    } catch (error) {
      return [`the code stops: ${error instanceof Error ? error.message : String(error)}`];
    }
    voter.forgetFetch();
    return this.#compare(event.value.voter, before, after);
  }

  #perform(voter: ModelledVoter, event: Exclude<ModelEvent, { tag: "Began" | "LostDisk" }>): void {
    switch (event.tag) {
      case "HeardPreVote":
        return this.#deliver(voter, { kind: "prevote", says: event.value.message });
      case "HeardRequest":
        return this.#deliver(voter, { kind: "request-vote", says: event.value.message });
      case "HeardVote":
        return this.#deliver(voter, { kind: "vote", says: event.value.message });
      case "HeardAck":
        return this.#deliver(voter, { kind: "ack", says: event.value.message });
      case "HeardAppend": {
        const { message, entries } = event.value;
        this.#deliver(voter, { kind: "append-entries", says: message });
        // The message comes again behind what its election certificate needed.
        if (entries && this.#answerFetch(voter, message.previous)) {
          this.#deliver(voter, { kind: "append-entries", says: message });
        }
        return;
      }
      case "ShownLicence":
        return this.#show(voter, { termCertificate: this.#post.licence(event.value.term) });
      case "ShownCertificate": {
        const { certificate, entries } = event.value;
        this.#show(voter, { certificate: this.#post.certificate(certificate) });
        if (entries) this.#answerFetch(voter, certificate.at);
        return;
      }
      case "Submitted":
        return voter.submit(NETWORK, event.value.what);
      case "CollectWaitPassed":
        return voter.passCollectWait();
      case "TimedOut":
        return voter.timeOut();
      case "Restarted":
        return voter.restart();
    }
  }

  #deliver(voter: ModelledVoter, sentence: Sentence): void {
    this.#hand(voter, this.#post.frameOf(sentence));
  }

  #show(voter: ModelledVoter, shown: Parameters<Post["proofs"]>[1]): void {
    const from = voter.context.self === 1 ? 2 : 1;
    this.#hand(voter, this.#post.proofs(from, shown));
  }

  #answerFetch(voter: ModelledVoter, chain: Chain): boolean {
    const peer = voter.asksForEntries();
    if (peer === undefined) return false;
    this.#hand(voter, this.#post.entries(peer, chain));
    return true;
  }

  /** Through the one door for bytes; what it refuses never reaches a voter. */
  #hand(voter: ModelledVoter, frame: Frame): void {
    const context = {
      epochs: new Epochs(this.#first),
      sha256,
      admission: voter.admission,
      payloadBytesMax: MODEL_LIMITS.payloadBytesMax,
      verify: verifySignature,
    };
    const verdict = verifyNow(context, this.#cache, { channel: frame.from, bytes: encodeFrame(frame) });
    if (verdict.ok) voter.hear(verdict.value);
  }

  #compare(id: number, before: ModelStep | undefined, after: ModelStep): string[] {
    const voter = this.#voters.get(id)!;
    const log = this.#chains.learn(voter.disk.entries);
    const model = beliefs(after.voters.get(id)!);
    const core = beliefs(this.#believes(voter, log));
    const differences = [...model].flatMap(([field, wanted]) => {
      const found = core.get(field);
      return wanted === found
        ? []
        : [`  ${field} of voter ${id}: the spec has ${wanted}, the code has ${found}`];
    });
    return [...differences, ...this.#compareSaid(voter, before, after)];
  }

  #compareSaid(voter: ModelledVoter, before: ModelStep | undefined, after: ModelStep): string[] {
    const id = voter.context.self;
    const own = sentencesOf(after.said).filter(({ says }) => says.from === id);
    const ever = new Set(own.map(sentenceText));
    const known = new Set(before === undefined ? [] : sentencesOf(before.said).map(sentenceText));
    const sent = new Set(voter.sent.map((frame) => this.#record.keep(frame)));
    sent.delete(undefined);
    const ownVote = this.#keepOwnVote(voter);
    if (ownVote !== undefined) sent.add(ownVote);
    const missing = [...ever].filter((text) => !known.has(text) && !sent.has(text));
    const extra = [...sent].filter((text) => text !== undefined && !ever.has(text));
    return [
      ...missing.map((text) => `  only the spec says: ${text}`),
      ...extra.map((text) => `  only the code says: ${text}`),
    ];
  }

  #keepOwnVote(voter: ModelledVoter): string | undefined {
    const statement = voter.state.campaign?.votes.get(voter.context.self);
    const base = voter.state.votedBase;
    if (statement === undefined || base === undefined) return undefined;
    const says = {
      from: voter.context.self,
      term: voter.state.currentTerm,
      base: { term: base.term, at: this.#chains.chainOf(base) ?? [] },
    };
    this.#post.ownVotes.push({ says, statement });
    return sentenceText({ kind: "vote", says });
  }

  #believes(voter: ModelledVoter, log: Chain): ModelVoter {
    const { currentTerm, votedBase, certified, committed, mode } = voter.state;
    const chainOf = (point: Parameters<Chains["chainOf"]>[0]) => this.#chains.chainOf(point) ?? [];
    return {
      term: currentTerm,
      votedBase:
        votedBase === undefined
          ? { tag: "NoVote" }
          : { tag: "VotedFor", value: { at: chainOf(votedBase), term: votedBase.term } },
      log,
      certified: { at: chainOf(certified.position), kind: certified.kind, term: certified.position.term },
      committed: committed.index,
      halted: mode === "halted",
    };
  }
}

function eventText({ tag, value }: ModelEvent): string {
  return `${tag} ${JSON.stringify(value)}`;
}
