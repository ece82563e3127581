// Looks at a network for the rules: asks every node at once, twice, and one of them for what is left open. Every question has
// its time, so that a node that hangs, or sends a byte a second, holds up nothing. What no member has signed is no answer (A16).

import type { SnapshotSummaryJson, StatusJson } from "@juno/api";
import { utf8 } from "@juno/base";
import { type JunoClient, JunoError } from "@juno/client";
import { type RecordedAct, SYSTEM } from "@juno/ledger";
import { sha256 } from "@juno/node/light";
import { parseConfigurationAct } from "@juno/proof";
import { lackingOf } from "../admin/act-view.ts";
import { type Desk, type InForce, inForceAsKnown, type NamedDesk, withNames } from "../admin/desk.ts";
import { actOfRow } from "../admin/own-tables.ts";
import { askAll } from "../admin/readiness.ts";
import { Complaint } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import type { NodeAddress } from "../network/network-folder.ts";
import type { Examination, NodeSeen, OpenAct, Reading } from "./examination.ts";
import { problemOf } from "./problem.ts";

/** Of one answer; the acts take several. */
const ANSWER_MS = 3_000;
const ACTS_MS = 6_000;
/** Long enough for what moves to be seen to move. */
const GAP_MS = 2_000;
const ACTS_MAX = 32;

export type Timing = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly gapMs: number;
  readonly answerMs: number;
};

export const TIMING: Timing = { now: () => Date.now(), gapMs: GAP_MS, answerMs: ANSWER_MS };

/** What comes in time; else what `late` makes of it. Whatever comes later is nobody's. */
async function inTime<T>(ms: number, asked: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([asked, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

type Asked = Pick<JunoClient, "status" | "snapshots" | "learnEpochs">;

async function readingAt(client: Asked, url: string, { now, answerMs }: Timing): Promise<Reading> {
  const askedMs = now();
  const began = performance.now();
  try {
    const status = await inTime<StatusJson>(answerMs, client.status(url), () => silence(url, answerMs));
    return { status, askedMs, tookMs: performance.now() - began };
  } catch (error) {
    if (!(error instanceof JunoError)) throw error;
    return { problem: problemOf(error) };
  }
}

async function certifiedAt(client: Asked, url: string, ms: number): Promise<readonly number[] | undefined> {
  try {
    const all = await inTime<readonly SnapshotSummaryJson[]>(ms, client.snapshots(url), () =>
      silence(url, ms),
    );
    return all.filter(({ certificate }) => certificate !== null).map(({ index }) => index);
  } catch (error) {
    // Where reads are guarded, the key of whoever looks may be closed (A41).
    if (!(error instanceof JunoError || error instanceof Complaint)) throw error;
    return undefined;
  }
}

async function learnEpochs(client: Asked): Promise<void> {
  while (await client.learnEpochs());
}

/** What is asked meanwhile may take as long as the pause; who voted when must be known before the second reading is judged. */
async function pause(client: Asked, { gapMs, answerMs }: Timing): Promise<void> {
  const learning = inTime(answerMs, learnEpochs(client), () => undefined);
  await Promise.all([learning, new Promise((resolve) => setTimeout(resolve, gapMs))]);
}

async function nodesSeen(
  client: Asked,
  addresses: readonly NodeAddress[],
  timing: Timing,
): Promise<readonly NodeSeen[]> {
  const readings = () => Promise.all(addresses.map(({ url }) => readingAt(client, url, timing)));
  const first = await readings();
  await pause(client, timing);
  const certified = Promise.all(
    addresses.map(async ({ url }, at) =>
      "status" in first[at]! ? await certifiedAt(client, url, timing.answerMs) : undefined,
    ),
  );
  const second = await readings();
  const snapshots = await certified;
  return addresses.map((address, at) => {
    const told = snapshots[at];
    return { ...address, first: first[at]!, second: second[at]!, ...(told && { certified: told }) };
  });
}

type Acting = { readonly reader: JunoClient; readonly answerMs: number };

async function openAct(
  { client, nameOf, place }: NamedDesk,
  { reader, answerMs }: Acting,
  { now, id }: { readonly now: InForce; readonly id: string },
): Promise<OpenAct | undefined> {
  const { rows } = await reader.rows({ module: SYSTEM.module, table: SYSTEM.acts }, { prefix: id, limit: 1 });
  if (rows[0]?.key !== id) return undefined;
  const { act, document } = actOfRow(id, rows[0].value);
  const { kind, expires, approvals } = act;
  const isOpen = (status: RecordedAct["status"]): status is "open" | "approved" =>
    status === "open" || status === "approved";
  if (!isOpen(act.status)) return undefined;
  const lacking = act.status === "open" ? lackingOf(act, now, nameOf) : undefined;
  const next = kind === "configure" ? parseConfigurationAct(sha256, utf8(document.text)) : undefined;
  const readiness = next?.ok
    ? await askAll(asking(client, answerMs), { act: document.text, next: next.value, nodes: place.nodes })
    : undefined;
  return {
    ...{ id, kind, status: act.status, expires, lacking, reason: document.reason },
    approvedBy: approvals.map(({ key }) => nameOf(key)),
    notReady: readiness?.notReady ?? [],
  };
}

/** As the client, but no node takes longer than its time. */
const asking = (client: JunoClient, ms: number): Pick<JunoClient, "readiness"> => ({
  readiness: (url, act) => inTime(ms, client.readiness(url, act), () => silence(url, ms)),
});

function silence(url: string, ms: number): never {
  throw new JunoError("unreachable", `${url} does not answer.`, {
    cause: new Error(`no reply within ${ms} ms`),
  });
}

async function openActs(desk: Desk, acting: Acting): Promise<readonly OpenAct[]> {
  const { reader } = acting;
  const asked = { ...desk, client: reader };
  const now = await inForceAsKnown(asked);
  const { nameOf } = await withNames(asked);
  const { rows } = await reader.rows({ module: SYSTEM.module, table: SYSTEM.agenda }, { limit: ACTS_MAX });
  const ids = rows.map(({ value }) => String((value as { act?: unknown }).act));
  const acts = await Promise.all(ids.map((id) => openAct({ ...desk, nameOf }, acting, { now, id })));
  return acts.flatMap((act) => act ?? []);
}

/** Only of those that have just answered. A node may tell anything: what cannot be read as acts is told by nobody. */
async function actsTold(
  { client, ...desk }: Desk,
  nodes: readonly NodeSeen[],
  answerMs: number,
): Promise<readonly OpenAct[] | undefined> {
  const answering = nodes.filter(({ second }) => "status" in second);
  if (answering.length === 0) return undefined;
  const connecting = { readTimeoutMs: answerMs, epochs: client.epochs };
  const reader = connect({ ...desk.place, nodes: answering }, connecting);
  try {
    return await inTime<readonly OpenAct[] | undefined>(
      ACTS_MS,
      openActs({ ...desk, client }, { reader, answerMs }).catch(() => undefined),
      () => undefined,
    );
  } finally {
    reader.close();
  }
}

/** As it was: a node that hangs makes it longer. */
const gapOf = (nodes: readonly NodeSeen[]): number | undefined =>
  nodes.flatMap(({ first, second }) =>
    "status" in first && "status" in second ? [second.askedMs - first.askedMs] : [],
  )[0];

export async function examine(desk: Desk, timing: Timing = TIMING): Promise<Examination> {
  const { client, place } = desk;
  const { limits, timing: times } = place.genesis;
  const nodes = await nodesSeen(client, place.nodes, timing);
  const acts = await actsTold(desk, nodes, timing.answerMs);
  const { electorate, configuration } = client.epochs.last;
  return {
    ...{ nodes, acts, gapMs: gapOf(nodes) ?? timing.gapMs, nowMs: timing.now() },
    epoch: electorate.epoch,
    voters: electorate.voters.map(({ id }) => id),
    members: configuration.members.map(({ id }) => id),
    quorum: electorate.quorum,
    driftMs: times.driftMs,
    heartbeatTimeoutMs: times.heartbeatTimeoutMs,
    pendingCommandsMax: limits.pendingCommandsMax,
    snapshotEntries: limits.checkpointEntries * limits.snapshotCheckpoints,
  };
}
