// A rolling upgrade on real processes (C36 to C38): four nodes of an earlier commit's program, upgraded one by one under load; a
// later version of the rules activated while one is left; that one stops before the entry, and goes on once it is upgraded.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "../cluster.ts";
import { Journal } from "../journal.ts";
import { Load } from "../load.ts";
import { Unsafe } from "../trial/ending.ts";
import { ActDesk } from "./act-desk.ts";
import { layOutEarlierTree } from "./earlier-tree.ts";

/** Members of config.json that the earlier program does not know yet: a node refuses what it does not know. */
const LATER_CONFIG = ["operators"];

const UPGRADED = [1, 2, 3];
const LEFT = 4;
const VERSIONS = { ledger: 2, language: 2 };
/** How the earlier language refuses what only the later one has. */
const UNKNOWN_NAME = "H0517";
/** Long enough for the decision to be applied everywhere, and for the load to get there soon. */
const ENTRIES_AHEAD = 60;
const ACTIONS_BETWEEN = 100;
const EXIT_TOO_OLD = 23;

export type UpgradeOptions = {
  readonly commit: string;
  note(line: string): void;
  readonly signal: AbortSignal;
  /** Where the evidence of a failure is kept. */
  readonly evidence: string | undefined;
};

type Bench = UpgradeOptions & {
  readonly cluster: Cluster;
  readonly earlier: string;
  readonly load: Load;
  readonly desk: ActDesk;
};

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Unsafe([sentence]);
}

/** Rejects as trials do: Unusable, Unsafe, NotInTime, or with what broke. */
export async function runUpgrade(options: UpgradeOptions): Promise<void> {
  const cluster = await Cluster.make({ nodes: 4, clients: ["ann", "ben"] });
  const close = () => void cluster.close();
  options.signal.addEventListener("abort", close);
  let isDone = false;
  try {
    const tree = join(cluster.folder, "earlier");
    mkdirSync(tree);
    const earlier = layOutEarlierTree(options.commit, tree);
    for (const id of cluster.ids) {
      forgetLaterConfig(join(cluster.nodeFolder(id), "config.json"));
      cluster.start(id, { program: earlier });
    }
    await cluster.leader();
    const journal = new Journal(join(cluster.folder, "journal"));
    const lanes = { transferLanes: 2, batchLanes: 1, actionsPerBatch: 5 };
    const load = await Load.start({ cluster, journal, ...lanes });
    const bench = { ...options, cluster, earlier, load, desk: new ActDesk(cluster) };
    await upgradeOneByOne(bench);
    const at = await activate(bench);
    await stopTheOneThatIsLeft(bench, at);
    await useTheNewRule(bench, at);
    await upgradeTheOneThatIsLeft(bench, at);
    isDone = true;
  } finally {
    options.signal.removeEventListener("abort", close);
    if (!options.signal.aborted) await cluster.close({ evidence: isDone ? undefined : options.evidence });
  }
}

function forgetLaterConfig(path: string): void {
  const config = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  for (const member of LATER_CONFIG) delete config[member];
  writeFileSync(path, JSON.stringify(config));
}

async function upgradeOneByOne({ cluster, load, desk, note }: Bench): Promise<void> {
  await load.progress(ACTIONS_BETWEEN);
  note("four nodes of the earlier program work together");
  const early = desk.document("activate", { at: 1_000_000, ...VERSIONS });
  for (const id of UPGRADED) {
    const [exit] = await cluster.terminate(id);
    demand(exit?.code === 0, `node ${id} ended with ${exit?.code}, though it was asked to`);
    cluster.start(id);
    await cluster.caughtUp(id);
    await load.progress(ACTIONS_BETWEEN);
    note(`node ${id} runs the present program, the load goes on`);
    if (id !== UPGRADED[0]) continue;
    const { ready, refusals } = await desk.readiness(early, cluster.ids);
    demand(ready.length === 1, `${ready.length} nodes know the version where one was upgraded`);
    note(`an activation now: ${refusals[0]}`);
    const { code } = await desk.propose(early, { ready });
    demand(code === "quorum_lost", `an activation that one node knows was answered with ${code}`);
  }
  const { code } = await desk.propose(desk.document("withdraw", { act: "ab".repeat(32) }));
  demand(code === "bad_act", `what the version brings was answered with ${code} before it is in force`);
  const refused = await desk.deploy();
  demand(refused === UNKNOWN_NAME, `a module in the later language was answered with ${refused}`);
  note("what the later versions bring is refused by both programs alike");
}

async function activate({ cluster, desk, note }: Bench): Promise<number> {
  const applied = (await cluster.status(UPGRADED[0]!))?.applied.index ?? 0;
  const at = applied + ENTRIES_AHEAD;
  const act = desk.document("activate", { at, ...VERSIONS });
  // One that lags for a moment says so, and is asked again.
  const ready = await cluster.until("the upgraded nodes say that they are ready", async () => {
    const answers = await desk.readiness(act, cluster.ids);
    return answers.ready.length === UPGRADED.length ? answers.ready : undefined;
  });
  // Its end is no surprise.
  cluster.process(LEFT).isEnding = true;
  const { code, index } = await desk.propose(act, { ready });
  demand(code === undefined, `the activation was refused: ${code}`);
  note(
    `entry ${index} decides that ledger version ${VERSIONS.ledger} and language version ${VERSIONS.language} hold from entry ${at} on`,
  );
  return at;
}

async function stopTheOneThatIsLeft({ cluster, load, earlier, note }: Bench, at: number): Promise<void> {
  for (let run = 1; run <= 2; run += 1) {
    const exit = await cluster.ended(LEFT);
    const lines = cluster.process(LEFT).lines();
    const last = lines.find(({ code }) => code === "too_old");
    demand(
      exit.code === EXIT_TOO_OLD,
      `node ${LEFT} ended with ${exit.code}: ${cluster.process(LEFT).text()}`,
    );
    demand(last?.message?.includes(`before entry ${at}.`) === true, `node ${LEFT} said: ${last?.message}`);
    const isWarned = lines.some(({ code }) => code === "too_old_ahead");
    demand(run > 1 || isWarned, `node ${LEFT} stopped without a warning`);
    note(`node ${LEFT}, ${run === 1 ? "left as it was" : "started again"}: ${last.message}`);
    if (run === 1) cluster.start(LEFT, { program: earlier }).isEnding = true;
  }
  await load.progress(ACTIONS_BETWEEN);
}

async function useTheNewRule({ cluster, desk, note }: Bench, at: number): Promise<void> {
  await cluster.until(`all upgraded nodes are beyond entry ${at}`, async () => {
    const statuses = await Promise.all(UPGRADED.map((id) => cluster.status(id)));
    return statuses.every((status) => (status?.applied.index ?? 0) > at) ? true : undefined;
  });
  const open = await desk.propose(desk.document("halt", {}), { count: 1 });
  demand(open.code === undefined, `an act was refused: ${open.code}`);
  const { code, index } = await desk.propose(desk.document("withdraw", { act: open.act }));
  demand(code === undefined, `the act was not withdrawn: ${code}`);
  const refused = await desk.deploy();
  demand(refused === undefined, `a module in the later language was refused: ${refused}`);
  note(
    `entry ${index} does what the later ledger version brings, and a module in the later language is deployed`,
  );
}

async function upgradeTheOneThatIsLeft({ cluster, load, earlier, note }: Bench, at: number): Promise<void> {
  verify(cluster, earlier, at);
  note("an audit by the earlier program says that it is too old, and accuses nobody");
  cluster.start(LEFT);
  await cluster.caughtUp(...cluster.ids);
  await load.progress(ACTIONS_BETWEEN);
  await load.stop();
  const { index, root } = await cluster.agreed();
  note(
    `node ${LEFT} goes on with the present program; all have applied entry ${index} with the root ${root}`,
  );
}

/** By the earlier program, of a node that has gone on. */
function verify(cluster: Cluster, earlier: string, at: number): void {
  const args = [earlier, "verify", cluster.nodeFolder(UPGRADED[0]!), "--genesis", cluster.genesisPath];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const said = `${stdout}${stderr}`;
  demand(
    status === EXIT_TOO_OLD && said.includes(`stops before entry ${at}`),
    `an audit by the earlier program ended with ${status}: ${said}`,
  );
}
