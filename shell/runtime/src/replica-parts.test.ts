// Which configuration consensus is told to wait for (S17): never one that nobody may append any more, for it would block the next.

import { Hash } from "@juno/base";
import type { Input, State } from "@juno/consensus";
import { type ApprovedConfiguration, UNGOVERNED } from "@juno/ledger";
import { beforeEach, expect, it } from "vitest";
import { firstState } from "../test/first-state.ts";
import { offerConfiguration } from "./replica-parts.ts";

const approved = (number: number, expires: number): ApprovedConfiguration => ({
  ...{ act: Hash(new Uint8Array(32).fill(number)), expires, body: new Uint8Array([number]) },
});
const EARLY = approved(1, 1_000);
const LATE = approved(2, 2_000);

let state: State;
let wallMs: number;
let told: (Input & { kind: "configure" })["body"][];

beforeEach(async () => {
  [state, wallMs, told] = [await firstState(), 500, []];
});

function offer(...configurations: ApprovedConfiguration[]): void {
  offerConfiguration({
    ...{ state, admission: { governed: { ...UNGOVERNED, configurations } } },
    ports: { clock: { wallMs: () => wallMs } },
    input: (input) => {
      if (input.kind !== "configure") throw new Error(`nothing else is told: ${input.kind}`);
      told.push(input.body);
      state.configuring = input.body && { body: input.body, expires: 0, sinceMs: 0 };
    },
  });
}

it("is the first that is approved, told once", () => {
  offer();
  offer(EARLY, LATE);
  offer(EARLY, LATE);
  expect(told).toEqual([EARLY.body]);
});

it("is the next one when that has expired, though the log stands still", () => {
  offer(EARLY, LATE);
  wallMs = EARLY.expires + 1;
  offer(EARLY, LATE);
  wallMs = LATE.expires + 1;
  offer(EARLY, LATE);
  offer(EARLY, LATE);
  expect(told).toEqual([EARLY.body, LATE.body, undefined]);
});

it("is none when that was withdrawn (C39)", () => {
  offer(EARLY);
  offer();
  expect(told).toEqual([EARLY.body, undefined]);
});
