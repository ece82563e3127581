import { describe, expect, it } from "vitest";
import { declarationSketch, patternSketch, sketch, typeSketch } from "../../test/sketch.ts";
import type { Declaration } from "./ast.ts";
import { parse, parseDeclaration } from "./index.ts";

function declarations(text: string): readonly Declaration[] {
  const { module, diagnostics } = parse({ name: "a.hop", text });
  expect(diagnostics).toEqual([]);
  return module.declarations;
}

function only<K extends Declaration["kind"]>(text: string, kind: K): Declaration & { readonly kind: K } {
  const [declaration, ...others] = declarations(text);
  expect(others).toEqual([]);
  expect(declaration?.kind).toBe(kind);
  return declaration as Declaration & { readonly kind: K };
}

const typeOf = (text: string): string => typeSketch(only(`type T = ${text}`, "alias").type);

describe("types", () => {
  it.each([
    ["Text", "Text"],
    ["bank.Account", "bank.Account"],
    ["Coin<USD>", "Coin<USD>"],
    ["Map<Text, List<Option<Nat>>>", "Map<Text, List<Option<Nat>>>"],
    ["Coin<SEC(isin)>", "Coin<=(call SEC isin)>"],
    ["Coin<depot.SEC(trade.isin)>", "Coin<=(call (. depot SEC) (. trade isin))>"],
    ["Holding<trade.isin>", "Holding<=(. trade isin)>"],
    ["Box<bank.Account>", "Box<bank.Account>"],
    ['Vector<3, "a", n + 1>', 'Vector<=3, ="a", =(+ n 1)>'],
    ["Box<exists (x: Nat) Vector<x>>", "Box<[exists x:Nat Vector<x>]>"],
    ["{}", "()"],
    ["(Text)", "Text"],
    ["(id: Text, Nat)", "(id:Text, Nat)"],
    ["(id: Text)", "(id:Text)"],
    ["fn(Coin<USD>, x: Nat) -> Coin<USD> writes", "[fn(Coin<USD>, x:Nat) -> Coin<USD> writes]"],
    ["once fn()", "[once fn()]"],
    ["List<fn(Nat) reads>", "List<[fn(Nat) reads]>"],
    ["exists (s: Stage) Credit<s>", "[exists s:Stage Credit<s>]"],
  ])("%s", (text, tree) => expect(typeOf(text)).toBe(tree));
});

describe("functions", () => {
  it.each([
    ["fn f() {}", "fn f<>() | -> - - | {}"],
    ["pub fn f<a, b: Type>(x: a) -> b reads { x }", "pub fn f<a, b:Type>(x:a) | -> b reads | { => x}"],
    ["partial fn f() fails { f() }", "partial fn f<>() | -> - fails | { => (call f)}"],
    ["pub partial fn f() { f() }", "pub partial fn f<>() | -> - - | { => (call f)}"],
    ["query q() -> Nat = 1", "query q<>() | -> Nat - | { => 1}"],
    [
      "action a(x: Nat)\n  requires x > 0\n  ensures x > 1\n  requires y\n{ b() }",
      "action a<>(x:Nat) | -> - - | requires (> x 0) | requires y | ensures (> x 1) | { => (call b)}",
    ],
    ["fn f() -> Nat\n  requires x\n= 1", "fn f<>() | -> Nat - | requires x | { => 1}"],
    ["fn f() -> Nat\n= 1", "fn f<>() | -> Nat - | { => 1}"],
    ["init(owner: Policy) { a() }", "init init<>(owner:Policy) | -> - - | { => (call a)}"],
  ])("%s", (text, tree) => expect(declarations(text).map(declarationSketch)).toEqual([tree]));

  it("of builtins have no body (and types may be opaque)", () => {
    const declared = (text: string) => {
      const { declaration, diagnostics } = parseDeclaration({ name: "std.list", text });
      expect(diagnostics).toEqual([]);
      return declaration;
    };
    expect(
      declarationSketch(declared("fn at<a>(xs: List<a>, n: Nat) -> a fails requires n < xs.length()")),
    ).toBe("fn at<a>(xs:List<a>, n:Nat) | -> a fails | requires (< n (call (. xs length))) | -");
    expect(declared("type Option<a: Type> { None, Some(a) }")).toMatchObject({ kind: "sum" });
    expect(declared("type List<a: Type>")).toMatchObject({ kind: "record", fields: [] });
    expect(declared("pub const up: Rounding = Up")).toMatchObject({ kind: "const", public: true });
  });

  it.each([
    ["fn f() -> Nat = 1", "H0101 expected the end: a builtin has no body, found `=`"],
    ["fn f() fn g()", "H0101 expected the end: a builtin has no body, found `fn`"],
    ["type A {} x", "H0101 expected the end of the declaration, found `x`"],
  ])("a builtin is one declaration: %s", (text, message) => {
    const { diagnostics } = parseDeclaration({ name: "std.list", text });
    expect(diagnostics.map((one) => `${one.code} ${one.message}`)).toEqual([message]);
  });
});

describe("what there is", () => {
  it("records, resources, sums, aliases", () => {
    expect(only("type P<a: Type> { x: a\n y: Nat }", "record")).toMatchObject({
      resource: false,
      name: { text: "P" },
      params: [{ name: { text: "a" } }],
      fields: [{ name: { text: "x" } }, { name: { text: "y" } }],
    });
    expect(only("resource R {}", "record")).toMatchObject({ resource: true, fields: [] });
    const sum = only("resource Slot { Empty, Full(Coin<USD>)\n Named(x: Nat) }", "sum");
    expect(sum.resource).toBe(true);
    expect(
      sum.constructors.map(({ name, args }) => [name.text, args.map(({ name: of }) => of?.text)]),
    ).toEqual([
      ["Empty", []],
      ["Full", [undefined]],
      ["Named", ["x"]],
    ]);
  });

  it("currencies and assets", () => {
    const usd = only("currency USD { decimals: 2, mint: operator }", "asset");
    expect([usd.currency, usd.settings.map(({ name, value }) => `${name.text}:${sketch(value)}`)]).toEqual([
      true,
      ["decimals:2", "mint:operator"],
    ]);
    const sec = only("asset SEC(isin: Text) { decimals: 0\n mint: self }", "asset");
    expect([sec.currency, sec.params.map(({ name }) => name.text)]).toEqual([false, ["isin"]]);
  });

  it("tables, capabilities, events, errors", () => {
    const table = only("table credits: (id: Text) => exists (s: Stage) Credit<s>", "table");
    expect([typeSketch(table.key), typeSketch(table.row)]).toEqual([
      "(id:Text)",
      "[exists s:Stage Credit<s>]",
    ]);
    expect(only("capability D { a: Text, n: Nat } spends n", "capability").spends?.text).toBe("n");
    expect(only("capability D { a: Text }", "capability").spends).toBeUndefined();
    expect(only("error NotYet", "error").fields).toEqual([]);
    expect(only("event Moved { n: Nat }", "event").fields).toHaveLength(1);
  });

  it("constants, policies, invariants, upgrades, migrations, tests", () => {
    expect(only("const n: Nat = 1", "const")).toMatchObject({ public: false, name: { text: "n" } });
    expect(only("pub const LIMIT = 1", "const").public).toBe(true);
    expect(sketch(only('policy p = role("a")', "policy").value)).toBe('(call role "a")');
    expect(sketch(only("invariant t: fee >= 0 USD", "invariant").condition)).toBe("(>= fee 0:USD)");
    expect(only("upgrade by never", "upgrade").policy).toBeUndefined();
    expect(only("upgrade never", "upgrade").policy).toBeUndefined();
    expect(only("upgrade by operator", "upgrade").policy).toMatchObject({ kind: "name" });
    const migrate = only("migrate t(old: Old) { New { a: old.a } }", "migrate");
    expect([migrate.table.text, migrate.params.length]).toEqual(["t", 1]);
    expect(only('test "it \\"holds\\"" { check(a) }', "test").title).toBe('it "holds"');
  });

  it("words of declarations may name fields, parameters and tables", () => {
    const [record, table] = declarations(
      "type T { policy: Text, event: Nat, type: Nat }\ntable test: Text => T",
    );
    expect(record).toMatchObject({
      fields: [{ name: { text: "policy" } }, { name: { text: "event" } }, { name: { text: "type" } }],
    });
    expect(table).toMatchObject({ name: { text: "test" } });
  });
});

describe("patterns", () => {
  it.each([
    ["_", "_"],
    ["x", "x"],
    ["None", "(None)"],
    ["Some(x)", "(Some x)"],
    ["bank.Open(Some(_), y)", "(bank.Open (Some _) y)"],
    ["Account { owner, funds: Some(f) }", "{Account owner funds:(Some f)}"],
    ["Account {\n  owner\n  funds: f\n}", "{Account owner funds:f}"],
    ["(a, (b, c))", "(tuple a (tuple b c))"],
    ["(a)", "a"],
    ["[]", "[]"],
    ["[a, _, ..rest]", "[a _ ..rest]"],
    ["[.._]", "[.._]"],
    ["-5", "-5"],
    ['"a"', '"a"'],
    ["false", "false"],
  ])("%s", (text, tree) => {
    const test = only(`test "a" {\n  let ${text} = x\n}`, "test");
    const [statement] = test.body.statements;
    expect(statement?.kind === "let" && patternSketch(statement.pattern)).toBe(tree);
  });
});

describe("a module", () => {
  it("has a name, imports and declarations", () => {
    const text =
      "// what it is for\nmodule demo.bank\nimport std.auth {allowed, role}\nimport demo.depot\n\nconst n = 1\n";
    const { module } = parse({ name: "a.hop", text });
    expect(module.name?.parts.map(({ text: part }) => part)).toEqual(["demo", "bank"]);
    expect(
      module.imports.map(({ path, names }) => [path.parts.length, names.map(({ text: name }) => name)]),
    ).toEqual([
      [2, ["allowed", "role"]],
      [2, []],
    ]);
    expect(module.declarations).toHaveLength(1);
  });

  it("may be empty, and need not say its name", () => {
    expect(parse({ name: "a.hop", text: "" }).module).toEqual({
      name: undefined,
      imports: [],
      declarations: [],
      start: 0,
      end: 0,
    });
  });

  it("keeps the comment lines right above a declaration, and no others", () => {
    const text = [
      "const a = 1 // behind a",
      "// above b",
      "//   indented",
      "const b = 2",
      "// far above c",
      "",
      "const c = 3",
      "// separate",
      "",
      "//right above d",
      "pub const d = 4",
    ].join("\n");
    expect(declarations(text).map(({ doc }) => doc)).toEqual([
      "",
      "above b\n  indented",
      "",
      "right above d",
    ]);
  });

  it.each([
    ["a bracket that is passed over", "fn f() {\n  for x in (y {\n\nfn g() -> Nat = 1\n", ["fn", "fn"]],
    ["a value that is missing", "const a =\n\ntype A { b: Nat }\n", ["const", "record"]],
    ["a type that is missing", "const a:\n\ntype A { b: Nat }\n", ["const", "record"]],
    ["a name that is missing", "policy\n\nerror E\n", ["policy", "error"]],
  ])("ends a declaration at the next one in spite of %s", (_, text, kinds) => {
    const { module, diagnostics } = parse({ name: "a.hop", text });
    expect(module.declarations.map(({ kind }) => kind)).toEqual(kinds);
    expect(diagnostics).not.toEqual([]);
  });

  it("tells several mistakes in one run, and reads what lies between them", () => {
    const text =
      "fn f( { 1 }\n\nfn g() -> Nat = 1\n\ntype x { a: Nat }\n\nfn h() -> Nat { 1 +\n}\n\nfn i() -> Nat = 2\n";
    const { module, diagnostics } = parse({ name: "a.hop", text });
    expect(diagnostics.map(({ code }) => code)).toEqual(["H0101", "H0102", "H0124", "H0101"]);
    const names = module.declarations.map((one) => ("name" in one ? one.name.text : one.kind));
    expect(names).toEqual(["f", "g", "x", "h", "i"]);
  });
});
