// A voter's keys in the wrong hands, against three real nodes: every kind of message damaged in every way,
// proofs that prove nothing, thousands of tampered messages, floods. Each frame is delivered or refused
// under a code, the counts add up, nobody stops, and with the fourth node back all four go on.

import { hex, Prng } from "@juno/base";
import type { Signer } from "@juno/client";
import { encodeFrame, type Frame, MESSAGE_KINDS, type MessageKind } from "@juno/consensus";
import { createKeyPair, sha256, signerFrom } from "@juno/node";
import { encodeCommand, type SignedCommand } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { CommandKit } from "../src/hostile/command-kit.ts";
import { mutate } from "../src/hostile/frame-mutation.ts";
import { Intruder } from "../src/hostile/intruder.ts";
import { increase, Metrics } from "../src/hostile/metrics.ts";
import { type Overheard, overhear } from "../src/hostile/overheard.ts";
import {
  attacksOnKind,
  attacksWithEntries,
  attacksWithProofs,
  type PeerAttack,
} from "../src/hostile/peer-attacks.ts";
import { peerMessages } from "../src/hostile/peer-messages.ts";
import { openCluster } from "./opened.ts";

/** JUNO_HOSTILE_MESSAGES: how many messages are tampered with. */
const MUTANTS = Number(process.env.JUNO_HOSTILE_MESSAGES ?? 1_000);
const HONEST = [1, 2, 3];
/** More than a node keeps of one sender's frames: floods show that it makes the sender wait. */
const KEPT_FRAMES = 2_100;
const KEPT_BYTES = 65 << 20;
const STOLEN = 4;

let cluster: Cluster;
let intruder: Intruder;
let known: Overheard;
let kit: CommandKit;
let ann: Signer;
let messages: Readonly<Record<MessageKind, Frame>>;

const signedCommand = async (signer: Signer): Promise<SignedCommand> => {
  const { payload, signatures } = await kit.command([signer]);
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
  return {
    payload: new TextEncoder().encode(payload),
    signatures: signatures.map(({ key, signature }) => ({ key: bytes(key), signature: bytes(signature) })),
  };
};

async function create(name: string): Promise<void> {
  const action = callAccounts("create", { name, owner: { key: hex(ann.key) } });
  const { status } = await cluster.client().submit([action], { signers: [ann] });
  expect(status).toBe("ok");
}

beforeAll(async () => {
  cluster = await openCluster({ nodes: 4, clients: ["ann"] });
  for (const id of HONEST) cluster.start(id);
  await cluster.leader();
  ann = cluster.clientSigners[0]!;
  for (let i = 0; i < 5; i++) await create(`before${i}`);
  intruder = await Intruder.open(cluster.nodeFolder(STOLEN));
  kit = new CommandKit(intruder.genesis.network);
  known = await overhear(intruder);
  messages = peerMessages(intruder, known, encodeCommand(await signedCommand(ann)));
  return () => intruder.close();
});

const ofIntruder = { peer: String(STOLEN) };

type Counts = {
  /** Frames that the intruder had sent there. */
  readonly sent: number;
  readonly received: number;
  readonly delivered: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly waiting: number;
};

/** What a node has counted of the intruder's frames. */
async function countsAt(id: number): Promise<Counts> {
  const sent = intruder.sent.get(id as never) ?? 0;
  const metrics = await Metrics.of(cluster.url(id));
  return {
    sent,
    received: metrics.sum("peer_frames_received_total", ofIntruder),
    delivered: metrics.sum("peer_frames_delivered_total", ofIntruder),
    refused: metrics.by("code", "peer_frames_refused_total", ofIntruder),
    waiting: metrics.sum("peer_frames_waiting", ofIntruder),
  };
}

/** The last counts of each node with which everything sent there had been judged. */
const settled = new Map<number, Counts>();

/** The counts once everything that was sent there has arrived and been judged. */
async function settledAt(id: number): Promise<Counts> {
  await intruder.flushed();
  const last = settled.get(id);
  if (last !== undefined && last.sent === intruder.sent.get(id as never)) return last;
  const counts = await cluster.until(`node ${id} has judged every frame`, async () => {
    const found = await countsAt(id);
    return found.received === found.sent && found.waiting === 0 ? found : undefined;
  });
  settled.set(id, counts);
  return counts;
}

/** Sends one frame and says what becomes of it once it is read: the code of its refusal, or "delivered". */
async function fate(id: number, bytes: Uint8Array): Promise<string> {
  return await cluster.until("a frame is read", async () => {
    const found = await fateNow(id, bytes);
    // Evidence is read once a second.
    return found === "too_often" ? undefined : found;
  });
}

async function fateNow(id: number, bytes: Uint8Array): Promise<string> {
  const before = await settledAt(id);
  intruder.send(id as never, bytes);
  const after = await settledAt(id);
  if (after.delivered > before.delivered) return "delivered";
  return Object.keys(increase(before.refused, after.refused)).join();
}

async function expectFates(attacks: readonly PeerAttack[]): Promise<void> {
  const found: Record<string, string> = {};
  for (const [i, { name, bytes }] of attacks.entries()) found[name] = await fate(HONEST[i % 3]!, bytes);
  expect(found).toEqual(Object.fromEntries(attacks.map(({ name, code }) => [name, code ?? "delivered"])));
  await expectAtWork();
}

let made = 0;

/** The honest nodes live, are no longer than a term from each other, and commit what clients ask. */
async function expectAtWork(): Promise<void> {
  await create(`during${++made}`);
  await cluster.caughtUp(...HONEST);
  for (const id of HONEST) {
    const status = await cluster.status(id);
    expect(status).toMatchObject({ mode: "normal", ready: true });
  }
}

describe("an intruder with a voter's keys", () => {
  it("is heard when it says what a voter may say", async () => {
    for (const kind of MESSAGE_KINDS) {
      const expected = kind === "fetch-reply" ? "unasked" : "delivered";
      expect([kind, await fate(1, encodeFrame(messages[kind]))]).toEqual([kind, expected]);
    }
    expect(intruder.counts.get("probe-reply")).toBeGreaterThan(0);
    await expectAtWork();
  });

  it.each(MESSAGE_KINDS)("is refused for every damage to a message of kind %s", async (kind) => {
    await expectFates(attacksOnKind(intruder, messages[kind]));
  });

  it("is refused for proofs that prove nothing", async () => {
    await expectFates(attacksWithProofs(intruder, known));
  });

  it("is refused for entries and commands that are wrong inside", async () => {
    const { key, secret } = createKeyPair();
    const stranger = await signedCommand({ key, sign: signerFrom(secret) });
    await expectFates(attacksWithEntries(intruder, known, { good: await signedCommand(ann), stranger }));
    const counters = await Promise.all(HONEST.map(async (id) => (await cluster.status(id))?.counters ?? {}));
    const sum = (name: string) => counters.reduce((total, each) => total + (each[name] ?? 0), 0);
    expect(sum("refused_command_client_unknown")).toBe(1);
    expect(sum("refused_command_bad_signature")).toBe(1);
  });

  it("loses its connection for a frame above the limit, and is let in again", async () => {
    await settledAt(2);
    intruder.send(2 as never, new Uint8Array(16 * 1024 * 1024 + 1));
    intruder.sent.set(2 as never, (await countsAt(2)).received);
    await cluster.until("node 2 has closed the connection", async () => {
      const metrics = await Metrics.of(cluster.url(2));
      return metrics.sum("peer_oversized_frames_total", ofIntruder) === 1 || undefined;
    });
    await intruder.connected();
    await cluster.until("the intruder is heard again", async () => {
      const { received } = await countsAt(2);
      intruder.sent.set(2 as never, received);
      return (await fate(2, encodeFrame(messages.probe))) === "delivered" || undefined;
    });
  });

  it("has its floods dealt with, while others get on with their work", async () => {
    const commands: Uint8Array[] = [];
    for (let i = 0; i < 1500; i++) commands.push(encodeCommand(await signedCommand(ann)));
    const relays = Array.from({ length: 15 }, (_, i) =>
      encodeFrame(
        intruder.bulk("commands", (w) =>
          w.list(commands.slice(i * 100, i * 100 + 100), (item, body) => item.bytes(body)),
        ),
      ),
    );
    const large = (frame: Frame, length: number) =>
      Array(Math.ceil(KEPT_BYTES / length)).fill(noise(frame, length));
    const floods: readonly (readonly [string, readonly Uint8Array[]])[] = [
      ["empty frames", Array(2 * KEPT_FRAMES).fill(new Uint8Array(0))],
      ["fetches", Array(KEPT_FRAMES).fill(encodeFrame(messages.fetch))],
      ["probes", Array(KEPT_FRAMES).fill(encodeFrame(messages.probe))],
      ["acks", Array(KEPT_FRAMES).fill(encodeFrame(messages.ack))],
      ["entries nobody asked for", large(messages["fetch-reply"], 15 << 20)],
      ["noise of two MiB", large(messages.evidence, 2 << 20)],
      ["commands beyond the quota", relays],
    ];
    for (const [i, [name, frames]] of floods.entries()) {
      for (const id of HONEST) for (const frame of frames) intruder.send(id as never, frame);
      await create(`flooded${i}`);
      for (const id of HONEST) await settledAt(id);
      expect([name, intruder.lost]).toEqual([name, 0]);
    }
    await expectAtWork();
  });

  it(`gets no further with ${MUTANTS} tampered messages, and every one is counted`, async () => {
    const prng = new Prng(1);
    const tamperer = { sha256, sign: (kind: string, body: Uint8Array) => intruder.sign(kind, body) };
    for (let i = 0; i < MUTANTS; i++) {
      const kind = prng.pick(MESSAGE_KINDS);
      const heard = prng.chance(1, 2) ? intruder.heard.get(kind) : undefined;
      const frame = heard === undefined ? messages[kind] : { ...prng.pick(heard), from: intruder.id };
      intruder.send(HONEST[i % 3] as never, mutate(prng, frame, tamperer).bytes);
      if (i % 200 === 199) await create(`mutants${i}`);
    }
    for (const id of HONEST) {
      const { received, delivered, refused } = await settledAt(id);
      const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
      expect(received).toBe(delivered + refusals);
    }
    expect(intruder.lost).toBe(0);
    await expectAtWork();
  });

  it("has left nothing behind: no growth, no halt, and the fourth node, which has not signed all this, observes (S15)", async () => {
    await intruder.close();
    for (const id of HONEST) {
      // Heartbeats of the others go on: there is a moment without any.
      const waiting = async () => (await Metrics.of(cluster.url(id))).sum("peer_frames_waiting");
      await expect.poll(waiting).toBe(0);
      const reply = await fetch(`${cluster.url(id)}/api/v1/metrics`);
      const resident = /^process_resident_memory_bytes (\S+)$/m.exec(await reply.text())?.[1];
      expect(Number(resident)).toBeLessThan(1 << 30);
    }
    cluster.start(STOLEN);
    await cluster.caughtUp(...cluster.ids);
    await create("after");
    await cluster.agreed();
    for (const id of HONEST) expect((await cluster.status(id))?.mode).toBe("normal");
    expect((await cluster.status(STOLEN))?.mode).toBe("observer");
  });
});

/** A frame of this kind with a large attachment of no meaning. */
function noise({ kind }: Frame, length: number): Uint8Array {
  const attachment = new Uint8Array(length);
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.of(1, MESSAGE_KINDS.indexOf(kind) + 1, 0, 0, 0, STOLEN, 0, 0, 0, 0),
      attachment,
    ]),
  );
}
