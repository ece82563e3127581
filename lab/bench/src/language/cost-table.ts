// L31: what each of the library's common functions takes for its gas. Each runs in a loop through the machine; the loop
// without it is taken off. What takes more than three times the median per gas is marked.

import { compile, libraryCode, Program, type Value } from "@juno/hopper";
import { MemoryView } from "@juno/ledger";
import { sha256 } from "@juno/node";

export type Cost = {
  readonly name: string;
  readonly gas: number;
  readonly nanosecondsPerGas: number;
  /** Above three times the median. */
  readonly excess: boolean;
};

/** Expressions of what stands in every function below: `i` a number, `n` a long one, `t` a text, `xs` a list, `m` a map. */
const MEASURED: readonly (readonly [name: string, expression: string])[] = [
  ["std.nat.add", "i + 7"],
  ["std.nat.multiply", "n * n"],
  ["std.value.equal", "xs == xs"],
  ["std.list.append", "xs.append(i)"],
  ["std.list.get", "xs.get(3)"],
  ["std.list.drop", "xs.drop(1)"],
  ["std.list.concat", "xs ++ xs"],
  ["std.list.reverse", "xs.reverse()"],
  ["std.list.contains", "xs.contains(1000)"],
  ["std.text.concat", 't ++ "x"'],
  ["std.text.length", "t.length()"],
  ["std.text.to_bytes", "t.to_bytes()"],
  ["std.hash.hash", "hash(xs)"],
  ["std.hash.sha256", "sha256(t.to_bytes())"],
  ["std.map.find", "m.find(i)"],
  ["std.map.put", "m.put(i, i)"],
];

const LOOPS = 1_000;
const REPETITIONS = 7;
const EXCESS = 3;

const functionText = (name: string, expression: string): string => `
pub fn ${name}(is: List<Nat>, n: Nat, t: Text, xs: List<Nat>, m: Map<Nat, Nat>) -> Nat =
  fold(is, 0, fn(count: Nat, i: Nat) {
    let made = ${expression}
    count + 1
  })
`;

const SOURCE = `module bench.costs
import std.hash {hash, sha256}
import std.list {range}
import std.map {from_list}

pub fn numbers(n: Nat) -> List<Nat> = range(0, n)
pub fn entries() -> Map<Nat, Nat> = from_list(range(0, 64).map(fn(i: Nat) { (i, i) }))
${functionText("nothing", "i")}${MEASURED.map(([, expression], at) => functionText(`f${at}`, expression)).join("")}`;

type Spent = { readonly value: Value; readonly gas: number; readonly nanoseconds: number };

function started(): (name: string, args: readonly Value[]) => Spent {
  const { modules, diagnostics } = compile([{ name: "costs.hop", text: SOURCE }]);
  const [module] = modules;
  if (module === undefined) throw new Error(`the cost table is refused: ${diagnostics[0]?.message}`);
  const program = new Program([...libraryCode(), module.code]);
  const view = new MemoryView();
  const world = {
    sha256,
    time: 0,
    signers: [],
    roles: () => [],
    row: (address: Parameters<MemoryView["row"]>[0]) => view.row(address),
    keys: (range: Parameters<MemoryView["keys"]>[0]) => view.keys(range),
  };
  return (name, args) => {
    const effects = program.effects({ world, entry: module.name });
    const fn = { module: module.name, name };
    const machine = program.start({ fn, args, effects, gasLimit: 1e9 });
    const begun = process.hrtime.bigint();
    const outcome = machine.run();
    const nanoseconds = Number(process.hrtime.bigint() - begun);
    if (outcome.kind !== "done") throw new Error(`${name} ended as ${JSON.stringify(outcome)}`);
    return { value: outcome.value, gas: machine.gasUsed, nanoseconds };
  };
}

/** The least of several times, turn by turn with the empty loop, so that what else the host does weighs little. */
export function measureCosts(): readonly Cost[] {
  const run = started();
  const made = (name: string, ...args: Value[]): Value => run(name, args).value;
  const text = "a text of some length ".repeat(10);
  const args = [made("numbers", LOOPS), 2n ** 500n, text, made("numbers", 40), made("entries")];
  const least = (name: string): Spent => {
    let best = run(name, args);
    for (let i = 1; i < REPETITIONS; i += 1) {
      const next = run(name, args);
      if (next.nanoseconds < best.nanoseconds) best = next;
    }
    return best;
  };
  least("nothing");
  const idle = least("nothing");
  const costs = MEASURED.map(([name], at) => {
    const { gas, nanoseconds } = least(`f${at}`);
    const own = gas - idle.gas;
    return { name, gas: own / LOOPS, nanosecondsPerGas: Math.max(0, nanoseconds - idle.nanoseconds) / own };
  });
  const sorted = costs.map(({ nanosecondsPerGas }) => nanosecondsPerGas).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return costs.map((cost) => ({ ...cost, excess: cost.nanosecondsPerGas > EXCESS * median }));
}
