// `batch test:N` and `many test:N`: N transfers of one unit from Acct1 to Acct2 as fast as they go, under
// a signature for many, or each signed by itself. The accounts are opened and funded first.

import { hex } from "@juno/base";
import type { Action, Outcome, Signer } from "@juno/client";
import { ACCOUNTS, minorUnits } from "../accounts.ts";
import { Complaint } from "../complaint.ts";
import { failureText } from "../view/receipt-view.ts";
import type { Reply } from "./reply.ts";
import { callAccounts, distinctSigners, queryAccounts, type SessionContext } from "./session-context.ts";

const FROM = "Acct1";
const TO = "Acct2";
/** Commands of one client under way: below what a node holds for one client. */
const IN_FLIGHT_MAX = 256;
const BATCHES_IN_FLIGHT_MAX = 4;

type Work = { readonly actions: readonly Action[] };

type Tally = { done: number; failed: number; firstFailure: string | undefined; latenciesMs: number[] };

/** The transfers as commands of at most `size` actions. */
function* worksOf(count: number, size: number, transfer: Action): Generator<Work> {
  for (let left = count; left > 0; left -= size)
    yield { actions: new Array(Math.min(size, left)).fill(transfer) };
}

/** Opens an account unless there is one, and answers what it holds in minor units. */
async function ensureAccount(context: SessionContext, name: string): Promise<bigint> {
  const { client, self, keys } = context;
  const signers = [self];
  const own = keys.account(name) ?? self;
  const opened = await client.submit(callAccounts("create", { name, owner: { key: hex(own.key) } }), {
    signers,
  });
  const [error] = opened.receipt.actions.flatMap((action) => action.error ?? []);
  if (opened.status !== "ok" && error?.name !== "AlreadyOpen") {
    throw new Complaint(`Account ${name} cannot be opened: ${failureText(opened.receipt)}.`);
  }
  const funds = await queryAccounts(client, "balance", { name });
  return minorUnits(funds) ?? 0n;
}

/** The accounts stand, and Acct1 has what the test will move. */
async function prepare(context: SessionContext, count: number): Promise<void> {
  const { client, self, keys } = context;
  const { code, decimals } = ACCOUNTS.currency;
  const have = await ensureAccount(context, FROM);
  await ensureAccount(context, TO);
  const need = BigInt(count) * 10n ** BigInt(decimals);
  if (have >= need) return;
  const missing = (need - have + 10n ** BigInt(decimals) - 1n) / 10n ** BigInt(decimals);
  const amount = `${missing}.${"0".repeat(decimals)} ${code}`;
  const signers = distinctSigners([self, ...keys.operators(client.genesis.policies.operator)]);
  const funded = await client.submit(callAccounts("adjust", { name: FROM, amount }), { signers });
  const problem = failureText(funded.receipt);
  if (problem !== undefined) throw new Complaint(`Account ${FROM} cannot be funded: ${problem}.`);
}

function count(tally: Tally, outcome: Outcome, actions: number): void {
  const bad =
    outcome.status === "ok" ? 0 : outcome.receipt.actions.filter(({ status }) => status !== "ok").length;
  const lost = outcome.status !== "ok" && outcome.receipt.actions.length === 0 ? actions : bad;
  tally.failed += lost;
  tally.done += actions - lost;
  tally.firstFailure ??= failureText(outcome.receipt);
}

/** Keeps `width` commands under way until the work is done. */
async function drive(
  context: SessionContext,
  works: Iterator<Work>,
  plan: { readonly width: number; readonly signers: readonly Signer[] },
): Promise<Tally> {
  const tally: Tally = { done: 0, failed: 0, firstFailure: undefined, latenciesMs: [] };
  const lane = async (): Promise<void> => {
    for (let next = works.next(); next.done !== true; next = works.next()) {
      const { actions } = next.value;
      const startMs = performance.now();
      const outcome = await context.client.submit(actions, { signers: plan.signers });
      tally.latenciesMs.push(performance.now() - startMs);
      count(tally, outcome, actions.length);
    }
  };
  await Promise.all(Array.from({ length: plan.width }, lane));
  return tally;
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

export async function runTest(
  context: SessionContext,
  test: { readonly kind: "batch" | "many"; readonly count: number },
): Promise<Reply> {
  const { client, self, keys, paint } = context;
  await prepare(context, test.count);
  const { code, decimals } = ACCOUNTS.currency;
  const amount = `1.${"0".repeat(decimals)} ${code}`;
  const transfer = callAccounts("transfer", { from: FROM, via: [], to: TO, amount });
  const isBatch = test.kind === "batch";
  const size = isBatch ? client.genesis.limits.actionsPerCommandMax : 1;
  const commands = Math.ceil(test.count / size);
  const width = Math.min(commands, isBatch ? BATCHES_IN_FLIGHT_MAX : IN_FLIGHT_MAX);
  const signers = distinctSigners([self, keys.account(FROM)]);
  const startMs = performance.now();
  const tally = await drive(context, worksOf(test.count, size, transfer), { width, signers });
  const seconds = (performance.now() - startMs) / 1000;
  const rate = Math.round(test.count / seconds);
  const latencyMs = Math.round(median(tally.latenciesMs.sort((a, b) => a - b)));
  const facts = `${commands} commands, ${test.count} transfers, ${tally.failed} failed, median ${latencyMs} ms`;
  const failure = tally.firstFailure === undefined ? [] : [paint("red", tally.firstFailure)];
  return {
    ok: tally.failed === 0,
    lines: [`Completed in ${seconds.toFixed(3)}sec (${rate} per sec)`, facts, ...failure],
    json: {
      ok: tally.failed === 0,
      seconds,
      perSecond: rate,
      commands,
      transfers: test.count,
      failed: tally.failed,
    },
  };
}
