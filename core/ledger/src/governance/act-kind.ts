// What a kind of acts is to the ledger (C25): whose decision it is, what its content may say, what stands against it and
// what it does. Each kind has a file in kinds/, and act-kinds.ts lists them.

import type { Json, JsonField } from "@juno/base";
import type { Configuration, Policy } from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { Abort } from "../contract-error.ts";
import type { ActStatus, RecordedAct } from "./act-rows.ts";
import type { OwnRows } from "./own-rows.ts";

/** Where an act is judged and executed: on the state before an entry, at its time. */
export type Bench = {
  readonly context: LedgerContext;
  readonly rows: OwnRows;
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** In force. */
  readonly configuration: Configuration;
  readonly operator: Policy;
};

/** An act whose content was read. */
export type Deed = {
  /** Ends with an `ActRefused` if it could not be executed now. */
  judge(bench: Bench, act: RecordedAct): void;
  /** What has become of the act by it. */
  execute(bench: Bench, act: RecordedAct): ActStatus;
};

export type ActKind = {
  /** The version of the ledger's rules that brought it (C36); undefined: it was there from the beginning. */
  readonly since?: number;
  /** `admins`: the policy of the configuration; `either`: that, or the operators'. */
  readonly authority: "admins" | "either";
  /** The content, or a refusal that names the place of the first fault. */
  readonly read: (content: JsonField, reason: string) => Deed;
};

/** Why an act is refused: the `code` of `ActRefused`. */
export const ACT_CODE = {
  unknown: "act_unknown",
  known: "act_known",
  closed: "act_closed",
  expired: "act_expired",
  bad: "bad_act",
  unauthorised: "unauthorised",
  approved: "already_approved",
  tooMany: "too_many_open",
  wrongEpoch: "wrong_epoch",
  quorumLost: "quorum_lost",
  faultsLost: "faults_lost",
  shareTooSmall: "share_too_small",
  keyTaken: "key_taken",
  clientUnknown: "client_unknown",
  roleUnknown: "role_unknown",
  pointless: "pointless",
  wrongIndex: "wrong_index",
  activationAhead: "activation_ahead",
} as const;

export type ActCode = (typeof ACT_CODE)[keyof typeof ACT_CODE];

export const actRefused = (act: string, code: ActCode, message: string): Abort =>
  new Abort({ name: "ActRefused", fields: { act, code, message } satisfies Record<string, Json> });
