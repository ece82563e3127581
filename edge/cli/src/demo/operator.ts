// What operators and administrators do to a network while it runs, by the commands that they would type.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodePlace } from "../network/node-process.ts";
import { type StoryOptions, WAIT_MS } from "./acts.ts";
import { demand, run, type Said } from "./shell.ts";
import { waitUntil } from "./waiting.ts";

const HOST = "127.0.0.1";

export class Operator {
  readonly #options: StoryOptions;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  #path(...parts: readonly string[]): string {
    return join(this.#options.stage.folder, ...parts);
  }

  #keys(place: string, names: readonly string[]): string[] {
    return names.flatMap((name) => ["--key", this.#path(place, `${name}.json`)]);
  }

  get #network(): string[] {
    return ["--network", this.#options.stage.folder];
  }

  /** `juno admin …`, signed by two of three administrators, as soon as a quorum is ready for what it asks. */
  async administer(reason: string, ...args: readonly string[]): Promise<string[]> {
    const { signal } = this.#options;
    const command = ["admin", ...args, "--reason", reason, ...this.#network];
    await waitUntil(
      `the ledger would take \`juno admin ${args.join(" ")}\``,
      async () => {
        const said = await run([...command, "--dry-run"]);
        return said.code === 0 ? { met: said } : { lacking: said.lines.join(" ") };
      },
      { timeoutMs: WAIT_MS, signal },
    );
    const said = await run([...command, ...this.#keys("admins", ["admin-1", "admin-2"])]);
    return this.#shown(said, 0).slice(-1);
  }

  /** A dry run that must end with exit code 1: why the ledger would refuse it. */
  async refusedDryRun(reason: string, ...args: readonly string[]): Promise<string[]> {
    const said = await run(["admin", ...args, "--reason", reason, "--dry-run", ...this.#network]);
    return this.#shown(said, 1).slice(-1);
  }

  /** `juno admin halt` or `resume`, signed by two of three operators. */
  async press(button: "halt" | "resume", reason: string): Promise<string[]> {
    const keys = this.#keys("operators", ["risk", "cfo"]);
    const said = await run(["admin", button, "--reason", reason, ...keys, ...this.#network]);
    return this.#shown(said, 0).slice(-1);
  }

  /** Another `juno` command that must end with this exit code. */
  async juno(args: readonly string[], expected = 0): Promise<string[]> {
    return this.#shown(await run(args), expected);
  }

  /** Makes a node's folder beside the others and starts the node; the file with the public part of its keys. */
  async createNode(
    place: NodePlace,
    ports: { readonly peer: number; readonly api: number },
  ): Promise<string> {
    const { cluster } = this.#options.stage;
    const said = await run([
      ...["node", "create", "--folder", place.folder, "--genesis", this.#path("genesis.json")],
      ...["--id", String(place.id), "--listen", `${HOST}:${ports.peer}`, "--api", `${HOST}:${ports.api}`],
    ]);
    const file = await this.#keep(`node-${place.id}.keys.json`, said);
    cluster.add(place);
    cluster.start(place.id);
    return file;
  }

  /** Gives a running node other keys, and has them take the place of its own. */
  async rotateKeys({ id, folder }: NodePlace): Promise<void> {
    const said = await run(["node", "new-keys", "--folder", folder]);
    const keys = await this.#keep(`node-${id}.next.keys.json`, said);
    await this.administer(`node ${id} has new keys`, "rotate-keys", "--keys", keys);
  }

  /** Stops a node for good and removes all that it had. */
  async loseDisk({ id, folder }: NodePlace): Promise<void> {
    await this.#options.stage.cluster.kill(id);
    await rm(folder, { recursive: true });
  }

  async #keep(name: string, said: Said): Promise<string> {
    const path = this.#path(name);
    demand(said, 0);
    await writeFile(path, said.stdout);
    return path;
  }

  #shown(said: Said, expected: number): string[] {
    const { folder } = this.#options.stage;
    return demand(said, expected).map((line) => line.replaceAll(`${folder}/`, ""));
  }
}
