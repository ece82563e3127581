// From a command's bytes to what it asks for (C3, C4): everything that can be judged without the
// state and without verifying signatures. The same bytes are judged alike by every node, always.
// Never throws for bad bytes.

import {
  err,
  type Hash,
  hex,
  type JsonField,
  ok,
  parseJson,
  type Refusal,
  type Result,
  readJson,
  refuse,
  type SignatureCheck,
  signedBytes,
  type VerifySignature,
} from "@juno/base";
import type { Grant } from "@juno/hopper";
import { commandId, decodeCommand, type SignedCommand } from "@juno/proof";
import type { LedgerContext } from "./context.ts";
import { forbidden, wishOf } from "./governance/access.ts";
import { accessOfClient, clientOf } from "./governance/client-state.ts";
import type { ActContext } from "./governance/payload-acts.ts";
import { haltIn, LEDGER_HALTED } from "./governance/switches.ts";
import { hasQuota, overQuota, type Usage, usageOf } from "./governance/usage.ts";
import { type Action, isGovernance, type PayloadSigner, readAction, readSigners } from "./payload-parts.ts";
import { parseTime } from "./time.ts";
import type { RowReader } from "./view.ts";

/** A well-formed payload. */
export type ParsedPayload = {
  readonly id: Hash;
  /** Lower-case hex. */
  readonly idHex: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly gasLimit: number;
  /** One overlay and one receipt for all actions (C11). */
  readonly atomic: boolean;
  /** Keys in lower-case hex, distinct, in the payload's order; the first is the client charged. */
  readonly signers: readonly string[];
  /** What each signer grants (L43), in the order of `signers`. */
  readonly grants: readonly (readonly Grant[])[];
  readonly actions: readonly Action[];
  /** C24: the signatures under acts that the actions bring. */
  readonly actChecks: readonly SignatureCheck[];
  readonly payloadBytes: number;
};

/** A well-formed command: its signers' signatures, then those under acts; whether they verify is not known. */
export type ParsedCommand = ParsedPayload & { readonly checks: readonly SignatureCheck[] };

/** Values, member names and escapes of a payload: what every node reads in a hundredth of a second. */
export const PAYLOAD_PARTS_MAX = 65_536;
const NONCE = /^[0-9a-f]{32,128}$/;

type Fields = {
  readonly network: string;
  readonly nonce: string;
  readonly expires: string;
  readonly gasLimit: number;
  readonly atomic: boolean;
  readonly signers: readonly PayloadSigner[];
  readonly actions: readonly Action[];
};

function readFields(context: LedgerContext, document: JsonField): Fields {
  const tools = { sha256: context.sha256, network: context.genesis.network };
  const required = ["network", "nonce", "expires", "gasLimit", "signers", "actions"] as const;
  const fields = document.object(required, ["atomic"]);
  return {
    network: fields.network.text(),
    nonce: fields.nonce.text(),
    expires: fields.expires.text(),
    gasLimit: fields.gasLimit.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    atomic: fields.atomic?.boolean() ?? false,
    signers: readSigners(fields.signers),
    actions: readActions(tools, fields.actions),
  };
}

/** C24: a decision about the network stands alone, so that a command has no more signatures than a message may have. */
function readActions(tools: ActContext, field: JsonField): readonly Action[] {
  const actions = field
    .array({ min: 1, max: Number.MAX_SAFE_INTEGER })
    .map((item) => readAction(tools, item));
  if (actions.length > 1 && actions.some(isGovernance)) field.fail("`propose` and `approve` stand alone");
  return actions;
}

/** C3: what a payload asks for, or why it is not a command of this network. */
export function parsePayload(context: LedgerContext, payload: Uint8Array): Result<ParsedPayload, Refusal> {
  const { limits } = context.genesis;
  if (payload.length > limits.payloadBytesMax) {
    const detail = `the payload has ${payload.length} bytes where at most ${limits.payloadBytesMax} may be`;
    return refuse("command_too_large", `${detail}; split it`);
  }
  const json = parseJson(payload, { bytesMax: limits.payloadBytesMax, partsMax: PAYLOAD_PARTS_MAX });
  if (!json.ok) return refuse("command_malformed", json.error.detail);
  const fields = readJson(json.value, "command_malformed", (field) => readFields(context, field));
  if (!fields.ok) return fields;
  const { network, nonce, gasLimit, atomic, actions } = fields.value;
  if (network !== context.networkHex) {
    return refuse("wrong_network", `the command names network ${network}; this one is ${context.networkHex}`);
  }
  if (!NONCE.test(nonce)) {
    return refuse("command_malformed", "nonce: 32 to 128 lower-case hex digits of fresh randomness expected");
  }
  const expires = parseTime(fields.value.expires);
  if (expires === undefined) {
    return refuse("command_malformed", "expires: a time such as 2026-01-31T12:00:00.000Z expected");
  }
  if (gasLimit > limits.commandGasMax) {
    return refuse("command_malformed", `gasLimit: at most ${limits.commandGasMax} may be asked for`);
  }
  if (actions.length > limits.actionsPerCommandMax) {
    const detail = `${actions.length} actions where at most ${limits.actionsPerCommandMax} may be`;
    return refuse("command_too_large", `${detail}; split it`);
  }
  const id = commandId(context.sha256, payload);
  return ok({
    id,
    idHex: hex(id),
    expires,
    gasLimit,
    atomic,
    signers: fields.value.signers.map(({ key }) => key),
    grants: fields.value.signers.map(({ grants }) => grants),
    actions,
    actChecks: actions.flatMap((action) => (isGovernance(action) ? action.checks : [])),
    payloadBytes: payload.length,
  });
}

/** C3, C4: a command whose signatures are exactly its signers', in the payload's order, and those under acts. */
export function parseCommand(context: LedgerContext, command: SignedCommand): Result<ParsedCommand, Refusal> {
  const { payload, signatures } = command;
  const parsed = parsePayload(context, payload);
  if (!parsed.ok) return parsed;
  const { signers } = parsed.value;
  const message = signedBytes({ tag: "command", network: context.genesis.network, body: payload });
  const checks: SignatureCheck[] = [];
  for (const [at, { key, signature }] of signatures.entries()) {
    if (hex(key) !== signers[at] || signature.length !== 64) {
      return refuse("signers_mismatch", `signature ${at} is not that of signers[${at}] of the payload`);
    }
    checks.push({ key, message, signature });
  }
  if (checks.length < signers.length) {
    return refuse(
      "signers_mismatch",
      `${checks.length} signatures where ${signers.length} signers are named`,
    );
  }
  return ok({ ...parsed.value, checks: [...checks, ...parsed.value.actChecks] });
}

/** The command in an entry's body (E13). */
export function parseCommandBody(context: LedgerContext, body: Uint8Array): Result<ParsedCommand, Refusal> {
  const command = decodeCommand(body);
  if (!command.ok) return refuse("command_malformed", command.error.detail);
  return parseCommand(context, command.value);
}

/** C31: whose quota a command counts for, and what was used of it before. */
export type Charged = { readonly client: string; readonly usage: Usage | undefined };

/**
 * C10: whether the ledger, as it stands, tries a command of this client at this time, and if so, whose quota it counts
 * for, if anybody's; the refusal's code is the reason otherwise.
 */
export function admissible(
  context: LedgerContext,
  rows: Pick<RowReader, "row">,
  { signers: [first = ""], actions }: ParsedPayload,
  time: number,
): Result<Charged | undefined, Refusal> {
  const client = clientOf(context, rows, first);
  if (client === undefined)
    return refuse("client_unknown", `the first signer ${first} is not a registered client of this network`);
  const halt = haltIn(rows);
  if (halt !== undefined && !actions.every(isGovernance))
    return refuse(
      LEDGER_HALTED,
      `since ${halt.since} it takes nothing but decisions about itself: ${halt.reason}`,
    );
  const access = accessOfClient(context, rows, client);
  const refusal = forbidden(access, wishOf(actions));
  if (refusal !== undefined) return err(refusal);
  if (!hasQuota(access)) return ok(undefined);
  const usage = usageOf(rows, client.name);
  const over = overQuota(access, usage, { timeMs: time });
  return over === undefined ? ok({ client: client.name, usage }) : err(over);
}

/** Parses a command and verifies each of its signatures, here and now: for auditors. */
export function verifyCommand(
  context: LedgerContext,
  verify: VerifySignature,
  command: SignedCommand,
): Result<ParsedCommand, Refusal> {
  const parsed = parseCommand(context, command);
  if (!parsed.ok) return parsed;
  for (const [at, check] of parsed.value.checks.entries()) {
    if (!verify(check))
      return refuse("signature_invalid", `the signature ${whose(parsed.value, at)} does not verify`);
  }
  return parsed;
}

const whose = ({ signers }: ParsedPayload, at: number): string =>
  at < signers.length ? `of signers[${at}]` : `of key ${at - signers.length} under the act`;
