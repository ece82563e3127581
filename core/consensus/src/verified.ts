// What a node receives, as data: messages whose bytes were read and judged. Verified ones, whose every signature was
// found good, are made in one place only (verify.ts).

import type { Epoch, NodeId } from "@juno/base";
import type {
  Ack,
  Certificate,
  EpochFacts,
  EvidenceClaim,
  PreVote,
  SignedStatement,
  SnapshotStatement,
  TermCertificate,
  Vote,
} from "@juno/proof";
import type { CommandFacts } from "./admission.ts";
import type { AppendEntries, FetchReply } from "./bulk.ts";
import type { PendingCheck } from "./checks.ts";
import type { FetchBody, ProbeBody, ProbeReplyBody, Proofs, RequestVoteBody } from "./message.ts";
import type { Word } from "./word.ts";

declare const verifiedBrand: unique symbol;
/** A message whose every signature was found good. Only `confirm` makes one. */
export type Verified<T> = T & { readonly [verifiedBrand]: true };

export type Command = { readonly body: Uint8Array; readonly facts: CommandFacts };

export type Statement<B> = { readonly statement: SignedStatement; readonly body: B };
export type Proved = { readonly certificate: Certificate | undefined };

/** `epoch`: the one that it names, under whose keys it was verified. */
export type Message = { readonly from: NodeId; readonly epoch: Epoch } & MessageContent;

export type MessageContent =
  | { readonly kind: "epochs"; readonly learned: readonly EpochFacts[] }
  | ({ readonly kind: "prevote" } & Statement<PreVote> & Proved)
  | ({ readonly kind: "proofs" } & Proofs)
  | {
      readonly kind: "request-vote";
      readonly body: RequestVoteBody;
      readonly certificate: Certificate;
      readonly termCertificate: TermCertificate;
    }
  | ({ readonly kind: "vote" } & Statement<Vote>)
  | ({ readonly kind: "append-entries" } & AppendEntries)
  | ({ readonly kind: "ack" } & Statement<Ack> & Proved)
  | { readonly kind: "commands"; readonly commands: readonly Command[] }
  | { readonly kind: "fetch"; readonly body: FetchBody }
  | ({ readonly kind: "fetch-reply" } & FetchReply)
  | { readonly kind: "evidence"; readonly claim: EvidenceClaim; readonly bytes: Uint8Array }
  | { readonly kind: "probe"; readonly body: ProbeBody }
  | { readonly kind: "probe-reply"; readonly body: ProbeReplyBody; readonly certificate: Certificate }
  | ({ readonly kind: "snapshot" } & Statement<SnapshotStatement>)
  | { readonly kind: "recall"; readonly body: ProbeBody }
  | { readonly kind: "recollection"; readonly nonce: number; readonly words: readonly Word[] };

export type Opened = { readonly message: Message; readonly checks: readonly PendingCheck[] };
