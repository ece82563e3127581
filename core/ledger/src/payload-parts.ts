// What stands in a payload's lists (C3, C4): actions, and signers with what they grant. Names are judged by
// their form alone; whether there is such a module, action or capability is asked when the command is applied.

import { type JsonField, type JsonObject, parseHex, utf8Length } from "@juno/base";
import type { Grant } from "@juno/hopper";
import {
  type ActContext,
  type Approve,
  type Propose,
  readApprove,
  readPropose,
} from "./governance/payload-acts.ts";

/** Asks a module for an action. Arguments by parameter name. */
export type Call = {
  readonly kind: "call";
  readonly module: string;
  readonly version: number | undefined;
  readonly action: string;
  readonly args: JsonObject;
};

/** Asks for modules to be deployed, all of them or none. */
export type Deploy = {
  readonly kind: "deploy";
  readonly sources: readonly string[];
  /** Of all sources, in UTF-8. */
  readonly sourceBytes: number;
  /** Arguments of the modules' `init`, by module. */
  readonly init: ReadonlyMap<string, JsonObject>;
};

/** A command whose payload is to be taken away: the entry it stands in, and its id in lower-case hex. */
export type RedactedCommand = { readonly index: number; readonly id: string };

/** Asks for payloads of earlier commands to be taken out of the log (C22). */
export type Redact = {
  readonly kind: "redact";
  readonly commands: readonly RedactedCommand[];
  readonly reason: string;
};

export type Action = Call | Deploy | Redact | Propose | Approve;

/** About the network itself (C24). */
export type GovernanceAction = Propose | Approve;

export const isGovernance = (action: Action): action is GovernanceAction =>
  action.kind === "propose" || action.kind === "approve";

/** `key` in lower-case hex. */
export type PayloadSigner = { readonly key: string; readonly grants: readonly Grant[] };

export const SIGNERS_MAX = 64;
/** Of one signer. */
export const GRANTS_MAX = 64;
/** Modules that one action deploys. */
export const DEPLOYED_AT_ONCE_MAX = 64;
/** Commands that one action redacts. */
export const REDACTED_AT_ONCE_MAX = 64;
/** Of a reason, in UTF-8. */
const REASON_BYTES_MAX = 1_000;
const MEMBERS_MAX = 64;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const PATH = /^[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,8}$/;

/** A module that can be named in a command. */
export const isModuleName = (text: string): boolean => PATH.test(text);

export function readSigners(field: JsonField): PayloadSigner[] {
  const seen = new Set<string>();
  return field.array({ min: 1, max: SIGNERS_MAX }).map((item) => {
    const { key, grants } = item.object(["key"], ["grants"]);
    const text = key.text();
    if (parseHex(text, 32) === undefined) key.fail("64 lower-case hex digits expected");
    if (seen.has(text)) key.fail("this key stands here twice; a signer signs once");
    seen.add(text);
    return { key: text, grants: grants?.array({ max: GRANTS_MAX }).map(readGrant) ?? [] };
  });
}

function readGrant(field: JsonField): Grant {
  const { capability, fields } = field.object(["capability", "fields"]);
  if (!PATH.test(capability.text())) {
    capability.fail("a capability's full name is expected, such as demo.bank.Debit");
  }
  return { capability: capability.text(), fields: readNamed(fields, "a field's") };
}

/** The members of an object that code will read by name. */
function readNamed(field: JsonField, whose: string): JsonObject {
  for (const [name, value] of field.members(MEMBERS_MAX)) {
    if (!IDENTIFIER.test(name)) value.fail(`${whose} name is letters, digits and underscores`);
  }
  return field.json as JsonObject;
}

export function readAction(context: ActContext, field: JsonField): Action {
  const { call, deploy, redact, propose, approve } = field.object(
    [],
    ["call", "deploy", "redact", "propose", "approve"],
  );
  const given = [call, deploy, redact, propose, approve].filter((one) => one !== undefined).length;
  if (given === 1 && call !== undefined) return readCall(call);
  if (given === 1 && deploy !== undefined) return readDeploy(deploy);
  if (given === 1 && redact !== undefined) return readRedact(redact);
  if (given === 1 && propose !== undefined) return readPropose(context, propose);
  if (given === 1 && approve !== undefined) return readApprove(context, approve);
  return field.fail(
    'an action is {"call": …}, {"deploy": …}, {"redact": …}, {"propose": …} or {"approve": …}',
  );
}

function readCall(field: JsonField): Call {
  const { module, version, action, args } = field.object(["module", "action", "args"], ["version"]);
  if (!isModuleName(module.text())) module.fail("a module's name is expected, such as demo.bank");
  if (!IDENTIFIER.test(action.text())) action.fail("an action's name is expected, such as transfer");
  return {
    kind: "call",
    module: module.text(),
    version: version?.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    action: action.text(),
    args: readNamed(args, "a parameter's"),
  };
}

function readDeploy(field: JsonField): Deploy {
  const { modules, init } = field.object(["modules"], ["init"]);
  const sources = modules.array({ min: 1, max: DEPLOYED_AT_ONCE_MAX }).map((source) => source.text());
  const sourceBytes = sources.reduce((sum, source) => sum + utf8Length(source), 0);
  const inits = init?.members(DEPLOYED_AT_ONCE_MAX) ?? [];
  const named = inits.map(([name, args]) => [name, readNamed(args, "a parameter's")] as const);
  return { kind: "deploy", sources, sourceBytes, init: new Map(named) };
}

function readRedact(field: JsonField): Redact {
  const { commands, reason } = field.object(["commands", "reason"]);
  const why = reason.text();
  const bytes = utf8Length(why);
  if (bytes === 0 || bytes > REASON_BYTES_MAX) {
    reason.fail(`a reason of 1 to ${REASON_BYTES_MAX} bytes is expected`);
  }
  const named = commands.array({ min: 1, max: REDACTED_AT_ONCE_MAX }).map((item) => {
    const { index, id } = item.object(["index", "id"]);
    if (parseHex(id.text(), 32) === undefined)
      id.fail("a command's id is expected: 64 lower-case hex digits");
    return { index: index.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), id: id.text() };
  });
  return { kind: "redact", commands: named, reason: why };
}
