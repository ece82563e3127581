// What is measured of Hopper: code that computes, on the machine alone; a transfer of `demo.accounts` on rows in memory; the
// same as a whole command, from its payload to its receipt; and checking a source.

import { readFileSync } from "node:fs";
import { utf8 } from "@juno/base";
import { type CompiledModule, compile, libraryCode, Program, type Value } from "@juno/hopper";
import { ledgerContext, MemoryView, renderTime, simulate } from "@juno/ledger";
import { sha256 } from "@juno/node";
import { parseGenesis } from "@juno/proof";

const sourceAt = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

const MEASURED = "lab/bench/contracts/measured.hop";
const ACCOUNTS = "examples/contracts/accounts.hop";
export const BANK = "examples/contracts/bank.hop";

const NOW = 1_800_000_000_000;
const GAS_LIMIT = 1e9;

function compiled(path: string): CompiledModule {
  const { modules, diagnostics } = compile([{ name: path, text: sourceAt(path) }]);
  const [module] = modules;
  if (module === undefined) throw new Error(`${path} is refused: ${diagnostics[0]?.message}`);
  return module;
}

/** Checks the source from nothing but the library. */
export const check = (path: string) => {
  const source = { name: path, text: sourceAt(path) };
  return () => {
    if (compile([source]).modules.length === 0) throw new Error(`${path} is refused`);
  };
};

export type Run = { readonly instructions: number; readonly gas: number };

export type Code = {
  readonly run: () => Value;
  /** What one run takes. */
  readonly count: () => Run;
};

/** A function of a compiled module, on effects of its own each time it runs. */
function codeOf(
  program: Program,
  module: string,
  name: string,
  args: readonly Value[],
  view = new MemoryView(),
): Code {
  const world = {
    sha256,
    time: NOW,
    signers: [{ key: OWNER, grants: [] }],
    roles: () => [],
    row: (address: Parameters<MemoryView["row"]>[0]) => view.row(address),
    keys: (range: Parameters<MemoryView["keys"]>[0]) => view.keys(range),
  };
  const start = () => {
    const effects = program.effects({ world, entry: module });
    return { effects, machine: program.start({ fn: { module, name }, args, effects, gasLimit: GAS_LIMIT }) };
  };
  return {
    run: () => {
      const { effects, machine } = start();
      const outcome = machine.run();
      if (outcome.kind !== "done") throw new Error(`${name} ended as ${JSON.stringify(outcome)}`);
      effects.assertConserved();
      effects.changes();
      return outcome.value;
    },
    count: () => {
      const { machine } = start();
      let instructions = 1;
      while (machine.run(1).kind === "running") instructions += 1;
      return { instructions, gas: machine.gasUsed };
    },
  };
}

const OWNER = "aa".repeat(32);
export const ITEMS = 10_000;
export const PAYMENTS = 1_000;

/** Functions of `bench.measured`. */
const measured = (): ((name: string, args: readonly Value[]) => Code) => {
  const module = compiled(MEASURED);
  const program = new Program([...libraryCode(), module.code]);
  return (name, args) => codeOf(program, module.name, name, args);
};

/** Code that computes. */
export function computing(): { readonly fold: Code; readonly payments: Code } {
  const code = measured();
  return {
    fold: code("total", [code("numbers", [ITEMS]).run()]),
    payments: code("payments", [PAYMENTS]),
  };
}

const row = (cents: number): Uint8Array =>
  utf8(`{"funds":"${cents / 100}.00 USD","owner":{"key":"${OWNER}"}}`);

function accounts(): MemoryView {
  const view = new MemoryView();
  const at = { module: "demo.accounts", table: "accounts", before: undefined };
  view.change(["alice", "bob"].map((key) => ({ ...at, key, after: row(100_000_000) })));
  return view;
}

/** `transfer` of `demo.accounts` on two rows that stand in memory: reading and writing them, the owner's signature, the event. */
export function transfer(): Code {
  const module = compiled(ACCOUNTS);
  const program = new Program([...libraryCode(), module.code]);
  const via = measured()("nobody", []).run();
  return codeOf(program, module.name, "transfer", ["alice", via, "bob", 1], accounts());
}

/** The same as a command: from its payload to its receipt, without checking signatures and storing. */
export function command(): () => void {
  const key = (byte: string): string => byte.repeat(32);
  const document = {
    format: 1,
    voters: [1, 2, 3, 4].map((id) => ({ id, signKey: key(`1${id}`), transportKey: key(`2${id}`) })),
    policies: { admin: { key: key("3a") }, operator: { key: key("3b") } },
    clients: [{ name: "alice", key: OWNER }],
    modules: [sourceAt(ACCOUNTS)],
    startTime: 0,
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  const context = ledgerContext({ sha256, genesis: genesis.value });
  const view = accounts();
  const payload = utf8(
    JSON.stringify({
      network: context.networkHex,
      nonce: key("44"),
      expires: renderTime(NOW + 60_000),
      gasLimit: 100_000,
      signers: [{ key: OWNER }],
      actions: [
        {
          call: {
            module: "demo.accounts",
            action: "transfer",
            args: { from: "alice", via: [], to: "bob", amount: "0.01 USD" },
          },
        },
      ],
    }),
  );
  return () => {
    const applied = simulate(context, view, payload, { index: 1, time: NOW });
    if (!applied.ok || applied.value.command?.status !== "ok") throw new Error("the command was not applied");
    view.change(applied.value.changes);
  };
}
