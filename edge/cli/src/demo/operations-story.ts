// The story of the operations: while money goes round, nodes join, change their keys, are lost and replaced, restart and leave,
// and the red button is pressed. In the end every acknowledged transfer stands in the log once, and the whole history verifies.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { Complaint } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { freePorts } from "../network/free-ports.ts";
import { KeyRing } from "../network/key-ring.ts";
import type { NodePlace } from "../network/node-process.ts";
import { Acts, type StoryOptions, WAIT_MS } from "./acts.ts";
import { alterBalance } from "./altered-balance.ts";
import type { Agreement } from "./conditions.ts";
import { checkAcknowledged } from "./kept-promises.ts";
import { dollars, Load } from "./load.ts";
import { Operator } from "./operator.ts";
import { waitUntil } from "./waiting.ts";

const HOST = "127.0.0.1";
const LANES = 4;
/** Of a line of `juno diff`. */
const SHOWN_CHARS = 120;

type Ports = Awaited<ReturnType<typeof freePorts>>[number];
type Joining = { readonly place: NodePlace; readonly ports: Ports };

export async function tellOperations(options: StoryOptions): Promise<void> {
  const { stage, narrator } = options;
  const act = new Acts(options);
  const first = stage.cluster.places.map(({ id }) => id);
  await narrator.step(`${first.length} nodes start and elect a leader`, async () => {
    stage.cluster.startAll();
    const leader = await act.awaitLeader({ running: first.length, after: 0 });
    return [`node ${leader.node} leads term ${leader.term}`];
  });
  const story = await Operations.prepare(options);
  try {
    await story.tell();
  } finally {
    await story.close();
  }
}

/** What a node that has left keeps for people. */
function keptAt(folder: string): string | undefined {
  const name = readdirSync(folder).find((entry) => /^divergence-\d+$/.test(entry));
  return name === undefined ? undefined : join(folder, name);
}

class Operations {
  readonly #options: StoryOptions;
  readonly #act: Acts;
  readonly #operator: Operator;
  readonly #load: Load;
  readonly #client: ReturnType<typeof connect>;
  readonly #joining: readonly [Joining, Joining];
  /** All that ever held a log that is still there. */
  readonly #folders: NodePlace[];

  private constructor(
    options: StoryOptions,
    parts: { load: Load; client: ReturnType<typeof connect>; joining: readonly [Joining, Joining] },
  ) {
    this.#options = options;
    this.#act = new Acts(options);
    this.#operator = new Operator(options);
    this.#load = parts.load;
    this.#client = parts.client;
    this.#joining = parts.joining;
    this.#folders = [...options.stage.cluster.places];
  }

  /** Clients know the addresses of the nodes that will join, as they would know names of hosts. */
  static async prepare(options: StoryOptions): Promise<Operations> {
    const { folder, place, cluster } = options.stage;
    const next = cluster.places.length + 1;
    const joining = (await freePorts(HOST, 2)).map((ports, i) => ({
      ports,
      place: { id: next + i, folder: join(folder, `node-${next + i}`), url: `http://${HOST}:${ports.api}` },
    })) as [Joining, Joining];
    const nodes = [...place.nodes, ...joining.map((one) => one.place)];
    const client = connect({ ...place, nodes });
    const keys = new KeyRing(folder);
    const self = keys.client(undefined);
    const issuers = keys.operators(place.genesis.policies.operator);
    const load = await Load.start({ client, self, issuers, lanes: LANES });
    return new Operations(options, { load, client, joining });
  }

  async tell(): Promise<void> {
    const { cluster } = this.#options.stage;
    const [fifth, sixth] = this.#joining;
    const lost = cluster.places.at(-1)!;
    const leaving = cluster.places[0]!;
    await this.#admit(fifth);
    await this.#step("every node's keys are replaced, one node after another", () => this.#rotateAll());
    await this.#step("every node is restarted, one after another", () => this.#restartAll());
    await this.#step(`the disk of node ${lost.id} is lost; node ${sixth.place.id} takes its place`, () =>
      this.#replace(lost, sixth),
    );
    await this.#pressTheButton();
    await this.#corrupt(sixth.place);
    await this.#step(`node ${leaving.id} is removed`, () => this.#remove(leaving));
    await this.#step(`a second node could not be spared, says the dry run`, () =>
      this.#operator.refusedDryRun("to spare one", "remove-node", "--id", String(fifth.place.id)),
    );
    await this.#end();
  }

  /** A step under load: whatever is done, the lanes go on. */
  async #step(title: string, work: () => Promise<readonly string[]>): Promise<void> {
    await this.#options.narrator.step(title, async () => {
      const { length: before } = this.#load.acknowledged;
      const resent = this.#load.resent;
      const lines = await work();
      this.#load.assertGoing();
      const done = this.#load.acknowledged.length - before;
      return [...lines, `meanwhile ${done} transfers acknowledged, ${this.#load.resent - resent} sent again`];
    });
  }

  async #admit({ place, ports }: Joining): Promise<void> {
    const id = String(place.id);
    await this.#step(`node ${id} is made, and admitted to follow`, async () => {
      const keys = await this.#operator.createNode(place, ports);
      this.#folders.push(place);
      return await this.#operator.administer("one more", "add-node", "--keys", keys);
    });
    await this.#step(`node ${id} has caught up and is promoted to vote`, async () => {
      const lines = await this.#operator.administer("it has caught up", "promote", "--id", id);
      await this.#caughtUp();
      return lines;
    });
  }

  async #rotateAll(): Promise<string[]> {
    const before = await this.#epoch();
    for (const place of this.#options.stage.cluster.places) {
      await this.#operator.rotateKeys(place);
      await this.#caughtUp();
    }
    return [`epochs ${before + 1} to ${await this.#epoch()}: each names one node's keys anew`];
  }

  async #restartAll(): Promise<string[]> {
    const { cluster } = this.#options.stage;
    for (const { id, folder } of cluster.places) {
      await this.#operator.juno(["node", "drain", "--folder", folder]);
      await cluster.end(id);
      cluster.start(id);
      await this.#caughtUp();
    }
    return ["each was drained, stopped with exit code 0, and waited for until it had caught up"];
  }

  async #replace(lost: NodePlace, { place, ports }: Joining): Promise<string[]> {
    const { cluster } = this.#options.stage;
    await this.#operator.loseDisk(lost);
    this.#folders.splice(this.#folders.indexOf(lost), 1);
    const keys = await this.#operator.createNode(place, ports);
    this.#folders.push(place);
    const replace = ["replace-node", "--id", String(lost.id), "--with-keys", keys];
    const lines = await this.#operator.administer("a disk is lost", ...replace);
    cluster.remove(lost.id);
    await this.#caughtUp();
    return lines;
  }

  async #pressTheButton(): Promise<void> {
    await this.#step("the red button is pressed: writes are refused, reads go on", async () => {
      const lines = await this.#operator.press("halt", "a key may be stolen");
      await waitUntil(
        "a transfer is refused",
        async () => (this.#load.refused > 0 ? { met: true } : { lacking: "none was" }),
        { timeoutMs: WAIT_MS, signal: this.#options.signal },
      );
      const { id } = this.#options.stage.cluster.places[0]!;
      const funds = await this.#options.stage.balanceAt(id, "till-0");
      return [...lines, `node ${id} still tells what till-0 holds: ${funds}`];
    });
    await this.#step("it is released", async () => {
      const before = this.#load.acknowledged.length;
      const lines = await this.#operator.press("resume", "it was not");
      await waitUntil(
        "money goes round again",
        async () => (this.#load.acknowledged.length > before ? { met: true } : { lacking: "it does not" }),
        { timeoutMs: WAIT_MS, signal: this.#options.signal },
      );
      return [...lines, `${this.#load.refused} transfers were refused meanwhile`];
    });
  }

  /** A row of the node's state is altered behind its back. */
  async #corrupt(place: NodePlace): Promise<void> {
    const { id, folder } = place;
    const { cluster } = this.#options.stage;
    await this.#step(`a balance in node ${id}'s state is altered: it finds out, and leaves`, async () => {
      await cluster.end(id);
      alterBalance(folder, "till-0");
      cluster.start(id);
      return await this.#untilLeft(place);
    });
    await this.#step("juno diff tells where it parts from another", async () => {
      await cluster.end(id);
      const told = await this.#operator.juno(["diff", keptAt(folder)!, cluster.places[0]!.folder], 1);
      return told.map((line) => (line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line));
    });
    await this.#step(`its state is made anew, others' signatures confirm it, and it is back`, async () => {
      const lines = await this.#operator.juno(["node", "resync", folder]);
      cluster.start(id);
      await this.#caughtUp();
      return lines.slice(0, 1);
    });
  }

  /** Why it has left, once it has kept what explains it. */
  async #untilLeft({ id, folder }: NodePlace): Promise<string[]> {
    const { stage, signal } = this.#options;
    return await waitUntil(
      `node ${id} has left, and kept what explains it`,
      async () => {
        const reports = await stage.look();
        const status = reports.flatMap((report) => ("status" in report ? [report.status] : []));
        const own = status.find(({ node }) => node === id);
        const kept = keptAt(folder);
        if (own?.modeReason === undefined || kept === undefined)
          return { lacking: own === undefined ? "it does not answer" : `it is ${own.state}` };
        return { met: [own.modeReason, `what explains it is in ${relative(stage.folder, kept)}`] };
      },
      { timeoutMs: WAIT_MS, signal },
    );
  }

  async #remove({ id }: NodePlace): Promise<string[]> {
    const { cluster } = this.#options.stage;
    const lines = await this.#operator.administer("it is retired", "remove-node", "--id", String(id));
    await cluster.end(id);
    cluster.remove(id);
    await this.#caughtUp();
    return lines;
  }

  /** The newest epoch, as the nodes that run know it. */
  async #epoch(): Promise<number> {
    const reports = await this.#options.stage.look();
    return Math.max(...reports.map((report) => ("status" in report ? report.status.epoch : 0)));
  }

  /** Every node of the network is in the newest epoch, ready, and has applied what any had committed at the call. */
  async #caughtUp(): Promise<void> {
    const { stage, signal } = this.#options;
    const statuses = async () =>
      (await stage.look()).flatMap((report) => ("status" in report ? [report.status] : []));
    const now = await statuses();
    const goal = Math.max(...now.map(({ committed }) => committed));
    const epoch = Math.max(...now.map((status) => status.epoch));
    await waitUntil(
      `all nodes are in epoch ${epoch} and have applied entry ${goal}`,
      async () => {
        this.#load.assertGoing();
        const there = (await statuses()).filter(
          ({ applied, ready, ...status }) => ready && applied.index >= goal && status.epoch >= epoch,
        );
        const { length: all } = stage.cluster.places;
        return there.length === all
          ? { met: true }
          : { lacking: `nodes ${there.map(({ node }) => node).join(", ")} have` };
      },
      { timeoutMs: WAIT_MS, signal },
    );
  }

  async #end(): Promise<void> {
    const { stage, narrator } = this.#options;
    const load = this.#load;
    let agreed: Agreement = { committed: 0, root: "" };
    await narrator.step("the load ends; all nodes show one commit index and outcome root", async () => {
      await load.stop();
      agreed = await this.#act.awaitAgreement();
      const sums = `${load.acknowledged.length} commands acknowledged, none failed, ${load.resent} sent again, ${load.refused} refused`;
      return [sums, `index ${agreed.committed}, outcome root ${agreed.root}`];
    });
    await narrator.step("every acknowledged command stands in the log once", async () => [
      await checkAcknowledged(this.#client, load.acknowledged),
    ]);
    await narrator.step("each node's balances are what was acknowledged", () => this.#checkBalances());
    await narrator.step("the nodes stop", async () => {
      if (!(await stage.cluster.stop())) throw new Complaint("A node did not stop with exit code 0.");
      return [];
    });
    await narrator.step("the history of each node verifies, across all epochs", () => this.#verifyAll());
  }

  async #checkBalances(): Promise<string[]> {
    const { stage } = this.#options;
    for (const { id } of stage.cluster.places) {
      for (const [name, minor] of this.#load.balances) {
        const funds = await stage.balanceAt(id, name);
        if (funds !== dollars(minor))
          throw new Complaint(`Node ${id} says that ${name} has ${funds}, not ${dollars(minor)}.`);
      }
    }
    return [[...this.#load.balances].map(([name, minor]) => `${name} ${dollars(minor)}`).join(", ")];
  }

  /** Also that of the node that was removed, as far as it was there. */
  async #verifyAll(): Promise<string[]> {
    const { folder } = this.#options.stage;
    const shown: string[] = [];
    for (const [at, place] of this.#folders.entries()) {
      this.#options.signal.throwIfAborted();
      const lines = await this.#operator.juno([
        "verify",
        place.folder,
        "--genesis",
        join(folder, "genesis.json"),
      ]);
      // Who voted when is the same for all of them.
      shown.push(...(at === this.#folders.length - 1 ? lines : lines.slice(0, 1)));
    }
    return shown;
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#load.stop().catch(() => undefined);
  }
}
