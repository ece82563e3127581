// A node whose signer comes and goes: it is stopped within the step, opened again once the signer is back, and closed whenever it is told to.

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { OpenOptions, RunningNode, RunOptions } from "./run-options.ts";
import { runWithSigner } from "./run-with-signer.ts";

let events: string[];
let failures: Error[];
let up: PromiseWithResolvers<void>;
/** What happens while the node is opened. */
let whileOpening: (options: OpenOptions) => void;

const signer = {
  socket: "/run/signer",
  onLost: (_: string): void => undefined,
  up: () => up.promise,
  close: async () => {
    events.push("signer closed");
  },
};

const node = (): RunningNode =>
  ({
    id: 1,
    config: {},
    apiPort: 7101,
    status: () => ({ mode: "normal" }),
    close: async () => {
      events.push("closed");
    },
  }) as object as RunningNode;

const open = async (options: OpenOptions): Promise<RunningNode> => {
  events.push("opened");
  whileOpening(options);
  options.stoppable?.(() => events.push("stopped"));
  return node();
};

const options: RunOptions = {
  ...{ configPath: "", version: "0" },
  note: ({ code }) => events.push(code),
  failed: (cause) => failures.push(cause),
};
const run = () => runWithSigner(options, { signer, open });
const last = (event: string) => vi.waitFor(() => expect(events.at(-1)).toBe(event), { timeout: 5_000 });

beforeEach(() => {
  [events, failures] = [[], []];
  up = Promise.withResolvers();
  whileOpening = () => undefined;
});

describe("a node with a signer", () => {
  it("stops at once when it is lost, and is opened again when it is back", async () => {
    const running = await run();
    signer.onLost("gone");
    expect(events).toEqual(["opened", "signer_lost", "stopped"]);
    signer.onLost("gone");
    await last("closed");
    up.resolve();
    await last("signer_back");
    expect(events.slice(-3)).toEqual(["closed", "opened", "signer_back"]);
    expect(events.filter((event) => event === "signer_lost")).toHaveLength(1);
    await running.close();
    expect(events.slice(-2)).toEqual(["closed", "signer closed"]);
    expect(failures).toEqual([]);
  });

  it("is opened once more if it is lost while it is opened", async () => {
    const running = await run();
    let tries = 0;
    whileOpening = (opening) => {
      tries += 1;
      if (tries > 1) return;
      try {
        signer.onLost("gone again");
      } catch (cause) {
        // Within a step the replica says so of itself.
        opening.failed(cause as Error);
        throw cause;
      }
    };
    up.resolve();
    signer.onLost("gone");
    await last("signer_back");
    expect(events.filter((event) => event === "opened")).toHaveLength(3);
    expect(failures).toEqual([]);
    await running.close();
  });

  it("is closed while it waits", async () => {
    const running = await run();
    signer.onLost("gone");
    await last("closed");
    await running.close();
    expect(events.at(-1)).toBe("signer closed");
    expect(events.filter((event) => event === "opened")).toHaveLength(1);
  });

  it("that was never open ends with the reason", async () => {
    whileOpening = () => signer.onLost("gone");
    await expect(run()).rejects.toThrow("the signer at /run/signer is lost: gone");
    whileOpening = () => {
      throw new Error("the disk is full");
    };
    await expect(run()).rejects.toThrow("the disk is full");
  });

  it("says what else fails", async () => {
    let failed: (cause: Error) => void = () => undefined;
    whileOpening = (opening) => {
      failed = opening.failed;
    };
    const running = await run();
    failed(new Error("the disk is full"));
    expect(failures.map(({ message }) => message)).toEqual(["the disk is full"]);
    await running.close();
  });
});
