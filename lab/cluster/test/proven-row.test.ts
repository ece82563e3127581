// Rows that a client believes by proof (E43, A12): as of a checkpoint, of any node, with an age that the
// reader chooses; also what is not there is proved.

import { hex } from "@juno/base";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS, callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { openCluster } from "./opened.ts";

const CHECKPOINT = 8;
const row = (key: string) => ({ module: ACCOUNTS, table: "accounts", key });

describe("a proven row", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, limits: { checkpointEntries: CHECKPOINT } });
    cluster.startAll();
    await cluster.leader();
  });

  it("is believed as of the last checkpoint, or refused for its age", async () => {
    const client = cluster.client();
    const signers = cluster.clientSigners;
    const owner = { key: hex(signers[0]!.key) };
    const open = (name: string) => client.submit(callAccounts("create", { name, owner }), { signers });
    await expect(client.provenRow(row("a-1"))).rejects.toMatchObject({ code: "unproved" });
    for (let i = 1; i <= CHECKPOINT + 1; i++) await open(`a-${i}`);
    await cluster.caughtUp(...cluster.ids);
    for (const id of cluster.ids) {
      const one = cluster.client({ nodes: [id] });
      const read = await one.provenRow(row("a-1"));
      expect(read).toMatchObject({ index: CHECKPOINT, value: { funds: "0.00 USD" } });
      // Entry 1 is an election: the last account was opened after the checkpoint.
      expect(await one.provenRow(row(`a-${CHECKPOINT + 1}`))).toMatchObject({ value: undefined });
      await expect(one.provenRow(row("a-1"), { maxAgeMs: 0 })).rejects.toMatchObject({ code: "stale_proof" });
      // The proof may name other voters by now.
      const { index, time, value } = read;
      expect(await one.provenRow(row("a-1"), { maxAgeMs: 600_000 })).toMatchObject({ index, time, value });
    }
  });
});
