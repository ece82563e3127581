// What a node has to know of the ledger's decisions to act by them (C25–C28). All of it stands in the state but a term to
// leave, which is asked for once: whoever was not there when it was decided is past it.

import { assert, Hash, NodeId, parseHex, parseJsonText, readJson, utf8 } from "@juno/base";
import {
  type Access,
  type Client,
  encodeConfigBody,
  type Genesis,
  policyKeys,
  readActHead,
} from "@juno/proof";
import type { LedgerContext } from "../context.ts";
import { SYSTEM } from "../deployed-module.ts";
import type { RowChange, RowReader } from "../view.ts";
import { accessOf, movedRoles } from "./access.ts";
import { actOfRow, agendaIn, approvalOf, type RecordedAct, recordedAct, signatureOf } from "./act-rows.ts";
import { type Activation, activationIn } from "./activation-state.ts";
import { movedClientKeys } from "./client-state.ts";
import { readStepDown, type StepDown } from "./kinds/step-down.ts";
import { CONFIGURE } from "./payload-acts.ts";
import { type Halt, haltIn, movedOperatorPolicy } from "./switches.ts";

/** A configuration that the administrators have approved and that no config entry has brought yet. */
export type ApprovedConfiguration = {
  readonly act: Hash;
  /** Milliseconds since 1970: no entry of a later time may carry it. */
  readonly expires: number;
  /** The config entry's (E55). */
  readonly body: Uint8Array;
};

export type Governed = {
  /** C27: set while the ledger takes nothing but decisions about itself. */
  readonly halt: Halt | undefined;
  /** C28: keys, lower-case hex, of which the genesis does not say any more whose they are, and whose; undefined: no client's. */
  readonly clients: ReadonlyMap<string, Client | undefined>;
  /** C29: roles of which the genesis does not say any more what they allow, and what they do; undefined: nothing is said of it. */
  readonly roles: ReadonlyMap<string, Access | undefined>;
  /** C28: the keys of the operators' policy, lower-case hex; undefined: those that the genesis says. */
  readonly operators: readonly string[] | undefined;
  /** In the order in which they were approved: the first that has not expired is to be appended. */
  readonly configurations: readonly ApprovedConfiguration[];
  /** C25: terms that are to be left, by decisions of the entries that were applied last. */
  readonly stepDowns: readonly StepDown[];
  /** C36: what was decided last of the versions that entries are applied by. */
  readonly activation: Activation | undefined;
};

/** As the genesis leaves it. */
export const UNGOVERNED: Governed = {
  halt: undefined,
  clients: new Map(),
  roles: new Map(),
  operators: undefined,
  configurations: [],
  stepDowns: [],
  activation: undefined,
};

/** `changes`: what led to these rows, as far as it is news. */
export const governedIn = (
  context: Pick<LedgerContext, "genesis">,
  rows: RowReader,
  changes: readonly RowChange[] = [],
): Governed => ({
  halt: haltIn(rows),
  clients: movedClientKeys(context, rows),
  roles: movedRoles(context, rows),
  operators: movedOperators(rows),
  configurations: approvedIn(rows).map(configurationOf),
  stepDowns: stepDownsIn(changes),
  activation: activationIn(rows),
});

function movedOperators(rows: RowReader): readonly string[] | undefined {
  const policy = movedOperatorPolicy(rows);
  return policy && policyKeys(policy);
}

function approvedIn(rows: RowReader): readonly RecordedAct[] {
  const proposed = [...agendaIn(rows)].filter(({ kind }) => kind === CONFIGURE);
  return proposed
    .map(({ act }) => recordedAct(rows, act)!)
    .filter(({ status }) => status === "approved")
    .sort((a, b) => a.since - b.since);
}

function configurationOf({ id, expires, document, approvals, ready }: RecordedAct): ApprovedConfiguration {
  const body = encodeConfigBody({
    document: utf8(document),
    approvals: approvals.map(approvalOf),
    ready: ready.map((one) => ({ node: NodeId(one.node), signature: signatureOf(one) })),
  });
  return { act: Hash(parseHex(id, 32)!), expires, body };
}

/** Whether these changes make any difference to `governedIn`. */
export const governs = (changes: readonly RowChange[]): boolean =>
  changes.some(({ module, table }) => module === SYSTEM.module && GOVERNING.has(table));

const GOVERNING: ReadonlySet<string> = new Set([SYSTEM.acts, SYSTEM.switches, SYSTEM.clientKeys]);

const STEP_DOWN = "step-down";

/** The acts that are executed by these changes. */
function stepDownsIn(changes: readonly RowChange[]): readonly StepDown[] {
  return changes.flatMap(({ module, table, key, after }) => {
    if (module !== SYSTEM.module || table !== SYSTEM.acts || after === undefined) return [];
    const act = actOfRow(key, after);
    return act.kind === STEP_DOWN && act.status === "executed" ? [stepDownOf(act)] : [];
  });
}

function stepDownOf({ document }: RecordedAct): StepDown {
  const json = parseJsonText(document);
  assert(json.ok, "a document that was recorded was read before");
  const read = readJson(json.value, "bad_act", (field) => readStepDown(readActHead(field).content));
  assert(read.ok, "an act that was executed was read before");
  return read.value;
}

type Ground = { readonly genesis: Pick<Genesis, "clientOf" | "roles"> };

/** C28, C29: who has a key, and what it may do, as of what was decided; undefined if it is no client's. */
export function clientWithAccess(
  { genesis }: Ground,
  { clients, roles }: Pick<Governed, "clients" | "roles">,
  key: string,
): { readonly client: Client; readonly access: Access } | undefined {
  const client = clients.has(key) ? clients.get(key) : genesis.clientOf.get(key);
  return client && { client, access: accessByRoles({ genesis }, { roles }, client.roles) };
}

/** C29: what those may do who have these roles, as of what was decided. */
export const accessByRoles = (
  { genesis }: { readonly genesis: Pick<Genesis, "roles"> },
  { roles }: Pick<Governed, "roles">,
  names: readonly string[],
): Access => accessOf(names, (name) => (roles.has(name) ? roles.get(name) : genesis.roles.get(name)));
