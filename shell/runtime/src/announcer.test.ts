// What a node tells of itself while it runs.

import { expect, it } from "vitest";
import { context, firstState } from "../test/first-state.ts";
import { Announcer } from "./announcer.ts";
import { Counters } from "./counters.ts";
import type { NodeState } from "./node-state.ts";
import type { NodeEvent } from "./ports/backend.ts";

it("tells what the node is whenever that is another word, in its log and to whoever streams its events (A31)", async () => {
  const noted: unknown[] = [];
  const events: NodeEvent[] = [];
  let nodeState: NodeState = "starting";
  const watched = { context, state: await firstState(), nowMs: 0, startedMs: 0, unasked: undefined };
  const clock = { wallMs: () => 5 };
  const announcer = new Announcer({
    ...{ clock, counters: new Counters() },
    watched: () => watched,
    nodeState: () => nodeState,
    note: (code, facts) => noted.push([code, facts]),
  });
  announcer.onEvent((event) => events.push(event));
  announcer.watchState();
  announcer.watchState();
  nodeState = "voter";
  announcer.watchState();
  expect(noted).toEqual([
    ["node_state", { state: "starting" }],
    ["node_state", { state: "voter", before: "starting" }],
  ]);
  expect(events).toMatchObject([
    { what: "state", detail: "starting", time: 5 },
    { what: "state", detail: "voter", time: 5 },
  ]);
});
