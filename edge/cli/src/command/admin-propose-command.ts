// `juno admin …` for what is proposed: made into an act, shown in words, judged by the ledger, signed, submitted.

import { writeFileSync } from "node:fs";
import { hex, type Json, jsonObject, parseJsonText, readJson } from "@juno/base";
import {
  type Configuration,
  faultsOf,
  type MemberRole,
  type Policy,
  policyJson,
  quorumOf,
  readPolicy,
  readRole,
  votersOf,
} from "@juno/proof";
import { type ActDocument, makeAct, readActDocument } from "../admin/act-document.ts";
import { awaitedWords, readinessFor } from "../admin/act-readiness.ts";
import { contentWords } from "../admin/act-view.ts";
import { type ApprovalOptions, approvalsOf, loadApprovers } from "../admin/approvals.ts";
import { atDesk, type Desk, type InForce, inForce, keysThatDecide, withNames } from "../admin/desk.ts";
import { leavingOperators } from "../admin/leaving-operators.ts";
import { type Change, configurationJson, nextConfiguration } from "../admin/next-configuration.ts";
import { type AnnouncedKeys, readPublicKeys } from "../admin/node-keys-file.ts";
import { standstill } from "../admin/standstill.ts";
import { demandAccepted, proposal, type SubmitOptions, submitForAct } from "../admin/submit-act.ts";
import { Complaint, usage } from "../complaint.ts";
import { nodeReports } from "../network/node-reports.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { readText } from "./document.ts";

export type ProposeOptions = SubmitOptions &
  ApprovalOptions & {
    readonly reason: string;
    /** Days. */
    readonly expires: number;
    readonly dryRun?: boolean;
    /** Where the act's document is kept, to be signed elsewhere. */
    readonly out?: string;
  };

const MS_PER_DAY = 86_400_000;

function head(kind: string, { reason, expires }: ProposeOptions) {
  if (reason.trim() === "") throw usage("Give a --reason: it stays in the ledger for ever.");
  return { kind, reason, expires: Date.now() + expires * MS_PER_DAY };
}

function keepDocument(path: string, { text }: ActDocument): void {
  try {
    // Its bytes are what is signed: nothing may stand behind them.
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    throw usage(`${path} cannot be written (${(cause as NodeJS.ErrnoException).code}).`);
  }
}

const sizes = (configuration: Configuration) => {
  const { length } = votersOf(configuration);
  return { n: length, f: faultsOf(length), q: quorumOf(length) };
};

/** The keys that are given, whether or not anything is signed with them yet. */
const givenKeys = (options: ApprovalOptions): readonly string[] =>
  loadApprovers(options).map(({ key }) => hex(key));

async function propose(bare: Desk, options: ProposeOptions, act: ActDocument, now: InForce): Promise<void> {
  const desk = await withNames(bare);
  const { output, nameOf, place } = desk;
  const readiness = await readinessFor(desk, act, now);
  const { ready, notReady, next } = readiness;
  if (!options.json) {
    const words = [...contentWords(act, now, nameOf), ...awaitedWords(readiness)];
    output.remark(words.map(safeText).join("\n"));
  }
  const keys = keysThatDecide(now.configuration.admin, givenKeys(options));
  await demandAccepted(desk, options, { act, keys, ready });
  if (options.out !== undefined) keepDocument(options.out, act);
  const voters = votersOf(now.configuration).map(({ id }): number => id);
  const stands = await standstill(desk.client, { nodes: place.nodes, voters });
  if (options.dryRun) {
    if (stands !== undefined) throw new Complaint(stands);
    const change = next === undefined ? {} : { before: sizes(now.configuration), after: sizes(next) };
    const nodes = ready.map(({ node }) => node);
    if (options.json)
      output.printJson({ act: act.id, document: act.text, ...change, ready: nodes, notReady });
    else output.print("The ledger would take it. Nothing was signed or sent.");
    return;
  }
  if (stands !== undefined)
    output.remark(`${stands} The act waits for the missing voters, five minutes at most.`);
  const approvals = await approvalsOf(place.genesis.network, act.id, options);
  await submitForAct(desk, options, { action: proposal({ act, approvals, ready }), act, inForce: now });
}

/** A new act of the network's administrators or operators. */
export async function proposeNew(
  options: ProposeOptions,
  output: Output,
  made: { readonly kind: string; readonly content: (desk: Desk, now: InForce) => Json | Promise<Json> },
): Promise<void> {
  await atDesk(options, output, async (desk) => {
    const now = await inForce(desk);
    const content = await made.content(desk, now);
    await propose(desk, options, makeAct({ ...head(made.kind, options), content }), now);
  });
}

const configure = (options: ProposeOptions, output: Output, change: Change): Promise<void> =>
  proposeNew(options, output, {
    kind: "configure",
    content: (_, { configuration }) => configurationJson(nextConfiguration(configuration, change)),
  });

export type NodeOptions = ProposeOptions & {
  readonly id?: number;
  readonly keys?: string;
  readonly address?: string;
  readonly role?: MemberRole;
};

function keysGiven({ id, keys, address }: NodeOptions): AnnouncedKeys {
  const read = readPublicKeys(keys!);
  if (id !== undefined && id !== read.id)
    throw usage(`${keys} holds the keys of node ${read.id}, and --id says ${id}.`);
  return { ...read, address: address ?? read.address };
}

export const runAddNode = (options: NodeOptions, output: Output): Promise<void> =>
  configure(options, output, { kind: "add", keys: keysGiven(options), role: options.role ?? "observer" });

export const runRemoveNode = (options: NodeOptions, output: Output): Promise<void> =>
  configure(options, output, { kind: "remove", id: options.id! });

export const runSetRole = (options: NodeOptions, role: MemberRole, output: Output): Promise<void> =>
  configure(options, output, { kind: "role", id: options.id!, role });

export const runRotateKeys = (options: NodeOptions, output: Output): Promise<void> =>
  configure(options, output, { kind: "keys", keys: keysGiven(options) });

export const runReplaceNode = (
  { id, withKeys, ...options }: NodeOptions & { readonly withKeys: string },
  output: Output,
): Promise<void> =>
  configure(options, output, {
    kind: "replace",
    id: id!,
    keys: keysGiven({ ...options, keys: withKeys }),
  });

function policyOf(path: string): Policy {
  const json = parseJsonText(readText(path));
  const policy = json.ok ? readJson(json.value, "malformed", readPolicy) : json;
  if (!policy.ok) throw usage(`${path} is no policy: ${policy.error.detail}`);
  return policy.value;
}

export type PolicyOptions = ProposeOptions & { readonly policy: string };

export const runAdmins = (options: PolicyOptions, output: Output): Promise<void> =>
  configure(options, output, { kind: "admins", policy: policyOf(options.policy) });

export const runOperators = (options: PolicyOptions, output: Output): Promise<void> =>
  proposeNew(options, output, {
    kind: "operators",
    content: async ({ client, place: { genesis } }, { operator: before }) => {
      const policy = policyOf(options.policy);
      for (const sentence of await leavingOperators({ client, genesis }, { before, after: policy }))
        output.remark(safeText(sentence));
      return jsonObject({ policy: policyJson(policy) });
    },
  });

export const runSwitch = (options: ProposeOptions, kind: "halt" | "resume", output: Output): Promise<void> =>
  proposeNew(options, output, { kind, content: () => jsonObject({}) });

export type ClientChange = {
  readonly set?: { readonly name: string; readonly key: string; readonly roles: readonly string[] };
  readonly remove?: readonly string[];
};

export const runClients = (options: ProposeOptions, change: ClientChange, output: Output): Promise<void> =>
  proposeNew(options, output, {
    kind: "clients",
    content: () => {
      const { set, remove = [] } = change;
      return jsonObject({ set: set === undefined ? [] : [jsonObject(set)], remove });
    },
  });

export type RoleOptions = ProposeOptions & {
  readonly submit: readonly string[];
  readonly read: readonly string[];
  readonly commandsPerMinute?: number;
  readonly gasPerMinute?: number;
};

/** C29: names, or `*` alone for all, or `none` alone. */
function namesGiven(option: string, names: readonly string[]): Json {
  const [only, ...others] = names;
  if (others.length > 0 && (names.includes("*") || names.includes("none")))
    throw usage(`--${option}: * and none stand alone.`);
  if (only === "*") return only;
  return only === "none" ? [] : [...names];
}

/** What a role lets its clients do, in place of what was said of it. */
export const runDefineRole = (name: string, options: RoleOptions, output: Output): Promise<void> => {
  const { commandsPerMinute, gasPerMinute } = options;
  const names = { submit: namesGiven("submit", options.submit), read: namesGiven("read", options.read) };
  const role = jsonObject({ name, ...names, commandsPerMinute, gasPerMinute });
  const read = readJson(role, "malformed", (field) => readRole(field, new Set()));
  if (!read.ok) throw usage(`This is no role: ${read.error.detail}`);
  return proposeNew(options, output, {
    kind: "roles",
    content: () => jsonObject({ define: [role], remove: [] }),
  });
};

export const runRemoveRoles = (
  names: readonly string[],
  options: ProposeOptions,
  output: Output,
): Promise<void> =>
  proposeNew(options, output, {
    kind: "roles",
    content: () => jsonObject({ define: [], remove: [...names] }),
  });

export const runWithdraw = (act: string, options: ProposeOptions, output: Output): Promise<void> =>
  proposeNew(options, output, { kind: "withdraw", content: () => jsonObject({ act }) });

/** The term that so many nodes are in: one that claims a later one says it alone. */
async function termNow({ client, place }: Desk): Promise<{ epoch: number; term: number }> {
  const reports = await nodeReports(client, place.nodes);
  const { faults } = client.epochs.last.electorate;
  const told = reports.flatMap((report) => ("status" in report ? [report.status] : []));
  if (told.length === 0) throw new Complaint("No node answers.");
  told.sort((a, b) => b.epoch - a.epoch || b.term - a.term);
  const { epoch, term } = told[Math.min(faults, told.length - 1)]!;
  if (term === 0) throw new Complaint("No term has begun yet: there is nobody to step down.");
  return { epoch, term };
}

export const runStepDown = (options: ProposeOptions, output: Output): Promise<void> =>
  proposeNew(options, output, {
    kind: "step-down",
    content: async (desk) => jsonObject(await termNow(desk)),
  });

/** An act whose document was made before, and perhaps approved elsewhere. */
export async function runPropose(path: string, options: ProposeOptions, output: Output): Promise<void> {
  const act = readActDocument(readText(path), path);
  await atDesk(options, output, async (desk) => {
    await propose(desk, options, act, await inForce(desk));
  });
}
