import { describe, expect, it } from "vitest";
import { parseSignedCommand, SignedCommandSchema, SubmitBodySchema } from "./command-json.ts";
import { ERRORS, errorEntry, isErrorCode } from "./errors.ts";
import { jsonOf } from "./ledger-json.ts";
import { COMMANDS_PER_POST_MAX, SIGNATURES_PER_COMMAND_MAX } from "./limits.ts";
import { ProblemSchema, problemOf } from "./problem.ts";
import type { Route } from "./route.ts";
import { ERRORS_ANYWHERE, pathOf, READ_ERRORS, ROUTES } from "./routes.ts";
import { checkShape } from "./shape.ts";

const signature = { key: "ab".repeat(32), signature: "cd".repeat(64) };
const command = { payload: "{}", signatures: [signature] };

describe("a command in JSON (A1)", () => {
  it("is its payload's text and its signatures, alone or in an array", () => {
    expect(checkShape(SubmitBodySchema, command)).toMatchObject({ ok: true });
    expect(checkShape(SubmitBodySchema, [command, command])).toMatchObject({ ok: true });
    const parsed = parseSignedCommand(command);
    expect(parsed.ok && new TextDecoder().decode(parsed.value.payload)).toBe("{}");
  });

  it("is refused with anything coerced, unknown or too much (A13, A15)", () => {
    const broken: unknown[] = [
      { ...command, payload: 5 },
      { ...command, payload: {} },
      { ...command, more: 1 },
      { ...command, signatures: [] },
      { ...command, signatures: [{ ...signature, key: signature.key.toUpperCase() }] },
      { ...command, signatures: Array.from({ length: SIGNATURES_PER_COMMAND_MAX + 1 }, () => signature) },
      [],
      Array.from({ length: COMMANDS_PER_POST_MAX + 1 }, () => command),
      null,
    ];
    for (const body of broken) expect(checkShape(SubmitBodySchema, body)).toMatchObject({ ok: false });
    expect(parseSignedCommand({ ...command, payload: "\udc00" })).toMatchObject({ ok: false });
  });

  it("is refused with the place of the first fault (A10)", () => {
    const detailOf = (value: unknown) => {
      const checked = checkShape(SignedCommandSchema, value);
      return checked.ok ? "" : checked.error.detail;
    };
    expect(detailOf({ ...command, more: 1 })).toBe("more is not known here");
    expect(detailOf({ ...command, signatures: [{ ...signature, key: "x" }] })).toContain("signatures.0.key");
    expect(detailOf(5)).toBe("the value must be object");
  });
});

describe("the error table (A10)", () => {
  it("gives every code a status, a meaning and advice", () => {
    for (const code of Object.keys(ERRORS)) {
      expect(isErrorCode(code)).toBe(true);
      if (!isErrorCode(code)) continue;
      const entry = errorEntry(code);
      expect(entry.status).toBeGreaterThanOrEqual(400);
      expect(entry.title.length * entry.advice.length).toBeGreaterThan(0);
      // Whoever may try again has not been told that it is in vain.
      expect(entry.retryable && entry.outcome === "rejected").toBe(false);
      expect(checkShape(ProblemSchema, { ...problemOf(code) })).toMatchObject({ ok: true });
    }
    expect(isErrorCode("toString")).toBe(false);
  });

  it("is used: every code stands at a route, or at all", () => {
    const routes: readonly Route[] = Object.values(ROUTES);
    const used = new Set([...ERRORS_ANYWHERE, ...READ_ERRORS, ...routes.flatMap(({ errors }) => errors)]);
    expect([...used].sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

describe("paths", () => {
  it("are filled in, with what could be mistaken for a path escaped", () => {
    expect(pathOf("entryProof", { index: 5 })).toBe("/api/v1/entries/5/proof");
    expect(pathOf("rows", { module: "a/b", table: "t?" })).toBe("/api/v1/tables/a%2Fb/t%3F");
  });
});

describe("arguments", () => {
  it("become the ledger's JSON, or are refused", () => {
    expect(jsonOf({ b: [1, null, true], a: { c: "x" } })).toEqual({
      ok: true,
      value: new Map<string, unknown>([
        ["b", [1, null, true]],
        ["a", new Map([["c", "x"]])],
      ]),
    });
    expect(jsonOf(JSON.parse('{"__proto__":{"x":1}}'))).toMatchObject({ ok: true, value: { size: 1 } });
    const nested = JSON.parse("[".repeat(40) + "]".repeat(40));
    for (const value of [0.5, 2 ** 53, -0, Number.NaN, "\ud800", { "\ud800": 1 }, [[0.1]], nested]) {
      expect(jsonOf(value)).toMatchObject({ ok: false });
    }
  });
});
