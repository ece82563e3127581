// The story of the first Juno's demo, played by real processes and checked: four nodes elect a leader,
// accounts are opened and money moves, the leader is killed, money still moves, the dead node comes back
// and all agree. Every step holds or the story ends with what did not.

import { readFileSync } from "node:fs";
import { verifierPool, verifyDatabases } from "@juno/node";
import { Complaint } from "../complaint.ts";
import { clientNames } from "../network/client-names.ts";
import { entryLines } from "../view/entry-view.ts";
import { Acts, checkAudit, type StoryOptions } from "./acts.ts";
import type { Agreement, Leader } from "./conditions.ts";

const EXPECTED = { wjm: "100.00 USD", stu: "0.00 USD", bank: "0.00 USD" } as const;

export async function tellStory(options: StoryOptions): Promise<void> {
  const { stage, narrator } = options;
  const { cluster } = stage;
  const count = cluster.places.length;
  const act = new Acts(options);
  const ending = new Ending(options);
  let leader: Leader = { node: 0, term: 0 };
  await narrator.step(`${count} nodes start, each a process of its own`, async () => {
    cluster.startAll();
    const pids = cluster.places.map(({ id }) => cluster.process(id)?.pid);
    return [`processes ${pids.join(", ")} in ${stage.folder}`];
  });
  await narrator.step("they elect a leader", async () => {
    leader = await act.awaitLeader({ running: count, after: 0 });
    return [`node ${leader.node} leads term ${leader.term}`];
  });
  await act.types("wjm, stu and bank are opened", [
    "CreateAccount wjm",
    "CreateAccount stu",
    "CreateAccount bank",
  ]);
  await act.types("wjm is credited with $100", ["AdjustAccount wjm 100%1"]);
  await act.types("$10 from wjm to stu", ["transfer(wjm->stu, 10%1)"]);
  const killed = leader;
  await narrator.step("the leader is killed with SIGKILL", async () => {
    await cluster.kill(killed.node);
    return [`node ${killed.node} is gone`];
  });
  await narrator.step("the others elect a new leader", async () => {
    leader = await act.awaitLeader({ running: count - 1, after: killed.term });
    return [`node ${leader.node} leads term ${leader.term}`];
  });
  await act.types("$10 from stu to wjm through bank, signed by stu and bank", [
    "transfer(stu->bank->wjm, 10%1)",
  ]);
  await narrator.step("the killed node comes back", async () => {
    cluster.start(killed.node);
    return [];
  });
  let agreed: Agreement = { committed: 0, root: "" };
  await narrator.step("all nodes show the same commit index and outcome root", async () => {
    agreed = await act.awaitAgreement();
    return [`index ${agreed.committed}, outcome root ${agreed.root}`];
  });
  const ledger = await ending.readLedger();
  await narrator.step("each node's balances are what they must be", () => ending.checkBalances());
  await narrator.step("the nodes stop", async () => {
    if (!(await cluster.stop())) throw new Complaint("A node did not stop with exit code 0.");
    return [];
  });
  await narrator.step("each node's databases are verified against the genesis", () =>
    ending.verifyAll(agreed),
  );
  await narrator.step("the ledger", async () => ledger);
}

/** How the story ends: what all of it adds up to. */
class Ending {
  readonly #options: StoryOptions;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  /** Asks each node by itself; all must answer what the story adds up to. */
  async checkBalances(): Promise<string[]> {
    const { stage } = this.#options;
    const balances = Object.entries(EXPECTED);
    for (const { id } of stage.cluster.places) {
      for (const [name, expected] of balances) {
        const funds = await stage.balanceAt(id, name);
        if (funds !== expected)
          throw new Complaint(`Node ${id} says that ${name} has ${funds}, not ${expected}.`);
      }
    }
    return [balances.map(([name, funds]) => `${name} ${funds}`).join(", ")];
  }

  /** The log as it is shown at the end; read while there is somebody to ask. */
  async readLedger(): Promise<string[]> {
    const { stage, paint } = this.#options;
    const { entries } = await stage.client.entries({ from: 1 });
    const nameOf = await clientNames(stage.client, stage.place.genesis);
    return entries.flatMap((applied) => entryLines(nameOf, applied, paint));
  }

  /** Every node's files, one after another; each must yield what all nodes showed while they ran. */
  async verifyAll(agreed: Agreement): Promise<string[]> {
    const { stage, signal } = this.#options;
    const genesisBytes = new Uint8Array(readFileSync(`${stage.folder}/genesis.json`));
    const lines: string[] = [];
    // A few dozen signatures are not worth a thread for each core and node.
    const verifier = verifierPool({ workers: 1 });
    try {
      for (const { id, folder } of stage.cluster.places) {
        signal.throwIfAborted();
        const report = await verifyDatabases({ folder, genesisBytes, options: { verifier } });
        checkAudit(id, report, agreed);
        const { entries, signatures, certificates } = report;
        const facts = `${entries} entries, ${signatures} signatures, ${certificates} certificates`;
        lines.push(`node ${id}: good; ${facts}`);
      }
    } finally {
      await verifier.close();
    }
    return lines;
  }
}
