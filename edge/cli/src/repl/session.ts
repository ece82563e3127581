// What a statement does: makes the command, has it signed by those whose signatures it needs, and tells
// how it ended. It knows the ledger only through the client library, and prints nothing itself.

import type { CommandReceiptJson } from "@juno/api";
import { hex } from "@juno/base";
import { type Action, type CommandOptions, JunoError, type Outcome, type Signer } from "@juno/client";
import { GAS } from "@juno/ledger/light";
import { Complaint } from "../complaint.ts";
import { quorumIn } from "../network/network-folder.ts";
import { nodeReports } from "../network/node-reports.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { failureText, receiptDetails, receiptSummary } from "../view/receipt-view.ts";
import { findings, statusLines } from "../view/status-view.ts";
import { argumentsOf, operationIn } from "./call-arguments.ts";
import type { CallText } from "./call-text.ts";
import { HELP_LINES } from "./help.ts";
import { listModules, resultLines, showModule } from "./module-view.ts";
import { failed, type Reply } from "./reply.ts";
import { callAccounts, distinctSigners, queryAccounts, type SessionContext } from "./session-context.ts";
import type { Statement } from "./statement.ts";
import { runTest } from "./test-load.ts";

/** What a transfer may cost, and each of its legs: more than they do. */
const TRANSFER_GAS = 50_000;
const LEG_GAS = 5_000;
const SIGNER_GAS = GAS.signer;

type Balance = { readonly account: string; readonly amount: string };

export class Session {
  readonly #context: SessionContext;
  /** Of the command that was sent last. */
  #lastId: string | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Rejects with the client library's and the key files' errors; a command that failed is a reply. */
  async run(statement: Statement): Promise<Reply> {
    switch (statement.kind) {
      case "create":
        return await this.#create(statement.name);
      case "adjust":
        return await this.#adjust(statement);
      case "transfer":
        return await this.#transfer(statement);
      case "observe":
        return await this.#observe(statement.name);
      case "observeAll":
        return await this.#observeAll();
      case "call":
        return await this.#call(statement.call);
      case "query":
        return await this.#query(statement.call);
      case "modules":
        return await (statement.name === undefined
          ? listModules(this.#context)
          : showModule(this.#context, statement.name));
      case "batch":
      case "many":
        return await runTest(this.#context, statement);
      case "status":
        return await this.#status();
      case "receipt":
        return await this.#receipt(statement.id);
      case "help":
        return { ok: true, lines: HELP_LINES, json: { ok: true, help: HELP_LINES } };
      case "quit":
        return { ok: true, lines: [], json: { ok: true }, quits: true };
    }
  }

  async #submit(
    action: Action,
    signers: readonly (Signer | undefined)[],
    done: string,
    options: CommandOptions = {},
  ): Promise<Reply & { readonly isUnsigned: boolean }> {
    const { client, self } = this.#context;
    const startMs = performance.now();
    const all = distinctSigners([self, ...signers]);
    const outcome = await client.submit(action, { ...options, signers: all });
    const tookMs = performance.now() - startMs;
    this.#lastId = outcome.id;
    const isUnsigned = outcome.receipt.actions.some(({ error }) => error?.name === "NotSigned");
    return { ...this.#outcomeReply(outcome, [`${tookMs.toFixed(0)} ms`], done), isUnsigned };
  }

  #outcomeReply(outcome: Outcome, more: readonly string[], done: string | undefined): Reply {
    const { paint } = this.#context;
    const { id, status, index, receipt, proof } = outcome;
    const voters = proof.attestations.map(({ ack }) => ack.voter);
    const proved = `proved by nodes ${voters.join(" and ")}`;
    const failure = failureText(receipt);
    const first = failure === undefined ? done : paint("red", sentence(failure));
    return {
      ok: status === "ok",
      lines: [
        ...(first === undefined ? [] : [first]),
        receiptSummary(receipt, paint, [proved, ...more]),
        ...receiptDetails(receipt, paint),
      ],
      json: { ok: status === "ok", id, status, index, ...failureJson(receipt), receipt },
    };
  }

  async #create(name: string): Promise<Reply> {
    const { keys } = this.#context;
    // The key is on disk before anybody may depend on it.
    const { signer, isNew } = keys.accountMade(name);
    const action = callAccounts("create", { name, owner: { key: hex(signer.key) } });
    const reply = await this.#submit(action, [], `Created Account: "${name}"`);
    // The account is somebody else's: a key that opens nothing would only mislead.
    if (!reply.ok && isNew) keys.forget(name);
    return reply;
  }

  async #adjust({ name, amount }: { name: string; amount: string }): Promise<Reply> {
    const { client, keys } = this.#context;
    // The contract asks for roles, which the first operators have; who operates the ledger by now says nothing of them.
    const operators = keys.operators(client.genesis.policies.operator);
    return await this.#submit(
      callAccounts("adjust", { name, amount }),
      operators,
      `Adjusted Account "${name}" by ${amount}`,
    );
  }

  /** Every account that money leaves must have signed; what is missing, the ledger says best. */
  async #transfer({ route, amount }: { route: readonly string[]; amount: string }): Promise<Reply> {
    const { keys } = this.#context;
    const [from, ...rest] = route;
    const to = rest.at(-1);
    const payers = route.slice(0, -1);
    const signers = payers.map((name) => keys.account(name));
    const action = callAccounts("transfer", { from, via: rest.slice(0, -1), to, amount });
    const gasLimit = Math.min(
      TRANSFER_GAS + LEG_GAS * payers.length + SIGNER_GAS * signers.length,
      this.#context.client.genesis.limits.commandGasMax,
    );
    const done = `Transferred ${amount}: ${route.join(" -> ")}`;
    const reply = await this.#submit(action, signers, done, { gasLimit });
    const missing = payers.filter((_, i) => signers[i] === undefined);
    if (!reply.isUnsigned || missing.length === 0) return reply;
    const hint = missing.map(
      (name) => `The key of ${name} would be ${keys.accountPath(name)}; it is not there.`,
    );
    return { ...reply, lines: [...reply.lines, ...hint] };
  }

  async #observe(name: string): Promise<Reply> {
    try {
      const amount = safeText(String(await queryAccounts(this.#context.client, "balance", { name })));
      return { ok: true, lines: [`${name}: ${amount}`], json: { ok: true, account: name, amount } };
    } catch (error) {
      // The contract looks into the row of the account: that there is none is all that can be wrong.
      if (!(error instanceof JunoError) || error.code !== "query_failed") throw error;
      return failed(error.code, `there is no account ${name}`);
    }
  }

  async #observeAll(): Promise<Reply> {
    const accounts = balancesOf(await queryAccounts(this.#context.client, "list", {}));
    if (accounts.length === 0)
      return { ok: true, lines: ["There are no accounts."], json: { ok: true, accounts } };
    const columns = [{ title: "account" }, { title: "amount", align: "right" }] as const;
    const rows = accounts.map(({ account, amount }) => [safeText(account), safeText(amount)]);
    return { ok: true, lines: renderTable(columns, rows, this.#context.paint), json: { ok: true, accounts } };
  }

  async #call({ module, operation, args, by }: CallText): Promise<Reply> {
    const { client, keys } = this.#context;
    const signers = by.map((name) => {
      const signer = keys.named(name);
      if (signer === undefined) throw new Complaint(`There is no key of ${name} in this network's folder.`);
      return signer;
    });
    const described = async () =>
      operationIn(module, (await client.module(module)).actions, operation, "action");
    const call = { module, action: operation, args: await argumentsOf(args, described, keys) };
    // What a stranger's code takes nobody knows; what it does not use is not charged.
    const options = { gasLimit: client.genesis.limits.commandGasMax };
    return await this.#submit(call, signers, `Called ${module}.${operation}`, options);
  }

  async #query({ module, operation, args }: CallText): Promise<Reply> {
    const { client, keys } = this.#context;
    const described = async () =>
      operationIn(module, (await client.module(module)).queries, operation, "query");
    const request = { module, query: operation, args: await argumentsOf(args, described, keys) };
    const { index, result } = await client.query(request, { consistency: "linearizable" });
    return { ok: true, lines: resultLines(result), json: { ok: true, index, result } };
  }

  async #status(): Promise<Reply> {
    const { client, nodes, paint } = this.#context;
    const reports = await nodeReports(client, nodes);
    const quorum = quorumIn(client.epochs.last.electorate, nodes);
    const json = { ok: true, nodes: reports, findings: findings(reports, quorum) };
    return { ok: true, lines: statusLines(reports, paint, quorum), json };
  }

  async #receipt(named: string | undefined): Promise<Reply> {
    const id = named ?? this.#lastId;
    if (id === undefined) return failed("no_command", "No command was sent yet: give a command's id.");
    const fate = await this.#context.client.fate(id);
    if (fate.state === "final") return this.#outcomeReply(fate.outcome, [], id);
    return { ok: false, lines: [`${id}: ${fate.state}`], json: { ok: false, id, state: fate.state } };
  }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const failureJson = (receipt: CommandReceiptJson): { message?: string } => {
  const message = failureText(receipt);
  return message === undefined ? {} : { message };
};

/** The answer of the query `list`; what does not fit is a node's lie. */
function balancesOf(result: unknown): Balance[] {
  if (!Array.isArray(result)) return [];
  return result.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null || !("account" in item) || !("amount" in item)) return [];
    return [{ account: String(item.account), amount: String(item.amount) }];
  });
}
