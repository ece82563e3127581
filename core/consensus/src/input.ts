// Everything that can happen to a node, as data. Each input comes with the time it is stepped at;
// core/ has no clock of its own.

import type { Epoch, Hash, LogIndex, Term } from "@juno/base";
import type { EpochFacts, SignedStatement } from "@juno/proof";
import type { StagedSnapshot } from "./target.ts";
import type { Command, Message, Verified } from "./verified.ts";

export type Now = {
  /** For timers: milliseconds from an arbitrary start, never going back. */
  readonly monotonicMs: number;
  /** For entry times and expiry: milliseconds since 1970. */
  readonly wallMs: number;
};

export type Input =
  /** The node takes part from now on: the first input of its life in this process, or after it was released. */
  | { readonly kind: "start" }
  | { readonly kind: "message"; readonly message: Verified<Message> }
  /** Links that proved themselves before this node takes part: it says nothing because of them. */
  | { readonly kind: "learn"; readonly learned: readonly EpochFacts[] }
  /** Commands whose signatures this node verified for its own clients. */
  | { readonly kind: "submit"; readonly commands: readonly Verified<Command>[] }
  /** A client wants to read linearizably; answered by a `readable` effect with the same token. */
  | { readonly kind: "read"; readonly token: number }
  /** The state machine has applied everything up to here. */
  | { readonly kind: "applied"; readonly index: LogIndex; readonly root: Hash }
  /** The configuration that its administrators have approved and the ledger holds now (E55); undefined: none any more. */
  | { readonly kind: "configure"; readonly body: Uint8Array | undefined }
  /** The ledger's administrators have decided that this term shall end (C25). */
  | { readonly kind: "step-down"; readonly epoch: Epoch; readonly term: Term }
  /** The node is to stop, and gives up one term that it leads or is to lead (V12); or it is not to stop after all. */
  | { readonly kind: "hand-over" }
  | { readonly kind: "lead-on" }
  /** A snapshot that was fetched is verified and durable. */
  | ({ readonly kind: "staged" } & StagedSnapshot)
  /** The time asked for by the last `setTimer` has come. */
  | { readonly kind: "timer" }
  /** Others have shown what this node has signed and does not remember (S15). */
  | { readonly kind: "disown"; readonly reason: string }
  /** C23: f+1 voters have signed for another snapshot than this node has made. */
  | {
      readonly kind: "contradicted";
      readonly index: LogIndex;
      readonly own: Hash;
      readonly theirs: Hash;
      readonly words: readonly SignedStatement[];
    }
  /** Others have told what they have heard in an epoch that this node has entered: nothing that it does not remember (S15). */
  | { readonly kind: "seat" }
  /** Its operator halts the node, or lets it go on (S19). */
  | { readonly kind: "hold" }
  | { readonly kind: "release" }
  /** No more inputs are at hand: send what was gathered (section 13). */
  | { readonly kind: "flush" }
  /** The last input: write what is known and not yet written. */
  | { readonly kind: "stop" };
