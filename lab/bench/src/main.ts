// `npm run bench`: rate and latency against real local nodes, on one machine with the load. Figures of
// different runs are not comparable on a shared machine; ratios within one run are.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderAge, sampleLine } from "./age/age-report.ts";
import { runAge } from "./age/age-run.ts";
import { startBenchCluster } from "./bench-cluster.ts";
import { measureCosts } from "./language/cost-table.ts";
import { measureLanguage } from "./language/measurement.ts";
import { renderCosts, renderLanguage } from "./language/report.ts";
import { makeLog } from "./log/log-maker.ts";
import { profileShares, renderShares } from "./profile.ts";
import { renderPlot, renderTable, renderThreads } from "./report.ts";
import { CLIENTS_MAX, clientName, prepareLoad, type Row, runScenario, SCENARIOS } from "./scenario.ts";

const USAGE = `usage: npm run bench -- [--json FILE] [--scenario NAME]… [--seconds N] [--nodes N] [--profile]
       npm run bench -- --language [--json FILE]
       npm run bench -- --log FOLDER [--entries N]
       npm run bench -- --age ACTIONS [--keep ENTRIES] [--replay] [--json FILE]

  --json FILE       write the rows as JSON
  --scenario NAME   only this one; may stand several times: ${SCENARIOS.map(({ name }) => name).join(", ")}
  --seconds N       measured span of each scenario (default 10)
  --nodes N         nodes, four or more (default 4)
  --language        instead: what contracts cost, beside an interpreter of Ethereum's machine, without a cluster
  --log FOLDER      instead: make a network whose first node has a long log, for measuring audits
  --entries N       of that log (default 100000)
  --age ACTIONS     instead: what a node holds, and how long commands take, as so many actions go by; then
                    how long a node takes to join
  --keep ENTRIES    with it: nodes prune, and keep so many entries (default: they keep all)
  --replay          with it: the node that joins replays the log, and starts from no snapshot
  --profile         also tell where the nodes' time goes; slows them down`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      scenario: { type: "string", multiple: true },
      seconds: { type: "string", default: "10" },
      nodes: { type: "string", default: "4" },
      language: { type: "boolean", default: false },
      log: { type: "string" },
      entries: { type: "string", default: "100000" },
      age: { type: "string" },
      keep: { type: "string" },
      replay: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const wanted = values.scenario ?? SCENARIOS.map(({ name }) => name);
  const unknown = wanted.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}`);
  const seconds = Number(values.seconds);
  const nodes = Number(values.nodes);
  if (!(seconds >= 1 && seconds <= 600)) throw new Error("--seconds takes a number from 1 to 600");
  if (!(Number.isInteger(nodes) && nodes >= 4 && nodes <= 20))
    throw new Error("--nodes takes a number from 4 to 20");
  const entries = Number(values.entries);
  if (!(Number.isInteger(entries) && entries >= 1)) throw new Error("--entries takes a whole number from 1");
  return {
    ...values,
    age: wholeFrom1("--age", values.age),
    keep: wholeFrom1("--keep", values.keep),
    entries,
    seconds,
    nodes,
    scenarios: SCENARIOS.filter(({ name }) => wanted.includes(name)),
  };
}

function wholeFrom1(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`${name} takes a whole number from 1`);
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.age !== undefined) return await age(options.age, options);
  if (options.log !== undefined) return await log(options.log, options.entries);
  if (options.language) return await language(options.json);
  return await cluster(options);
}

async function language(json: string | undefined): Promise<number> {
  const rows = await measureLanguage();
  const costs = measureCosts();
  console.log(`${renderLanguage(rows)}\n\n${renderCosts(costs)}`);
  save([...rows, ...costs], json);
  return 0;
}

async function log(folder: string, entries: number): Promise<number> {
  const { nodeFolder, genesisFile } = await makeLog({
    folder,
    entries,
    onProgress: (made) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${made} entries`);
    },
  });
  console.log(`${entries} entries stand in ${nodeFolder}; the genesis is ${genesisFile}`);
  return 0;
}

async function age(actions: number, options: ReturnType<typeof readOptions>): Promise<number> {
  const report = await runAge({
    ...{ actions, keepEntries: options.keep, joinsBySnapshot: !options.replay },
    onSample: (sample) => process.stderr.write(`${sampleLine(sample).join("  ")}\n`),
  });
  console.log(renderAge(report));
  save([report], options.json);
  return 0;
}

function save(rows: readonly object[], path: string | undefined): void {
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(rows, null, 2)}\n`);
}

async function cluster(options: ReturnType<typeof readOptions>): Promise<number> {
  const profileFolder = options.profile ? mkdtempSync(join(tmpdir(), "juno-profile-")) : undefined;
  const clients = Array.from({ length: CLIENTS_MAX }, (_, i) => clientName(i));
  const nodes = await startBenchCluster({ nodes: options.nodes, clients, profileFolder });
  const rows: Row[] = [];
  try {
    const load = await prepareLoad(nodes);
    for (const scenario of options.scenarios) {
      process.stderr.write(`${scenario.name} …\n`);
      rows.push(await runScenario(nodes, load, scenario, options.seconds));
    }
  } finally {
    await nodes.stop();
  }
  console.log(`${options.nodes} nodes and the load on one machine with ${cpus().length} cores\n`);
  console.log([renderTable(rows), renderThreads(rows), renderPlot(rows)].join("\n\n"));
  if (profileFolder !== undefined) {
    console.log(`\n${renderShares(profileShares(profileFolder))}`);
    rmSync(profileFolder, { recursive: true, force: true });
  }
  save(rows, options.json);
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exit(2);
}
