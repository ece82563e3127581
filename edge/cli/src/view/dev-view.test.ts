// The live view of `juno dev`, frame by frame.

import { expect, it } from "vitest";
import { pretendStatus } from "../../test/pretend-status.ts";
import { plainPaint } from "../terminal/paint.ts";
import { DevView } from "./dev-view.ts";
import type { NodeReport } from "./status-view.ts";

function viewAt(clock: { ms: number }) {
  return new DevView({
    folder: "net",
    client: "juno client --network net",
    network: "12".repeat(32),
    paint: plainPaint,
    monotonicMs: () => clock.ms,
  });
}

const up = (id: number, applied = 7): NodeReport => ({
  id,
  url: `http://h:${id}`,
  status: pretendStatus(id, { applied: { index: applied, root: "ab".repeat(32) } }),
});
const silent = (id: number): NodeReport => ({ id, url: `http://h:${id}`, problem: "does not answer" });
const running = { exit: undefined, lastWords: () => "" };

it("tells starting nodes from ended ones, and says how they ended", () => {
  const view = viewAt({ ms: 0 });
  const ended = { exit: { code: 11, signal: null }, lastWords: () => "address_in_use: taken" };
  const killed = { exit: { code: null, signal: "SIGKILL" as const }, lastWords: () => "" };
  const processes = [undefined, running, running, ended, killed];
  const leader = view.take([silent(1), up(2), silent(3), silent(4)], (id) => processes[id]);
  expect(leader).toBe(2);
  expect(view.lines()).toEqual([
    "net  network 121212121212  0 tx/s",
    "",
    "node  role      epoch  term  leader  committed  applied  outcome root  peers  pending",
    "   1  starting",
    "   2  leader        0     1       2          7        7  abababababab    3/3        0",
    "   3  down",
    "   4  down",
    "",
    "node 3 ended with exit code 11: address_in_use: taken",
    "node 4 was ended by SIGKILL",
    "1-4 kill or restart a node   l kill the leader   q stop",
    "juno client --network net",
  ]);
});

it("measures the rate over the last two seconds, by the node that is furthest", () => {
  const clock = { ms: 0 };
  const view = viewAt(clock);
  for (const applied of [0, 100, 200, 300, 300, 300, 300]) {
    view.take([up(1, 0), up(2, applied)], () => running);
    clock.ms += 1_000;
  }
  expect(view.oneLine()).toMatch(/\| 0 tx\/s$/);
  view.take([up(1, 0), up(2, 700)], () => running);
  expect(view.oneLine()).toMatch(/\| 200 tx\/s$/);
  expect(view.oneLine()).toContain("2:leader term 1 committed 7 applied 700 root abababababab");
});
