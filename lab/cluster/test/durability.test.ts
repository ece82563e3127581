// One node of a running network under strace: it sends no Ack and no Vote before the sync of what they
// rest on. The judge itself is tried on made-up traces first, each with one fault.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../src/cluster.ts";
import { until } from "../src/condition.ts";
import { judgeDurability } from "../src/durability.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { parseSystemCalls } from "../src/system-calls.ts";
import { openCluster } from "./opened.ts";

const FILES = { wal: "/net/log.db-wal", marks: "/net/marks" };
const WRITE = `7 pwrite64(4</net/log.db-wal>, "\\1\\2"..., 4096, 56) = 4096`;
const SYNC = "7 fsync(4</net/log.db-wal>) = 0";
const PERSIST = `7 write(5</net/marks>, "persist 3\\n", 10) = 10`;
const ACK = `1 write(6</net/marks>, "send ack needs 3\\n", 17) = 17`;
const VOTE = `1 write(6</net/marks>, "send vote needs 3\\n", 18) = 18`;
const OLD_ACK = `1 write(6</net/marks>, "send ack needs 0\\n", 17) = 17`;

const judge = (...lines: readonly string[]) => judgeDurability(parseSystemCalls(lines.join("\n")), FILES);

describe("the judge of durability", () => {
  it("accepts what is synced, taken for durable and only then sent", () => {
    const report = judge(WRITE, WRITE, SYNC, PERSIST, OLD_ACK, ACK, VOTE, ACK, PERSIST);
    expect(report).toEqual({
      violations: [],
      persists: 1,
      sends: new Map([
        ["ack", 2],
        ["vote", 1],
      ]),
    });
  });

  it("follows calls that other threads interrupt", () => {
    const report = judge(
      `7 pwrite64(4</net/log.db-wal>, "\\1\\2"..., 4096, 56 <unfinished ...>`,
      '1 write(9<socket:[1]>, "x", 1) = 1',
      "7 <... pwrite64 resumed>) = 4096",
      "7 fdatasync(4</net/log.db-wal> <unfinished ...>",
      OLD_ACK,
      "7 <... fdatasync resumed>)  = 0",
      `7 write(5</net/marks>, "persist 3\\n", 10 <unfinished ...>`,
      "1 --- SIGCHLD {si_signo=SIGCHLD} ---",
      "7 <... write resumed>) = 10",
      ACK,
      "9 +++ exited with 0 +++",
    );
    expect(report.violations).toEqual([]);
  });

  it.each([
    ["a frame before its write is taken for durable", [WRITE, SYNC, ACK, PERSIST]],
    ["a vote before its write is taken for durable", [WRITE, SYNC, VOTE, PERSIST]],
    ["no sync at all", [WRITE, PERSIST]],
    ["a sync before the last write", [WRITE, SYNC, WRITE, PERSIST]],
    ["a sync that failed", [WRITE, "7 fsync(4</net/log.db-wal>) = -1 EIO (Input/output error)", PERSIST]],
    ["a sync of another file", [WRITE, "7 fsync(8</net/state.db-wal>) = 0", PERSIST]],
    [
      "a sync that began before the write had returned",
      [
        `7 pwrite64(4</net/log.db-wal>, "\\1"..., 4096, 56 <unfinished ...>`,
        "8 fsync(4</net/log.db-wal> <unfinished ...>",
        "7 <... pwrite64 resumed>) = 4096",
        "8 <... fsync resumed>) = 0",
        PERSIST,
      ],
    ],
    [
      "a sync that has not returned",
      [WRITE, "8 fsync(4</net/log.db-wal> <unfinished ...>", PERSIST, "8 <... fsync resumed>) = 0"],
    ],
    [
      "a mark that has not returned when the frame goes",
      [WRITE, SYNC, PERSIST.replace(") = 10", " <unfinished ...>"), ACK, "7 <... write resumed>) = 10"],
    ],
  ])("finds %s", (_, lines) => {
    expect(judge(...lines).violations).toHaveLength(1);
  });

  it("passes over no line that it does not understand", () => {
    expect(() => judge(WRITE, "7 pwrite64(4</net/log.db-wal>, ")).toThrow(/line 2/);
    expect(() => judge("7 <... fsync resumed>) = 0")).toThrow(/line 1/);
    expect(() => judge(`7 write(5</net/marks>, "persist", 7) = 7`)).toThrow(/line 1/);
  });
});

/** The node that is traced: the last to lead as terms go on. */
const TRACED = 1;
const VOTES_MIN = 2;
const CHANGES_MAX = 8;

function requireStrace(): void {
  const { error, status } = spawnSync("strace", ["-V"]);
  if (error === undefined && status === 0) return;
  throw new Error("strace is needed to see when a node syncs: apt-get install strace");
}

/** Takes the lead from whoever has it; a traced leader is only paused, its trace must go on. */
async function changeLeader(cluster: Cluster): Promise<void> {
  const { id, term } = await cluster.leader();
  if (id === TRACED) {
    await cluster.process(id).pause();
    await cluster.leader({ above: term });
    await cluster.process(id).resume();
  } else {
    await cluster.kill(id);
    await cluster.leader({ above: term });
    cluster.start(id);
  }
  await cluster.caughtUp(...cluster.ids);
}

describe("a node under strace", () => {
  it("sends no Ack and no Vote before the sync of what it rests on", async () => {
    requireStrace();
    const cluster = await openCluster({ nodes: 4 });
    const trace = join(cluster.folder, "trace");
    const marks = join(realpathSync(cluster.folder), "marks");
    const marked = (kind: string) =>
      existsSync(marks) ? readFileSync(marks, "utf8").split(kind).length - 1 : 0;
    for (const id of cluster.ids.filter((other) => other !== TRACED)) cluster.start(id);
    const calls = "trace=fdatasync,fsync,pwrite64,write,writev";
    cluster.start(TRACED, {
      // -D: the node stays our child, so that signals and its exit code are its own.
      under: ["strace", "-D", "-f", "--seccomp-bpf", "-y", "-e", calls, "-s", "64", "-o", trace],
      environment: { JUNO_TRACE_PERSIST: marks },
    });
    await cluster.caughtUp(...cluster.ids);
    const journal = new Journal(join(cluster.folder, "journal"));
    const load = await Load.start({
      ...{ cluster, journal },
      ...{ transferLanes: 4, batchLanes: 1, actionsPerBatch: 10 },
    });
    await load.progress(200);
    for (let changes = 0; marked("send vote") < VOTES_MIN && changes < CHANGES_MAX; changes += 1) {
      await changeLeader(cluster);
      await load.progress(100);
    }
    await load.stop();
    const [exit] = await cluster.terminate(TRACED);
    expect(exit?.code).toBe(0);
    const pid = cluster.process(TRACED).pid;
    const text = await until({
      what: "strace has written the end of the node",
      probe: () => {
        const written = readFileSync(trace, "utf8");
        return new RegExp(`^${pid} +\\+\\+\\+ exited with 0 \\+\\+\\+$`, "m").test(written)
          ? written
          : undefined;
      },
    });
    const wal = join(realpathSync(cluster.nodeFolder(TRACED)), "log.db-wal");
    const report = judgeDurability(parseSystemCalls(text), { wal, marks });
    expect(report.violations).toEqual([]);
    expect(report.persists).toBeGreaterThan(50);
    expect(report.sends.get("ack")).toBeGreaterThan(50);
    expect(report.sends.get("vote")).toBeGreaterThanOrEqual(VOTES_MIN);
  });
});
