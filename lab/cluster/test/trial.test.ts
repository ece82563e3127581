// A short manifest run for real and judged; and the judge is not blind: the same history and ledger with
// one acknowledged command dropped or one amount altered are refused, with the sentence that says why.

import { type Case, type Finding, judge, type Portrait, type Write } from "@juno/judge";
import { beforeAll, describe, expect, it } from "vitest";
import { disagreements, type Shown } from "../src/trial/final-state.ts";
import { parseManifest } from "../src/trial/manifest.ts";
import { reportText, type TrialReport } from "../src/trial/report.ts";
import { runTrial } from "../src/trial/trial.ts";

const BRIEF = `A bit of everything that needs no other program.

writers 6
readers 3
500ms  kill leader
1500ms restart
2500ms isolate leader
5s     heal
5500ms pause follower
6s     clock node 3 3600s
7s     resume
7200ms delay all 20ms
8s     end
`;

let report: TrialReport;

beforeAll(async () => {
  report = await runTrial({ manifest: parseManifest("brief", BRIEF), seed: 1 });
});

const sentencesOf = (findings: readonly Finding[], checker: Finding["checker"]): string[] =>
  findings.filter((finding) => finding.checker === checker).map(({ sentence }) => sentence);

function someWrite({ history }: Case): Write & { answer: { kind: "acknowledged" } } {
  for (const operation of history) {
    if (operation.kind !== "write" || operation.client === "opener") continue;
    const { answer } = operation;
    const isTransfer = operation.calls.some(({ kind }) => kind === "transfer");
    if (isTransfer && answer.kind === "acknowledged" && answer.status === "ok")
      return { ...operation, answer };
  }
  throw new Error("no transfer was acknowledged");
}

const withMore = (values: ReadonlyMap<string, bigint>, account: string): Map<string, bigint> =>
  new Map([...values]).set(account, values.get(account)! + 1n);

describe("a trial on real processes", () => {
  it("puts load on all nodes, strikes as the manifest says, and finds no violation", () => {
    const { judged, counts, faults, recoveryMs, recoveryMsWorst } = report;
    expect(judge(judged)).toEqual([]);
    expect(counts.done).toBeGreaterThan(0);
    expect(counts.failed).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
    expect(counts.read).toBeGreaterThan(0);
    expect(Object.fromEntries(faults)).toEqual({
      ...{ kill: 1, restart: 1, isolate: 1, heal: 1, pause: 1, clock: 1, resume: 1, delay: 1 },
    });
    expect(judged.portraits).toHaveLength(4);
    expect(judged.ledger.entries.length).toBeGreaterThanOrEqual(counts.done + counts.failed);
    expect(recoveryMsWorst).toBeGreaterThanOrEqual(recoveryMs);
    expect(reportText(report)).toContain(`${counts.done + counts.failed} acknowledged`);
  });
});

describe("the judge of a genuine history", () => {
  it("misses an acknowledged command that the ledger does not hold any more", () => {
    const { id, client, answer } = someWrite(report.judged);
    const { ledger } = report.judged;
    const entries = ledger.entries.filter((entry) => entry.id !== id);
    const findings = judge({ ...report.judged, ledger: { ...ledger, entries } });
    const [sentence] = sentencesOf(findings, "exactly-once");
    expect(sentence).toMatch(
      new RegExp(`${id} of ${client} was acknowledged at ${answer.index}, but is not`),
    );
  });

  it("sees a command that stands in the ledger twice", () => {
    const { id, answer } = someWrite(report.judged);
    const { ledger } = report.judged;
    const again = ledger.through + 1;
    const entry = ledger.entries.find((one) => one.id === id)!;
    const entries = [...ledger.entries, { ...entry, index: again }];
    const findings = judge({ ...report.judged, ledger: { entries, through: again } });
    expect(sentencesOf(findings, "exactly-once").join()).toContain(
      `2 times, at ${answer.index} and ${again}`,
    );
  });

  it("sees one altered amount in what a node shows in the end", () => {
    const [first, ...others] = report.judged.portraits as [Portrait, ...Portrait[]];
    const balances = withMore(first.balances, "till0");
    const findings = judge({ ...report.judged, portraits: [{ ...first, balances }, ...others] });
    const [shown, holds] = [balances.get("till0"), first.balances.get("till0")];
    const sentence = `node 1 shows ${shown} for till0, which holds ${holds} at ${first.index}`;
    expect(sentencesOf(findings, "reads")).toEqual([sentence]);
    expect(sentencesOf(findings, "conservation")).toEqual([
      expect.stringMatching(/^node 1 shows \d+ in all accounts at \d+, where \d+ was minted$/),
    ]);
  });

  it("sees one altered amount in one linearizable answer", () => {
    const history = [...report.judged.history];
    const at = history.findIndex(
      (one) => one.kind === "read" && one.linearizable && one.answer.kind === "values",
    );
    const read = history[at]!;
    if (read.kind !== "read" || read.answer.kind !== "values") throw new Error("nobody read");
    const [account] = [...read.answer.values.keys()];
    history[at] = { ...read, answer: { ...read.answer, values: withMore(read.answer.values, account!) } };
    const findings = judge({ ...report.judged, history });
    expect(sentencesOf(findings, "linearizable")).toEqual([
      expect.stringMatching(`linearizable read ${read.id} of .* for ${account}, which holds`),
    ]);
  });
});

describe("nodes that show different things", () => {
  const entry = (name: string) => ({ hash: name, receipt: `{${name}}` });
  const shown = (node: number, names: readonly string[]): Shown => ({
    node,
    portrait: { by: `node ${node}`, index: names.length, balances: new Map() },
    entries: names.map(entry),
    ledger: { entries: [], through: names.length },
  });

  it("are named, with the place", () => {
    const applied = { index: 2, root: "" };
    const disagree = (...all: Shown[]) => disagreements(all, applied);
    expect(disagree(shown(1, ["a", "b"]), shown(2, ["a", "b"]))).toEqual([]);
    expect(disagree(shown(1, ["a", "b"]), shown(2, ["a", "c"]))).toEqual([
      "nodes 2 and 1 show different entries at 2",
    ]);
    expect(disagree(shown(1, ["a", "b"]), shown(2, ["a"]))).toEqual([
      "node 2 shows 1 entries, but has applied 2",
    ]);
  });
});
