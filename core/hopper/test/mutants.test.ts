import { expect, it } from "vitest";
import { parse } from "../src/syntax/index.ts";
import { mutantsOf } from "./mutants.ts";
import { examplePrograms } from "./programs.ts";

const mutantsOfText = (text: string) => {
  const source = { name: "a.hop", text };
  return mutantsOf(source, parse(source).module);
};

it("the examples have mutants by the hundred, all different, all well-formed", () => {
  const texts = new Set<string>();
  let count = 0;
  for (const source of examplePrograms()) {
    texts.add(source.text);
    for (const { text, description } of mutantsOf(source, parse(source).module)) {
      expect(parse({ name: "mutant", text }).diagnostics, description).toEqual([]);
      texts.add(text);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(800);
  expect(texts.size).toBe(count + examplePrograms().length);
});

it("each way to lose or copy a coin is tried", () => {
  const text = `module a
resource Box { coin: Coin<USD> }
fn f(box: Box, more: Coin<USD>) -> Coin<USD> {
  let Box { coin } = box
  coin.join(more)
}
`;
  const line = (from: string, to: string) => text.replace(from, to);
  const result = "coin.join(more)";
  const expected = [
    line("= box", "= (box, box)"),
    line("= box", "= (fn() { box })()"),
    line("= box", "= more"),
    line("let Box { coin } = box", "let Box { coin } = box\nlet Box { coin } = box"),
    line("let Box { coin } = box", "let spare = box\nlet Box { coin } = box"),
    line(result, "coin.join(more.join(more))"),
    line(result, "coin.join((fn() { more })())"),
    line(result, "coin.join(zero(USD))"),
    line(result, "coin"),
    line(result, "coin.join(coin)"),
    line(result, `${result}\n${result}`),
    line(result, `let spare = more\n${result}`),
    line(result, `let more = zero(USD)\n${result}`),
    line(result, "{}"),
    line(result, `if 1 == 1 { ${result} }`),
    line("{ coin }", "{ coin: _ }").replace(result, "zero(USD).join(more)"),
    line("{ coin }", "{  }").replace(result, "zero(USD).join(more)"),
    line(result, "coin.join(coin).join(more)"),
    line(result, "(fn() { coin })().join(more)"),
    line(result, "more.join(more)"),
    line(result, `let spare = coin\n${result}`),
    line(result, `let coin = zero(USD)\n${result}`),
  ];
  const found = mutantsOfText(text).map((mutant) => mutant.text);
  for (const mutant of expected) expect(found).toContain(mutant);
  // `coin.join(zero(USD))`, `more` for `coin` and the like come from both sides; no text comes twice.
  expect(new Set(found).size).toBe(found.length);
});

it("a use that an abort follows, or a name that is bound anew, is left alone", () => {
  const aborts = `module a
fn f(coin: Coin<USD>) writes {
  burn(coin)
  abort Never {}
}
`;
  expect(mutantsOfText(aborts)).toEqual([]);
  const anew = `module a
fn f(coin: Coin<USD>) -> Coin<USD> {
  let coin = coin.join(zero(USD))
  coin
}
`;
  const twice = "let coin = coin.join(zero(USD))\nlet coin = coin.join(zero(USD))";
  expect(mutantsOfText(anew).map(({ text }) => text)).not.toContain(
    anew.replace("let coin = coin.join(zero(USD))", twice),
  );
});

it("what the caller knows of a name goes before the guess", () => {
  for (const source of examplePrograms()) {
    const { module } = parse(source);
    expect(mutantsOf(source, module, () => false)).toEqual([]);
    const all = mutantsOf(source, module, () => true);
    expect(all.length).toBeGreaterThan(mutantsOf(source, module).length);
  }
});

it("a mutant says where and how it is wrong", () => {
  const bank = examplePrograms().find(({ name }) => name === "bank.hop")!;
  const line = bank.text.split("\n").findIndex((text) => text.includes("accounts.put(from")) + 1;
  const descriptions = mutantsOf(bank, parse(bank).module).map(({ description }) => description);
  expect(descriptions).toContain(`bank.hop:${line} withdraw: \`rest\`: an empty coin takes its place`);
});
