// What is told of those who dial under a key that counts for nobody (A45): whose it was, and no more than a line a minute.

import { hex, NodeId } from "@juno/base";
import type { Epochs } from "@juno/proof";
import { beforeEach, expect, it } from "vitest";
import { StrangerWatch } from "../../src/transport/stranger-watch.ts";
import { keyOf, pretendNetwork, signOf } from "../http/pretend-network.ts";

const { backend } = await pretendNetwork();
const admins = [{ key: keyOf("admin"), sign: signOf("admin") }];
const configure = (transport: string) =>
  backend.configure({
    members: [1, 2, 3, 4].map((id) => ({
      ...{ id: NodeId(id), sign: signOf(`voter ${id}`), signKey: keyOf(`voter ${id}`) },
      transportKey: keyOf(`${transport} ${id}`),
    })),
    ...{ admins, reason: transport },
  });
for (const transport of ["first", "second"]) configure(transport);

const transportKey = (transport: string, id: number) => hex(keyOf(`${transport} ${id}`));
let nowMs: number;
let notes: object[];
let counted: string[];
let isKnown: boolean;
let watch: StrangerWatch;

beforeEach(() => {
  nowMs = 0;
  notes = [];
  counted = [];
  isKnown = true;
  watch = new StrangerWatch({
    known: () =>
      isKnown ? { epochs: backend.epochs as Epochs, count: (name) => counted.push(name) } : undefined,
    note: (event) => notes.push(event),
    monotonicMs: () => nowMs,
  });
});

it("is whose the key was, and until which epoch", () => {
  const key = transportKey("first", 3);
  watch.refused({ key, from: "10.0.0.3" });
  const facts = { node: 3, epoch: 1, key, from: "10.0.0.3", attempts: 1 };
  expect(notes).toEqual([{ code: "former_key_refused", facts }]);
  expect(counted).toEqual(["refused_former_key"]);
});

it("is once a minute how often it was, for each member apart and for all strangers together", () => {
  const from = "10.0.0.3";
  for (const [key, atMs] of [
    [transportKey("first", 3), 0],
    [transportKey("first", 3), 1],
    [transportKey("first", 4), 2],
    ["ab", 3],
    ["", 4],
    [transportKey("first", 3), 59_999],
    [transportKey("first", 3), 60_000],
  ] as const) {
    nowMs = atMs;
    watch.refused({ key, from });
  }
  expect(notes).toMatchObject([
    { code: "former_key_refused", facts: { node: 3, attempts: 1 } },
    { code: "former_key_refused", facts: { node: 4, attempts: 1 } },
    { code: "unknown_key_refused", facts: { key: "ab", attempts: 1 } },
    { code: "former_key_refused", facts: { node: 3, attempts: 3 } },
  ]);
  expect(counted.filter((name) => name === "refused_former_key")).toHaveLength(5);
  expect(counted.filter((name) => name === "refused_unknown_key")).toHaveLength(2);
});

it("is of keys that were replaced while it runs, too", () => {
  watch.refused({ key: transportKey("third", 1), from: "" });
  for (const transport of ["third", "fourth"]) configure(transport);
  watch.refused({ key: transportKey("third", 1), from: "" });
  expect(notes).toMatchObject([
    { code: "unknown_key_refused" },
    { code: "former_key_refused", facts: { node: 1, epoch: 3 } },
  ]);
});

it("is nothing before it is known who votes", () => {
  isKnown = false;
  watch.refused({ key: transportKey("first", 1), from: "" });
  expect([...notes, ...counted]).toEqual([]);
});
