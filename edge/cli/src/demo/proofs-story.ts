// The story of the proofs: a receipt is exported and verified without any node, by two programs that share no
// line; old entries are pruned after they were exported; a node that never ran starts from a snapshot; and all
// that is left, nodes and archive, still verifies.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hex } from "@juno/base";
import { sha256 } from "@juno/node/light";
import { commandId, decodeCommand } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import { Acts, type StoryOptions, WAIT_MS } from "./acts.ts";
import type { Agreement } from "./conditions.ts";
import { demand, run } from "./shell.ts";
import { waitUntil } from "./waiting.ts";

const PYTHON_VERIFIER = fileURLToPath(
  new URL("../../../../examples/verify-receipt/verify-receipt.py", import.meta.url),
);
/** A snapshot at every 32nd entry, so that the story need not be long. */
export const PROOFS_SETTING = {
  limits: { checkpointEntries: 8, snapshotCheckpoints: 4 },
  config: { prune: { keepEntries: 16, archive: "archive" } },
};
const ACCOUNTS_MADE = 110;

export async function tellProofs(options: StoryOptions): Promise<void> {
  const { stage, narrator, signal } = options;
  const { cluster, folder } = stage;
  const act = new Acts(options);
  const proofs = new Proofs(options);
  const late = cluster.places.at(-1)!.id;
  const early = cluster.places.filter(({ id }) => id !== late);
  await narrator.step(`all nodes but node ${late} start, and elect a leader`, async () => {
    for (const { id } of early) cluster.start(id);
    const leader = await act.awaitLeader({ running: early.length, after: 0 });
    return [`node ${leader.node} leads term ${leader.term}`];
  });
  await act.types("wjm and stu are opened, and wjm is credited with $100", [
    "CreateAccount wjm",
    "CreateAccount stu",
    "AdjustAccount wjm 100%1",
  ]);
  await narrator.step("$10 from wjm to stu, and its receipt is exported", () => proofs.export());
  await narrator.step("juno verifies the receipt, offline", () => proofs.verify("juno", "good"));
  await narrator.step("so does a verifier in Python, written from the specification", () =>
    proofs.verify("python", "good"),
  );
  await narrator.step("one byte of it is changed: both refuse it", () => proofs.alter());
  await narrator.step(`${ACCOUNTS_MADE} more accounts; voters sign snapshots, nodes prune`, async () => {
    for (let i = 0; i < ACCOUNTS_MADE; i++) {
      signal.throwIfAborted();
      await stage.type(`CreateAccount a${i}`);
    }
    return await proofs.awaitPruning(early.map(({ id }) => id));
  });
  await narrator.step("the receipt of a pruned entry is as good as ever", () =>
    proofs.verify("juno", "good"),
  );
  await narrator.step(`node ${late}, which has never run, starts from a snapshot`, async () => {
    cluster.start(late);
    return await proofs.awaitPruning([late]);
  });
  let agreed: Agreement = { committed: 0, root: "" };
  await narrator.step("all nodes show the same commit index and outcome root", async () => {
    agreed = await act.awaitAgreement();
    return [`index ${agreed.committed}, outcome root ${agreed.root}`];
  });
  await narrator.step("the nodes stop", async () => {
    if (!(await cluster.stop())) throw new Complaint("A node did not stop with exit code 0.");
    return [];
  });
  await narrator.step("everything still verifies: what nodes kept, and what they archived", async () => {
    const shown: string[] = [];
    for (const place of cluster.places) {
      const archive = join(place.folder, "archive");
      for (const what of existsSync(archive) ? [place.folder, archive] : [place.folder]) {
        signal.throwIfAborted();
        const said = await run(["verify", what, "--genesis", `${folder}/genesis.json`]);
        shown.push(...demand(said, 0).map((line) => line.replaceAll(`${folder}/`, "")));
      }
    }
    return shown;
  });
}

class Proofs {
  readonly #options: StoryOptions;
  readonly #receipt: string;

  constructor(options: StoryOptions) {
    this.#options = options;
    this.#receipt = join(options.stage.folder, "receipt.json");
  }

  async export(): Promise<string[]> {
    const { client, folder, type } = this.#options.stage;
    const shown = await type("transfer(wjm->stu, 10%1)");
    const { entries } = await client.entries({ from: 1 });
    const command = decodeCommand(entries.at(-1)!.entry.body);
    if (!command.ok) throw new Complaint("The last entry holds no command.");
    const id = hex(commandId(sha256, command.value.payload));
    const said = await run(["receipt", id, "--network", folder, "--out", this.#receipt]);
    return [...shown, ...demand(said, 0).map((line) => line.replaceAll(`${folder}/`, ""))];
  }

  async verify(by: "juno" | "python", expected: "good" | "refused"): Promise<string[]> {
    const { folder } = this.#options.stage;
    const genesis = `${folder}/genesis.json`;
    const said =
      by === "juno"
        ? await run(["verify-receipt", this.#receipt, "--genesis", genesis])
        : await run([PYTHON_VERIFIER, this.#receipt, genesis], "python3");
    if (said.code === "missing") return ["python3 is not installed here: left out"];
    if (expected === "refused" && said.code === 0) throw new Complaint(`${by} believes an altered receipt.`);
    const lines = expected === "good" ? demand(said, 0) : said.lines;
    return [`${by}: ${lines[0]?.replaceAll(`${folder}/`, "")}`];
  }

  /** Flips one bit of a digit in the middle, has it refused, and puts it back. */
  async alter(): Promise<string[]> {
    const whole = readFileSync(this.#receipt);
    const altered = Uint8Array.from(whole);
    let at = altered.length >> 1;
    while (!/[0-9a-e]/.test(String.fromCharCode(altered[at]!))) at += 1;
    altered[at] = altered[at]! ^ 1;
    writeFileSync(this.#receipt, altered);
    try {
      return [...(await this.verify("juno", "refused")), ...(await this.verify("python", "refused"))];
    } finally {
      writeFileSync(this.#receipt, whole);
    }
  }

  /** Until all of these nodes hold a log that begins above the receipt's entry. */
  async awaitPruning(ids: readonly number[]): Promise<string[]> {
    const { stage, signal } = this.#options;
    return await waitUntil(
      `nodes ${ids.join(", ")} have let go of their first entries`,
      async () => {
        const reports = await stage.look();
        const lines = reports.flatMap((report) => {
          if (!("status" in report) || !ids.includes(report.status.node)) return [];
          const { node, prunedThrough, applied } = report.status;
          return prunedThrough > 0 && applied.index > prunedThrough
            ? [`node ${node} holds entries ${prunedThrough + 1} to ${applied.index}`]
            : [];
        });
        return lines.length === ids.length ? { met: lines } : { lacking: lines.join("; ") || "none has" };
      },
      { timeoutMs: WAIT_MS, signal },
    );
  }
}
