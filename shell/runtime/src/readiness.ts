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
/** Under which key it is signed, and what. */
export type ReadyWord = { readonly node: NodeId; readonly key: Uint8Array; readonly message: Uint8Array };

/** Signs at once: for whoever holds its keys in this process. */
export function readyAtOnce(replica: Replica, document: Uint8Array): Result<ReadyAnswer, Refusal> {
  const due = readinessOf(replica, document);
  if (!due.ok) return due;
  const { node, key, message } = due.value;
  return ok({ node, signature: replica.context.keyring.signer(key)!(message) });
}

/** What a node that is ready has to sign, or why it is not. */
export function readinessOf(replica: Replica, document: Uint8Array): Result<ReadyWord, Refusal> {
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
): Result<ReadyWord, Refusal> {
  const { context, state, ledger } = replica;
  const { self, sha256, keyring } = context;
  const lacking = lackingVersions(ledger.known, versions);
  if (lacking !== undefined) return notReady(`node ${self} lacks ${lacking}`);
  const { epochs } = state;
  const { configuration } = epochs.last;
  const voter = votersOf(configuration).find(({ id }) => id === self);
  if (voter === undefined || keyring.signer(voter.signKey) === undefined)
    return notReady(`node ${self} does not vote in epoch ${configuration.epoch}`);
  const behind = stateProblem(replica);
  if (behind !== undefined) return notReady(behind);
  const { network } = ledger.genesis;
  const message = readinessBytes(network, actId(sha256, document));
  return ok({ node: self, key: voter.signKey, message });
}

function readyForConfiguration(replica: Replica, document: Uint8Array): Result<ReadyWord, Refusal> {
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
  if (keyring.signer(voter.signKey) === undefined)
    return notReady(`node ${self} does not hold the signing key that the act names for it`);
  const problem = stateProblem(replica) ?? versionProblem(replica);
  if (problem !== undefined) return notReady(problem);
  const message = readinessBytes(electorate.network, act.value.id);
  return ok({ node: self, key: voter.signKey, message });
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

/** At the signer at a time; each is somebody's request. */
const AT_ONCE_MAX = 8;

export type SignUnder = (key: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;

/** Signs words of readiness where another process holds the key (E62): nothing else waits for them, and one that is not signed is refused. */
export class ReadySigner {
  readonly #sign: SignUnder;
  #underWay = 0;

  constructor(sign: SignUnder) {
    this.#sign = sign;
  }

  async sign({ node, key, message }: ReadyWord): Promise<Result<ReadyAnswer, Refusal>> {
    if (this.#underWay >= AT_ONCE_MAX) return refuse("busy", "too much waits for the node's signer");
    this.#underWay += 1;
    try {
      return ok({ node, signature: await this.#sign(key, message) });
    } catch (cause) {
      return notReady(`node ${node}: ${cause instanceof Error ? cause.message : String(cause)}`);
    } finally {
      this.#underWay -= 1;
    }
  }
}

const notReady = (detail: string) => refuse("not_ready", detail);
