// Says that this node is ready to vote in a configuration that is proposed (E55): that it holds the key which the act
// names for it, and follows the log; or that its program knows the versions that are to be activated (C38). Such a word binds nobody, whoever asks for it: administrators decide.

import { type NodeId, ok, parseJson, type Refusal, type Result, readJson, refuse } from "@juno/base";
import { isCaughtUp } from "@juno/consensus";
import { ACTIVATE, lackingVersions, type PlannedActivation, readActivation, tooOld } from "@juno/ledger";
import {
  ACT_BYTES_MAX,
  actId,
  parseConfigurationAct,
  readActHead,
  readinessBytes,
  votersOf,
} from "@juno/proof";
import type { Replica } from "./replica.ts";

export type ReadyAnswer = { readonly node: NodeId; readonly signature: Uint8Array };

export function readinessOf(replica: Replica, document: Uint8Array): Result<ReadyAnswer, Refusal> {
  const read = parseAct(document);
  if (!read.ok) return refuse("malformed", read.error.detail);
  return read.value === undefined
    ? readyForConfiguration(replica, document)
    : readyForVersions(replica, document, read.value);
}

/** What is to be activated; undefined of an act of another kind. */
function parseAct(document: Uint8Array): Result<PlannedActivation | undefined, Refusal> {
  const json = parseJson(document, { bytesMax: ACT_BYTES_MAX });
  if (!json.ok) return json;
  return readJson(json.value, "bad_act", (field) => {
    const { kind, content } = readActHead(field);
    return kind === ACTIVATE ? readActivation(content) : undefined;
  });
}

function readyForVersions(
  replica: Replica,
  document: Uint8Array,
  { versions }: PlannedActivation,
): Result<ReadyAnswer, Refusal> {
  const { context, state, ledger } = replica;
  const { self, sha256, keyring } = context;
  const lacking = lackingVersions(ledger.known, versions);
  if (lacking !== undefined) return notReady(`node ${self} lacks ${lacking}`);
  const { epochs } = state;
  const { configuration } = epochs.last;
  const voter = votersOf(configuration).find(({ id }) => id === self);
  const sign = voter && keyring.signer(voter.signKey);
  if (sign === undefined) return notReady(`node ${self} does not vote in epoch ${configuration.epoch}`);
  const behind = stateProblem(replica);
  if (behind !== undefined) return notReady(behind);
  const { network } = ledger.genesis;
  return ok({ node: self, signature: sign(readinessBytes(network, actId(sha256, document))) });
}

function readyForConfiguration(replica: Replica, document: Uint8Array): Result<ReadyAnswer, Refusal> {
  const { context, state } = replica;
  const { self, sha256, keyring } = context;
  const act = parseConfigurationAct(sha256, document);
  if (!act.ok) return refuse("malformed", act.error.detail);
  const { epochs, electorate } = state;
  const next = epochs.last.electorate.epoch + 1;
  if (act.value.epoch !== next)
    return notReady(`the act begins epoch ${act.value.epoch}, and epoch ${next} is the next one`);
  const voter = votersOf(act.value).find(({ id }) => id === self);
  if (voter === undefined) return notReady(`node ${self} would not be a voter`);
  const sign = keyring.signer(voter.signKey);
  if (sign === undefined)
    return notReady(`node ${self} does not hold the signing key that the act names for it`);
  const problem = stateProblem(replica) ?? versionProblem(replica);
  if (problem !== undefined) return notReady(problem);
  return ok({ node: self, signature: sign(readinessBytes(electorate.network, act.value.id)) });
}

/** C38: who has to stop at an entry that is agreed on already is no voter to count on. */
function versionProblem({ context, ledger, admission }: Replica): string | undefined {
  const old = tooOld(ledger, admission.governed.activation);
  return old && `node ${context.self} is too old: ${old.detail}`;
}

/** Why a node could not vote now. */
function stateProblem({ context, state, ports, ownWords }: Replica): string | undefined {
  const { self } = context;
  if (!ownWords.isSettled || state.withheld !== undefined)
    return `node ${self} has not heard yet from the others what it said before`; // S15
  if (state.isHeld) return `node ${self} is halted by its operator`; // S19
  if (state.mode === "halted" || state.mode === "readOnly") return `node ${self} is ${state.mode}`;
  const now = { monotonicMs: ports.clock.monotonicMs(), wallMs: ports.clock.wallMs() };
  return isCaughtUp({ state, context, now }) ? undefined : `node ${self} has not caught up with the others`;
}

const notReady = (detail: string) => refuse("not_ready", detail);
