// Builds commands (A1–A3): the payload as JSON text, its fresh nonce and expiry, the signatures of all
// its signers over the exact bytes. A command is made once and sent as often as needed; its id never
// changes, so sending it again is harmless (A4).

import { renderSignedCommand, type SignedCommandJson } from "@juno/api";
import { assert, type Hash, hex, signedBytes, utf8 } from "@juno/base";
import type { Genesis, SignedCommand } from "@juno/proof";
import type { ClientCrypto, Signer } from "./client-crypto.ts";

/** A3: one call of a module's action; arguments are JSON, amounts are text such as "40.00 USD". */
export type Call = {
  readonly module: string;
  readonly version?: number;
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
};

/** A3: sources of modules, to be deployed together. */
export type Deployment = { readonly deploy: readonly string[] };

/** C22: commands whose payloads are to be taken out of the log, by their entries. */
export type Redaction = {
  readonly redact: {
    readonly commands: readonly { readonly index: number; readonly id: string }[];
    readonly reason: string;
  };
};

/** A node's signature under an act; `key` where the act names none for it. Lower-case hex. */
export type ActReadiness = { readonly node: number; readonly signature: string; readonly key?: string };

/** E54: a key's signature under an act; both lower-case hex. Ascending by key wherever several stand. */
export type ActApproval = { readonly key: string; readonly signature: string };

/** C24: an act before the ledger, with the first approvals of it. */
export type Proposal = {
  readonly propose: {
    /** The document, verbatim: approvals are of exactly these bytes. */
    readonly act: string;
    readonly approvals: readonly ActApproval[];
    /** Nodes that declare themselves ready, ascending: for a configuration (E55), or for later versions (C38). */
    readonly ready?: readonly ActReadiness[];
  };
};

/** C24: further approvals of an act that was proposed, by its id in lower-case hex. */
export type ActApprovals = {
  readonly approve: { readonly act: string; readonly approvals: readonly ActApproval[] };
};

/** A proposal or approvals stand alone in their command. */
export type Action = Call | Deployment | Redaction | Proposal | ActApprovals;

/** What a signer lets deeper modules do in their name: "demo.bank.Debit of alice, up to 100.00 USD". */
export type Grant = { readonly capability: string; readonly fields: Readonly<Record<string, unknown>> };

export type GrantingSigner = Signer & { readonly grants?: readonly Grant[] };

export type CommandOptions = {
  /** Who signs; the first is the registered client that is charged. Default: the client's own signers. */
  readonly signers?: readonly GrantingSigner[];
  /** One transaction for all actions. Default false: each action is its own. */
  readonly atomic?: boolean;
  /** Milliseconds from now until the command may not take effect any more. Default 5 minutes. */
  readonly expiresInMs?: number;
  /** Default: generous for the number of actions and signers. */
  readonly gasLimit?: number;
};

/** A command ready to be sent. */
export type PreparedCommand = {
  /** Lower-case hex. */
  readonly id: string;
  readonly idHash: Hash;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  readonly signed: SignedCommand;
  /** The JSON that is posted, already text. */
  readonly json: string;
};

export const EXPIRES_IN_MS = 5 * 60 * 1000;
const NONCE_BYTES = 16;

const GAS_BASE = 10_000;
const GAS_PER_SIGNER = 8_000;
const GAS_PER_ACTION = 25_000;
const GAS_PER_CHAR = 8;
/** A source is checked, and with it what depends on it. */
const GAS_PER_SOURCE_CHAR = 1_000;
/** A redaction looks at every deployed module, and writes a row for each command. */
const GAS_PER_REDACTION = 350_000;
const GAS_PER_REDACTED = 2_000;
/** An act is read and written with all that it says, and so are the rows that it changes. */
const GAS_PER_ACT = 1_500_000;

function defaultGas(
  genesis: Genesis,
  parts: { signers: number; actions: readonly Action[]; chars: number },
): number {
  const { signers, actions, chars } = parts;
  const sources = actions.flatMap((action) => ("deploy" in action ? action.deploy : []));
  const sourceChars = sources.reduce((sum, source) => sum + source.length, 0);
  const gas =
    GAS_BASE +
    GAS_PER_SIGNER * signers +
    GAS_PER_ACTION * actions.length +
    GAS_PER_CHAR * chars +
    GAS_PER_SOURCE_CHAR * sourceChars +
    redactionGas(actions) +
    governanceGas(actions);
  return Math.min(gas, genesis.limits.commandGasMax);
}

function redactionGas(actions: readonly Action[]): number {
  let gas = 0;
  for (const action of actions) {
    if ("redact" in action) gas += GAS_PER_REDACTION + GAS_PER_REDACTED * action.redact.commands.length;
  }
  return gas;
}

function governanceGas(actions: readonly Action[]): number {
  let gas = 0;
  for (const action of actions) {
    const proposed = "propose" in action ? action.propose : undefined;
    const brought = proposed ?? ("approve" in action ? action.approve : undefined);
    if (brought === undefined) continue;
    gas += GAS_PER_ACT + GAS_PER_SIGNER * (brought.approvals.length + (proposed?.ready?.length ?? 0));
  }
  return gas;
}

function actionJson(action: Action): object {
  if ("redact" in action || "propose" in action || "approve" in action) return action;
  return "deploy" in action ? { deploy: { modules: action.deploy } } : { call: action };
}

const signerJson = ({ key, grants }: GrantingSigner): object => ({
  key: hex(key),
  ...(grants === undefined ? {} : { grants }),
});

export type PayloadContext = {
  readonly genesis: Genesis;
  readonly crypto: ClientCrypto;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

/** A2: the payload's text. */
export function payloadText(
  context: PayloadContext,
  actions: readonly Action[],
  options: CommandOptions & { readonly signers: readonly GrantingSigner[] },
): { readonly text: string; readonly expiresMs: number } {
  const { genesis, crypto, clock } = context;
  const { signers, atomic = false, expiresInMs = EXPIRES_IN_MS } = options;
  assert(actions.length > 0, "a command has an action");
  assert(signers.length > 0, "a command has a signer");
  const list = JSON.stringify(actions.map(actionJson));
  const parts = { signers: signers.length, actions, chars: list.length };
  const expiresMs = clock() + expiresInMs;
  const head = JSON.stringify({
    network: hex(genesis.network),
    nonce: hex(crypto.randomBytes(NONCE_BYTES)),
    expires: new Date(expiresMs).toISOString(),
    gasLimit: options.gasLimit ?? defaultGas(genesis, parts),
    ...(atomic ? { atomic } : {}),
    signers: signers.map(signerJson),
  });
  return { text: `${head.slice(0, -1)},"actions":${list}}`, expiresMs };
}

export async function prepareCommand(
  context: PayloadContext,
  actions: readonly Action[],
  options: CommandOptions & { readonly signers: readonly GrantingSigner[] },
): Promise<PreparedCommand> {
  const { text, expiresMs } = payloadText(context, actions, options);
  const payload = utf8(text);
  const message = signedBytes({ tag: "command", network: context.genesis.network, body: payload });
  const signatures = await Promise.all(
    options.signers.map(async ({ key, sign }) => ({ key, signature: await sign(message) })),
  );
  return preparedFrom(context, { payload, signatures }, expiresMs);
}

/** A command that was signed elsewhere or earlier, ready to be sent (again). */
export function preparedFrom(
  context: Pick<PayloadContext, "crypto">,
  signed: SignedCommand,
  expiresMs: number,
): PreparedCommand {
  const idHash = context.crypto.sha256(signed.payload);
  const json: SignedCommandJson | undefined = renderSignedCommand(signed, hex);
  assert(json !== undefined, "a payload is text");
  return { id: hex(idHash), idHash, expiresMs, signed, json: JSON.stringify(json) };
}
