// What a module's mistake may do: its invariant stops the node before any outcome is told (C15), and
// what is no abort is no outcome.

import { jsonObject } from "@juno/base";
import { describe, expect, test } from "vitest";
import { bytesOf, call, context, keyOf, payloadOf } from "../test/network.ts";
import { accounts } from "./accounts.ts";
import { MemoryView, parsePayload } from "./index.ts";
import type { Action } from "./native-module.ts";
import { runActions } from "./run.ts";

function running(run: Action["run"]) {
  const parsed = parsePayload(context, bytesOf(payloadOf([call("slip", {})])));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const module = { ...accounts, actions: new Map([["slip", { parameters: {}, run }]]) };
  const world = { genesis: context.genesis, modules: new Map([[module.name, module]]) };
  return () => runActions(world, new MemoryView(), parsed.value);
}

const account = (funds: string) => jsonObject({ funds, owner: jsonObject({ key: keyOf("a") }) });

describe("a module with a mistake (C15)", () => {
  test("that makes money stops the node", () => {
    expect(running((scope) => scope.write("accounts", "a", account("1.00 USD")))).toThrow(
      "neither made nor lost",
    );
    expect(running((scope) => scope.write("accounts", "a", account("0.00 USD")))().status).toBe("ok");
  });

  test("that throws stops the node: only an abort is an outcome", () => {
    expect(
      running(() => {
        throw new RangeError("too much recursion");
      }),
    ).toThrow("too much recursion");
  });
});
