// Who signs for the state of a snapshot that is here: only a node whose outcomes are not in doubt, and that remembers what it
// signed (5.9, S16). After a restart too: what it made while it was in doubt is still in its folder.

import { Hash, LogIndex, NodeId } from "@juno/base";
import { kindOfFrame, type Mode } from "@juno/consensus";
import { encodeManifest, FIRST_EPOCH, firstEpoch } from "@juno/proof";
import { expect, it } from "vitest";
import { context as ledger } from "../test/ledger-fixture.ts";
import { sha256 } from "../test/log-fixture.ts";
import { MemorySnapshotStore } from "./ports/memory/memory-snapshot-store.ts";
import { SnapshotDesk } from "./snapshot-desk.ts";

const electorate = firstEpoch(ledger.genesis).electorate;
const none = Hash(new Uint8Array(32));
const index = LogIndex(48);

/** The kinds of messages that a node sends of a snapshot that it finds at its start, and of one that it makes then. */
async function said(mode: Mode, reason = ""): Promise<unknown[]> {
  const store = new MemorySnapshotStore(sha256);
  const parts = { network: electorate.network, epoch: FIRST_EPOCH, hash: none, term: 1 as never, time: 1 };
  const rest = { peaks: [], stateRoot: none, rows: 0, ids: 0, chunks: [] };
  store.put(encodeManifest({ ...parts, ...rest, index }), []);
  const kinds: unknown[] = [];
  const desk = new SnapshotDesk({
    context: { self: NodeId(1), sha256 } as never,
    retention: undefined,
    ports: {
      ...{ snapshots: store, clock: { monotonicMs: () => 0 } },
      ...{ store: { floor: async () => undefined }, executor: {}, snapshotSource: {}, verifier: {} },
    } as never,
    state: () => ({ mode, reason, applied: { index }, electorate, seat: () => new Uint8Array(64) }) as never,
    send: (_, frame) => kinds.push(kindOfFrame(frame)),
    ...{
      staged: () => undefined,
      notice: () => undefined,
      certified: () => undefined,
      contradicted: () => undefined,
    },
    failed: (cause) => {
      throw cause;
    },
  });
  await desk.open();
  desk.made({ index: LogIndex(96), hash: none });
  return kinds;
}

it("is signed for by a node in good order", async () => {
  expect(await said("normal")).toEqual(["snapshot", "snapshot"]);
});

it.each<Mode>(["readOnly", "observer", "halted"])("is not signed for by a node that is %s", async (mode) => {
  expect(await said(mode)).toEqual([]);
});

it("is not signed for by one that was re-admitted, of what it had applied before: it may have signed another (V17)", async () => {
  expect(await said("normal", "made anew and confirmed")).toEqual(["snapshot"]);
});
