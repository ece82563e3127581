// What liars of the world have to lie with: what they have overheard, by epoch; the keys under which they vote, and those
// under which they voted before; a client in league with them.

import { Epoch, hex, type NodeId } from "@juno/base";
import { decodeCommon, type Frame } from "@juno/consensus";
import type { AnyCall } from "@juno/judge";
import { type EpochFacts, type Epochs, encodeCommand } from "@juno/proof";
import { readyAtOnce } from "@juno/runtime";
import type { Letter, Liar } from "../byzantine/liar.ts";
import { Notebook } from "../byzantine/notebook.ts";
import { sha256 } from "../crypto.ts";
import { keyringOf } from "../members.ts";
import { EPOCH_MS } from "./virtual-clock.ts";
import type { WorldLike } from "./world-like.ts";
import type { WorldNode } from "./world-node.ts";

type DeceitParts = {
  readonly world: Pick<WorldLike<WorldNode>, "prng" | "bank" | "nowMs"> & {
    readonly nodes: readonly WorldNode[];
    nextNonce(): number;
  };
  readonly epochs: Epochs;
  /** Told of every command that liars had signed by their client. */
  onAccomplice(id: string, calls: readonly AnyCall[]): void;
  post(node: WorldNode, letter: Letter): void;
};

export class Deceit {
  readonly #parts: DeceitParts;
  readonly #notebooks = new Map<Epoch, Notebook>();

  constructor(parts: DeceitParts) {
    this.#parts = parts;
  }

  hear(frame: Frame): void {
    const said = decodeCommon(frame.body);
    const facts = said.ok ? this.#parts.epochs.of(said.value.epoch) : undefined;
    if (facts !== undefined) this.#notebookOf(facts).hear(frame);
  }

  #notebookOf({ electorate }: EpochFacts): Notebook {
    const known = this.#notebooks.get(electorate.epoch) ?? new Notebook(electorate);
    this.#notebooks.set(electorate.epoch, known);
    return known;
  }

  /** As what a node lies from now on: a voter of the epoch that it is in, which will be a former one some day. */
  liar(node: WorldNode, others: readonly NodeId[]): Liar {
    const { world, epochs } = this.#parts;
    const facts = epochs.of(node.state?.electorate.epoch ?? epochs.last.electorate.epoch) ?? epochs.last;
    const before = facts.electorate.epoch > 0 ? epochs.of(Epoch(facts.electorate.epoch - 1)) : undefined;
    const { electorate, configuration } = facts;
    const keyring = keyringOf(node.id);
    const key = electorate.keyOf.get(node.id);
    const sign = (key && keyring.signer(key)) ?? keyring.own;
    return {
      self: node.id,
      context: { ...node.context, electorate, sign },
      configuration,
      former: before && { facts: before, notebook: this.#notebookOf(before) },
      others,
      prng: world.prng,
      notebook: this.#notebookOf(facts),
      now: () => ({ monotonicMs: world.nowMs, wallMs: EPOCH_MS + Math.floor(world.nowMs) }),
      state: () => node.state,
      entries: () => node.disk.log.entries,
      later: (delayMs, action) => node.after(delayMs, action),
      post: (letter) => this.#parts.post(node, letter),
      approved: () => (node.replica?.admission.governed.configurations ?? []).map(({ body }) => body),
      ready: (document) =>
        world.nodes.flatMap(({ replica }) => {
          const answer = replica && readyAtOnce(replica, document);
          return answer?.ok ? [answer.value] : [];
        }),
      commandInPlaceOf: () => this.#accomplices(false),
      forgedCommand: () => this.#accomplices(true),
    };
  }

  #accomplices(forged: boolean): Uint8Array {
    const { world, onAccomplice } = this.#parts;
    const { calls, signed } = world.bank.accomplices(world.nowMs, world.nextNonce(), forged);
    if (!forged) onAccomplice(hex(sha256(signed.payload)), calls);
    return encodeCommand(signed);
  }
}
