import { expect, it } from "vitest";
import { CODES, explain } from "./codes.ts";

it("entries stand in the order of their codes and say something of each", () => {
  const codes = [...CODES.keys()];
  expect(codes).toEqual([...codes].sort());
  for (const { code, title, explain: text, wrong, right } of CODES.values()) {
    expect(code).toMatch(/^H\d{4}$/);
    expect(title, code).toMatch(/^[^.]+$/);
    expect(text, code).toMatch(/[.]$/);
    // What is mended must be seen broken first.
    expect(right === undefined || wrong !== undefined, code).toBe(true);
  }
});

it("an explanation has the title, the paragraph and both programs", () => {
  expect(explain("H0105")).toBe(
    [
      "H0105: a semicolon",
      "",
      CODES.get("H0105")!.explain,
      "",
      "Refused:",
      "",
      "    fn f() -> Nat {",
      "      let a = 1;",
      "      a",
      "    }",
      "",
      "Accepted:",
      "",
      "    fn f() -> Nat {",
      "      let a = 1",
      "      a",
      "    }",
      "",
    ].join("\n"),
  );
});

it.each(["h105", " H0105 ", "105"])("understands the code %j", (code) => {
  expect(explain(code)).toBe(explain("H0105"));
});

it.each(["", "H9999", "E0105", "H01055", "semicolon"])("knows nothing of %j", (code) => {
  expect(explain(code)).toBeUndefined();
});
