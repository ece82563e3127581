// The session's own promises: what it remembers, what it forgets, and where it says that mistakes are.

import { Hash, type Sha256 } from "@juno/base";
import { expect, it } from "vitest";
import type { Source } from "../diagnostic/source.ts";
import { type Reply, Session } from "./session.ts";

/** A hash that tells texts apart, and nothing more: the language is what is tested here. */
const sha256: Sha256 = (bytes) => {
  const digest = new Uint8Array(32);
  bytes.forEach((byte, at) => {
    digest[at % 32] = (digest[at % 32]! * 31 + byte + at) % 256;
  });
  return Hash(digest);
};

const COUNTER: Source = {
  name: "counter.hop",
  text: `module demo.counter
import std.auth {signed}
table counts: Text => Nat
error Closed { name: Text }
action add(name: Text, n: Nat) {
  require n < 100 else Closed { name }
  counts.put(name, n + counts.find(name).or(0))
}
query count(name: Text) -> Nat = counts.get(name)
action guarded(owner: Policy) {
  require signed(owner)
}
`,
};

function begun(): Session {
  const session = new Session(sha256);
  expect(session.load([COUNTER])).toEqual([]);
  return session;
}

const value = (reply: Reply): unknown => (reply.kind === "ran" ? reply.shown?.json : reply.kind);

it("runs lines one after another on one ledger", () => {
  const session = begun();
  session.run('add("a", 3)');
  session.run('add("a", 4)');
  expect(value(session.run('count("a")'))).toBe(7);
  expect(session.rows().map(({ table, key }) => [table, key])).toEqual([["counts", "a"]]);
});

it("keeps values by name, each with its type, also when a name is given again", () => {
  const session = begun();
  session.run("let n = 5");
  session.run("let n = [n, n + 1]");
  expect(value(session.run("n"))).toEqual([5, 6]);
  expect(session.typeOf("n")).toEqual({ kind: "typed", type: "List<Nat>" });
  expect(session.rows()).toEqual([]);
});

it("takes back what changed something, and passes over what only looked", () => {
  const session = begun();
  session.run('add("a", 3)');
  session.run('add("a", 4)');
  session.run('count("a")');
  expect(session.undo()).toBe(true);
  expect(value(session.run('count("a")'))).toBe(3);
  expect([session.undo(), session.undo()]).toEqual([true, false]);
  expect(session.rows()).toEqual([]);
});

it("keeps nothing of what fails, and says where in what was typed", () => {
  const session = begun();
  const typed = 'add("a", 3)\nadd("a", 300)';
  const reply = session.run(typed);
  if (reply.kind !== "ran" || !("failure" in reply.done)) throw new Error(`It was to fail: ${reply.kind}`);
  const { error, places } = reply.done.failure;
  expect(error).toBe("demo.counter.Closed");
  expect(places.map(({ source, start }) => `${source.name}:${source.text.slice(start, start + 13)}`)).toEqual(
    ["counter.hop:require n < 1", 'input 1:add("a", 300)'],
  );
  expect(session.rows()).toEqual([]);
});

it("says of what is refused where in what was typed", () => {
  const session = begun();
  for (const [typed, part] of [
    ['add("a", "b")', '"b"'],
    ["fn f(n: Nat) -> Text = n", "n"],
    ["let x: Text = 5", "5"],
    ["(1 + ", ""],
  ] as const) {
    const reply = session.run(typed);
    if (reply.kind !== "refused") throw new Error(`${typed} was to be refused.`);
    const { source, start, end } = reply.diagnostics[0]!.span;
    expect(source.text, typed).toBe(typed.startsWith("let") ? "5" : typed);
    if (part !== "") expect(source.text.slice(start, end)).toBe(part);
  }
});

it("signs by name, and each signer has the role of that name", () => {
  const session = begun();
  const failed = (reply: Reply): boolean => reply.kind === "ran" && "failure" in reply.done;
  expect(failed(session.run('guarded(role("risk"))'))).toBe(true);
  session.signers = ["risk"];
  expect(failed(session.run('guarded(role("risk"))'))).toBe(false);
  expect(failed(session.run('guarded(signer("risk"))'))).toBe(false);
  expect(failed(session.run('guarded(signer("ann"))'))).toBe(true);
});

it("tells what running costs, without what it adds itself", () => {
  const session = begun();
  session.run("let n = 5");
  const gasOf = (text: string): unknown => {
    const reply = session.gasOf(text);
    return reply.kind === "measured" ? reply.gas : reply.kind;
  };
  expect(gasOf("n")).toBeLessThan(3);
  expect(gasOf('count("a")')).toBe("ran");
  session.run('add("a", 3)');
  expect(gasOf('count("a")')).toBeGreaterThan(200);
  expect(value(session.run('count("a")'))).toBe(3);
});

it("goes on with declarations, which may be declared again", () => {
  const session = begun();
  session.run("table notes: Nat => Text");
  session.run('notes.put(1, "x")');
  session.run("fn first() -> Text reads = notes.get(1)");
  expect(value(session.run("first()"))).toBe("x");
  session.run("fn first() -> Nat = 1");
  expect(value(session.run("first()"))).toBe(1);
});
