// Re-admission (V17) on the files of real voters: what confirms a state that was made anew, what refutes it, and what is no
// word at all; and that whoever is not confirmed stays away, with its log as it was.

import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex, LogIndex, NodeId, signedBytes } from "@juno/base";
import { encodeAck, FIRST_EPOCH, type SignedStatement } from "@juno/proof";
import type { Departure } from "@juno/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyDatabases } from "../../src/audit/verify-databases.ts";
import { sha256, signerFrom } from "../../src/crypto/sodium.ts";
import { evidenceText } from "../../src/divergence/evidence-file.ts";
import { resyncNode } from "../../src/resync/resync-node.ts";
import { stateFile } from "../../src/store/folder.ts";
import { create, signedCommand } from "../audit/sample-commands.ts";
import { SampleNetwork } from "../audit/sample-network.ts";
import { appliedIn, entriesOf, inState, memoryOf, remembering } from "../audit/tampering.ts";
import { freshFolder, removeFolders } from "../store/folder.ts";

const RUNNING = [1, 2, 3].map(NodeId);
const NODE = NodeId(3);

let network: SampleNetwork;
let last: number;
/** A copy of the node's folder in a network's folder of its own. */
let folder: string;

beforeAll(async () => {
  network = await SampleNetwork.create(join(freshFolder(), "net"));
  await Promise.all(RUNNING.map((id) => network.start(id)));
  await network.leader();
  const [signer] = network.clients;
  for (let nonce = 1; nonce <= 12; nonce++) {
    const actions = [create(`a-${nonce}`, signer!)];
    await network.submit([signedCommand({ genesis: network.genesis, signers: [signer!], actions, nonce })]);
  }
  last = await network.settled();
  await network.stop(network.running);
});
afterAll(removeFolders);

beforeEach(() => {
  const place = freshFolder();
  for (const name of ["genesis.json", `node-${NODE}`]) {
    cpSync(join(network.folder, name), join(place, name), { recursive: true });
  }
  folder = join(place, `node-${NODE}`);
});

/** As it is after it has left at an entry. */
const leave = (index: number, mode: "readOnly" | "halted" = "readOnly") =>
  remembering(() => ({ mode, reason: reasonOf(index) }))(folder);
const reasonOf = (index: number) => `f+1 voters report another outcome at index ${index}`;

/** The word of a voter for an outcome root that nobody computed. */
function falseWord(id: number, index: number, signer = id): SignedStatement {
  const { genesis } = network;
  const none = sha256(new Uint8Array(1));
  const point = { index: LogIndex(index), hash: none };
  const from = NodeId(id);
  const said = { epoch: FIRST_EPOCH, from, term: 1 as never, stored: point, certified: point };
  const body = encodeAck({ ...said, applied: { index: LogIndex(index), root: none } });
  const sign = signerFrom(network.secretOf(NodeId(signer)));
  return { voter: from, body, signature: sign(signedBytes({ tag: "ack", network: genesis.network, body })) };
}

/** What the node has kept of what others said when it left. */
function keep(index: number, words: readonly SignedStatement[]): void {
  const place = join(folder, `divergence-${index}`);
  mkdirSync(place);
  const [own, theirs] = [1, 2].map((fill) => sha256(new Uint8Array(fill)));
  const found = { of: "outcome", index: LogIndex(index), own: own!, theirs, words } as const;
  const departure: Departure = {
    ...{ mode: "readOnly" as const, reason: reasonOf(index), index: LogIndex(index), found },
  };
  const { network: id } = network.genesis;
  writeFileSync(join(place, "evidence.json"), evidenceText(departure, { network: id, node: NODE }));
}

describe("a node that has left", () => {
  it("is re-admitted with a state that others' words in its log confirm; nothing it promised is touched", async () => {
    inState("UPDATE rows SET value = CAST('{}' AS BLOB) WHERE key = CAST('a-3' AS BLOB)")(folder);
    leave(5);
    const before = { memory: memoryOf(folder), entries: entriesOf(folder) };
    const report = await resyncNode({ folder });
    expect(report).toMatchObject({ node: NODE, at: 5, applied: last, judgement: { kind: "confirmed" } });
    const { judgement } = report;
    expect(judgement.kind === "confirmed" && judgement.index).toBeGreaterThanOrEqual(5);
    expect(judgement.kind === "confirmed" && judgement.voters).not.toContain(NODE);
    const { mode, reason, ...rest } = memoryOf(folder);
    expect([mode, reason]).toEqual(["normal", expect.stringContaining("confirmed")]);
    expect({ ...rest, entries: entriesOf(folder) }).toEqual({
      ...before.memory,
      entries: before.entries,
      ...{ mode: undefined, reason: undefined },
    });
    expect(appliedIn(join(folder, "divergence-5", "before-resync"))).toBe(last);
    // V16: whatever makes it leave again, at the same entry too, is kept apart.
    leave(5);
    expect((await resyncNode({ folder })).before).toBe(join(folder, "divergence-5-2", "before-resync"));
    const { genesisBytes } = network;
    expect(await verifyDatabases({ folder, genesisBytes })).toMatchObject({ ok: true });
  });

  it("stays away while nothing that others signed reaches where it left, and can be made anew again", async () => {
    leave(last + 50);
    const first = await resyncNode({ folder });
    expect(first).toMatchObject({ judgement: { kind: "unheard" } });
    expect(memoryOf(folder)).toMatchObject({ mode: "readOnly", reason: reasonOf(last + 50) });
    const kept = readFileSync(stateFile(first.before));
    inState("DELETE FROM outcomes")(folder);
    expect(await resyncNode({ folder })).toMatchObject({ applied: last, judgement: { kind: "unheard" } });
    // What an attempt leaves that was interrupted is not what the node had.
    expect(readFileSync(stateFile(first.before)).equals(kept)).toBe(true);
  });

  it("stays away if f+1 have signed another outcome than comes out again: then it is no accident", async () => {
    leave(5);
    keep(5, [falseWord(1, 5), falseWord(2, 5)]);
    expect(await resyncNode({ folder })).toMatchObject({
      judgement: { kind: "refuted", index: 5, voters: [1, 2] },
      isRepeated: true,
    });
    expect(memoryOf(folder).mode).toBe("readOnly");
  });

  it("is told that its machine is at fault if something else comes out than before", async () => {
    leave(last);
    keep(last, [falseWord(1, last), falseWord(2, last)]);
    inState(`UPDATE outcomes SET receipt_hash = zeroblob(32) WHERE idx = ${last}`)(folder);
    expect(await resyncNode({ folder })).toMatchObject({ judgement: { kind: "refuted" }, isRepeated: false });
  });

  it("believes no single voter, no forged word, and not itself", async () => {
    leave(5);
    keep(5, [falseWord(1, 5), falseWord(2, 5, 1), falseWord(NODE, 5)]);
    expect(await resyncNode({ folder })).toMatchObject({ judgement: { kind: "confirmed" } });
  });
});

describe("what is not resynced", () => {
  it("is a node that has halted, or has not left, and nothing of it is touched", async () => {
    await expect(resyncNode({ folder })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("has not left"),
    });
    leave(5, "halted");
    await expect(resyncNode({ folder })).rejects.toThrow("juno diff");
    expect(memoryOf(folder).mode).toBe("halted");
    expect(existsSync(stateFile(folder))).toBe(true);
    expect(hex(memoryOf(folder).network)).toBe(hex(network.genesis.network));
  });
});
