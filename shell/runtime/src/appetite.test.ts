// What is read of whom, by the clock.

import { NodeId } from "@juno/base";
import { MESSAGE_KINDS } from "@juno/consensus";
import { expect, it } from "vitest";
import { Appetite } from "./appetite.ts";

it("wants entries of whom it asked, evidence now and then, and everything else", () => {
  let nowMs = 0;
  const asked = new Set([NodeId(2)]);
  const appetite = new Appetite({ monotonicMs: () => nowMs }, (peer) => asked.has(peer));
  const unwanted = (from: number) =>
    Object.fromEntries(
      MESSAGE_KINDS.map((kind) => [kind, appetite.refusal(NodeId(from), kind)]).filter(
        ([, code]) => code !== undefined,
      ),
    );
  expect(unwanted(2)).toEqual({});
  expect(unwanted(2)).toEqual({ evidence: "too_often" });
  expect(unwanted(3)).toEqual({ "fetch-reply": "unasked" });
  nowMs = 1000;
  expect(unwanted(2)).toEqual({});
  expect(appetite.refusal(NodeId(2), undefined)).toBeUndefined();
});
