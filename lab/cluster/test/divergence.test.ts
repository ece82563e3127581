// A node whose state was altered on its disk (V15, V16, V17), on four real nodes: it leaves, stays away whatever happens to its
// process, leaves behind what explains it, and comes back when its state was made anew and the others' words confirm it.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { API_PREFIX, type StatusJson } from "@juno/api";
import { hex } from "@juno/base";
import { beforeAll, describe, expect, it } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { juno } from "./juno.ts";
import { openCluster } from "./opened.ts";

const ALTERED = 4;
const SOUND = [1, 2, 3];

describe("a node whose state was altered on its disk", () => {
  let cluster: Cluster;
  let left: StatusJson;

  const folder = () => cluster.nodeFolder(ALTERED);
  const codes = () =>
    cluster
      .process(ALTERED)
      .lines()
      .map(({ code }) => code);
  const submit = (action: string, args: Parameters<typeof callAccounts>[1]) =>
    cluster.client({ nodes: SOUND }).submit(callAccounts(action, args), { signers: cluster.clientSigners });
  const pay = (amount: string) => submit("transfer", { from: "wjm", via: [], to: "stu", amount });
  const until = (mode: StatusJson["mode"]): Promise<StatusJson> =>
    cluster.until(`node ${ALTERED} is in mode ${mode}`, async () => {
      const status = await cluster.status(ALTERED);
      return status?.mode === mode ? status : undefined;
    });

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4 });
    cluster.startAll();
    await cluster.leader();
    const owner = { key: hex(cluster.clientSigners[0]!.key) };
    for (const name of ["wjm", "stu"]) await submit("create", { name, owner });
    await cluster.agreed(...cluster.ids);
    await cluster.terminate(ALTERED);
    const db = new DatabaseSync(join(folder(), "state.db"));
    db.exec(
      "UPDATE rows SET value = CAST(replace(CAST(value AS TEXT), '0.00 USD', '5.00 USD') AS BLOB) WHERE key = CAST('wjm' AS BLOB)",
    );
    db.close();
  });

  it("leaves as soon as a command reads it, and says in whose words", async () => {
    cluster.start(ALTERED);
    await cluster.until("it takes part", async () => (await cluster.status(ALTERED))?.ready || undefined);
    // To the others he has nothing; to this node he could pay.
    await pay("1.00 USD");
    left = await until("readOnly");
    expect(left).toMatchObject({ state: "read-only", ready: false });
    expect(left.modeReason).toMatch(/f\+1 voters report another outcome at index \d+: voters \d, \d/);
    expect(left.notReadyBecause.join()).toContain(left.modeReason);
    await cluster.until(
      "what explains it is kept",
      async () => codes().includes("divergence_kept") || undefined,
    );
    expect(codes()).toEqual(expect.arrayContaining(["diverged", "left"]));
    for (const path of ["/entries", "/tables/demo.accounts/accounts", "/stream"]) {
      const reply = await fetch(`${cluster.url(ALTERED)}${API_PREFIX}${path}`);
      expect([reply.status, await reply.json()]).toMatchObject([503, { code: "read_only", retryable: true }]);
    }
  });

  it("leaves behind what explains it, and stays away after a kill", async () => {
    const index = Number(/at index (\d+)/.exec(left.modeReason!)?.[1]);
    const place = join(folder(), `divergence-${index}`);
    expect(readFileSync(join(place, "README.txt"), "utf8")).toContain("juno node resync");
    await cluster.kill(ALTERED);
    cluster.start(ALTERED);
    const status = await until("readOnly");
    expect(status.modeReason).toBe(left.modeReason);
    // It goes on ordering, and applies on its own.
    await pay("2.00 USD");
    await cluster.until("it follows", async () => {
      const { committed = 0 } = (await cluster.status(ALTERED)) ?? {};
      return committed > index || undefined;
    });
    await cluster.terminate(ALTERED);
    const { code, json } = await juno("diff", place, cluster.nodeFolder(1));
    expect(code).toBe(1);
    expect(json).toMatchObject({
      verdict: "part",
      outcomes: { parts: { index } },
      rows: { named: [{ key: "stu" }, { key: "wjm" }] },
    });
  });

  it("is re-admitted when its state was made anew, and attests again, with no false word more", async () => {
    const { code, json, stderr } = await juno("node", "resync", folder());
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(json).toMatchObject({ isReadmitted: true, judgement: { kind: "confirmed" } });
    expect(existsSync(join(String(json.before), "state.db"))).toBe(true);
    expect((await juno("diff", folder(), cluster.nodeFolder(1))).code).toBe(0);
    expect((await juno("node", "resync", folder())).code).toBeGreaterThan(1);
    cluster.start(ALTERED);
    await cluster.until(
      "it takes part again",
      async () => (await cluster.status(ALTERED))?.ready || undefined,
    );
    await pay("3.00 USD");
    await cluster.agreed(...cluster.ids);
    const heard = await cluster.until("another has heard what it applied", async () => {
      const peer = (await cluster.status(1))?.peers.find(({ node }) => node === ALTERED);
      return (peer?.applied ?? 0) > 0 ? peer : undefined;
    });
    expect(heard.connected).toBe(true);
    for (const id of SOUND) expect((await cluster.status(id))!.evidence).toEqual([]);
  });
});
