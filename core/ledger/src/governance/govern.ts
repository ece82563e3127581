// Acts before the ledger (C24): proposed, approved, and executed in the very entry in which their approvals satisfy the
// policy that they need. Whoever submits the commands has no say in it: authority is in the approvals alone, so the keys that
// give them never need to be where commands are made.

import { compareText, utf8Length } from "@juno/base";
import { AUTHORITY_GAS } from "@juno/hopper";
import { type Policy, policyKeys, satisfies } from "@juno/proof";
import { type Done, NOTHING_DONE, type Session } from "../execution.ts";
import { GAS } from "../gas.ts";
import type { Overlay } from "../overlay.ts";
import { renderTime } from "../time.ts";
import { ACT_CODE, type ActKind, actRefused, type Bench } from "./act-kind.ts";
import { type ReadAct, readAct } from "./act-kinds.ts";
import {
  agendaIn,
  putAct,
  putAgenda,
  type RecordedAct,
  recordedAct,
  recordedApproval,
  recordedReadiness,
} from "./act-rows.ts";
import { activationIn, versionsAt } from "./activation-state.ts";
import { configurationIn, configurationKeys } from "./configuration-state.ts";
import { OwnRows } from "./own-rows.ts";
import type { Approve, Propose } from "./payload-acts.ts";
import { operatorPolicy } from "./switches.ts";

/** Acts that are not decided, of those that a key's approvals have proposed: no key can keep the others from governing. */
export const OPEN_PER_KEY_MAX = 4;
/** From being proposed to expiring. */
export const ACT_LIFETIME_MS_MAX = 90 * 24 * 3_600_000;
/** Acts that have expired and are found so by one proposal. */
const SWEPT_MAX = 8;

/** What it costs to know who has a say does not depend on the act. */
function benchOf(session: Session, overlay: Overlay): Bench {
  const { context, index, time, gas } = session;
  const rows = new OwnRows(overlay, (amount) => gas.charge("rows", amount));
  const configuration = configurationIn(context, rows);
  const operator = operatorPolicy(context, rows);
  const keys = configurationKeys(configuration).size + policyKeys(operator).length;
  gas.charge("action", AUTHORITY_GAS.policyKey * keys);
  return { context, rows, index, time, configuration, operator };
}

const policiesOf = (
  { configuration, operator }: Bench,
  { authority }: Pick<ActKind, "authority">,
): Policy[] => (authority === "admins" ? [configuration.admin] : [operator, configuration.admin]);

function readGoverning({ gas, index }: Session, overlay: Overlay, act: RecordedAct): ReadAct {
  gas.charge("action", GAS.payloadByte * utf8Length(act.document));
  // Not through the bench: what an act costs does not depend on which versions there were.
  const read = readAct(act.document, versionsAt(activationIn(overlay), index));
  if (!read.ok) throw actRefused(act.id, ACT_CODE.bad, read.error.detail);
  return read.value;
}

function demandAuthority(bench: Bench, act: RecordedAct, read: ReadAct): void {
  const allowed = new Set(policiesOf(bench, read).flatMap(policyKeys));
  const other = act.approvals.find(({ key }) => !allowed.has(key));
  if (other !== undefined)
    throw actRefused(
      act.id,
      ACT_CODE.unauthorised,
      `the key ${other.key} has no say in acts of kind ${act.kind}`,
    );
}

export function propose(session: Session, overlay: Overlay, action: Propose): Done {
  const bench = benchOf(session, overlay);
  const { rows, index, time } = bench;
  const { act: id, document } = action;
  if (recordedAct(rows, id) !== undefined)
    throw actRefused(id, ACT_CODE.known, "it was proposed before; approve it");
  const unread = {
    ...{ id, document, at: index, time: renderTime(time), by: session.signers[0]!.key },
    ...{ status: "open" as const, since: index, kind: "", expires: 0 },
    approvals: action.approvals.map((approval) => recordedApproval(approval, index)),
    ready: action.ready.map(recordedReadiness),
  };
  const read = readGoverning(session, overlay, unread);
  const act: RecordedAct = { ...unread, kind: read.kind, expires: read.expires };
  demandTimely(act, time);
  demandAuthority(bench, act, read);
  demandRoom(bench, act);
  read.deed.judge(bench, act);
  const decided = decide(bench, act, read);
  if (decided.status === "open" || decided.status === "approved") putAgenda(rows, decided);
  putAct(rows, decided);
  return NOTHING_DONE;
}

function demandTimely({ id, expires }: RecordedAct, time: number): void {
  if (time > expires) throw actRefused(id, ACT_CODE.expired, "it has expired");
  if (expires > time + ACT_LIFETIME_MS_MAX)
    throw actRefused(id, ACT_CODE.bad, "it expires more than 90 days ahead");
}

function demandRoom(bench: Bench, act: RecordedAct): void {
  const { rows, time, index } = bench;
  const agenda = [...agendaIn(rows)];
  for (const { act: id } of agenda.filter(({ expires }) => time > expires).slice(0, SWEPT_MAX)) {
    putAct(rows, { ...recordedAct(rows, id)!, status: "expired", since: index });
  }
  // C39: who has too much open may always take some of it back.
  if (act.kind === "withdraw") return;
  const open = agenda.filter(({ expires }) => time <= expires);
  for (const { key } of act.approvals) {
    if (open.filter(({ keys }) => keys.includes(key)).length < OPEN_PER_KEY_MAX) continue;
    const message = `${OPEN_PER_KEY_MAX} acts that the key ${key} has proposed are not decided yet`;
    throw actRefused(act.id, ACT_CODE.tooMany, message);
  }
}

export function approve(session: Session, overlay: Overlay, action: Approve): Done {
  const bench = benchOf(session, overlay);
  const { rows, index, time } = bench;
  const { act: id } = action;
  const known = recordedAct(rows, id);
  if (known === undefined) throw actRefused(id, ACT_CODE.unknown, "no such act was proposed");
  if (known.status !== "open") throw actRefused(id, ACT_CODE.closed, `it is ${known.status} already`);
  if (time > known.expires) throw actRefused(id, ACT_CODE.expired, "it has expired");
  const given = new Set(known.approvals.map(({ key }) => key));
  const added = action.approvals
    .map((approval) => recordedApproval(approval, index))
    .filter(({ key }) => !given.has(key));
  if (added.length === 0)
    throw actRefused(id, ACT_CODE.approved, "all of these keys have approved it before");
  const read = readGoverning(session, overlay, known);
  demandAuthority(bench, { ...known, approvals: added }, read);
  const approvals = [...known.approvals, ...added].sort((a, b) => compareText(a.key, b.key));
  putAct(rows, decide(bench, { ...known, approvals }, read));
  return NOTHING_DONE;
}

/** What has become of an act with these approvals; keys that have no say any more are nobody's. */
function decide(bench: Bench, act: RecordedAct, read: ReadAct): RecordedAct {
  const keys = new Set(act.approvals.map(({ key }) => key));
  if (!policiesOf(bench, read).some((policy) => satisfies(policy, keys))) return act;
  read.deed.judge(bench, act);
  return { ...act, status: read.deed.execute(bench, act), since: bench.index };
}
