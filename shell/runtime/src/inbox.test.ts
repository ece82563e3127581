// What the inbox promises when peers misbehave: order within a lane, room for everybody else, bounded
// work a turn, and counts that add up.

import { Epoch, hex, NodeId, ok, type SignatureCheck, signedBytes } from "@juno/base";
import { bulk, encodeFrame, type Message, type MessageKind, signBody, VerifiedCache } from "@juno/consensus";
import { Epochs, electorateOf, keyPolicy } from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { network, sha256 } from "../test/log-fixture.ts";
import { Inbox } from "./inbox.ts";
import { INBOX_LIMITS } from "./lane.ts";

const epoch = Epoch(0);
const keyOf = (id: number) => new Uint8Array(32).fill(id);
const mac = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256(new Uint8Array([...key, ...message]));
  return new Uint8Array([...half, ...half]);
};
const verify = ({ key, message, signature }: SignatureCheck) => hex(mac(key, message)) === hex(signature);
const electorate = electorateOf({
  network,
  epoch,
  voters: [1, 2, 3, 4].map((id) => ({ id: NodeId(id), signKey: keyOf(id) })),
});

const epochs = new Epochs({
  electorate,
  configuration: { epoch, members: [], admin: keyPolicy("00".repeat(32)) },
  keyOf: electorate.keyOf,
  link: undefined,
});

/** A command's first byte is how many signatures it has; 33 at its end marks forged ones. */
const admission = {
  describe: (body: Uint8Array) => {
    const digest = sha256(body);
    const message = signedBytes({ tag: "command", network, body });
    const signature = body.at(-1) === 33 ? new Uint8Array(64) : mac(keyOf(9), message);
    const checks = Array.from({ length: body[0] ?? 0 }, () => ({ key: keyOf(9), message, signature }));
    return ok({
      ...{ id: hex(digest), digest, checks },
      ...{ expires: 0, client: "c", actions: 1, gasLimit: 1 },
    });
  },
  isApplied: () => false,
  mayPend: () => ok(undefined),
};

function frame(from: number, kind: MessageKind, content: { body: Uint8Array; attachment?: Uint8Array }) {
  const { body, attachment = new Uint8Array(0) } = content;
  const sign = (message: Uint8Array) => mac(keyOf(from), message);
  const signature = signBody({ network, sign }, kind, body);
  return encodeFrame({ kind, from: NodeId(from), body, signature, attachment });
}

/** Probes are the smallest frames; their nonces number them. */
function probe(from: number, nonce: number): Uint8Array {
  const body = new Uint8Array(20);
  new DataView(body.buffer).setUint32(8, from);
  new DataView(body.buffer).setUint32(16, nonce);
  return frame(from, "probe", { body });
}

function commands(from: number, bodies: readonly Uint8Array[]): Uint8Array {
  const sender = { epoch, from: NodeId(from), sha256 };
  return frame(
    from,
    "commands",
    bulk(sender, (w) => w.list(bodies, (item, body) => item.bytes(body))),
  );
}

const command = (signatures: number, name: number) => Uint8Array.of(signatures, name >> 8, name & 255, 7);

let inbox: Inbox;
let turns: (() => void)[];
let delivered: { from: number; kind: string; nonce: number }[];
let commandsDelivered: number;
let forged: number;
let pauses: string[];
/** Calls of the verifier that are not answered yet. */
let verifying: { lane: string; checks: readonly SignatureCheck[]; answer: () => void }[];

const note = (message: Message) => {
  const nonce = message.kind === "probe" ? message.body.nonce : -1;
  delivered.push({ from: message.from, kind: message.kind, nonce });
  if (message.kind === "commands") commandsDelivered += message.commands.length;
};

beforeEach(() => {
  [turns, delivered, pauses, verifying] = [[], [], [], []];
  [commandsDelivered, forged] = [0, 0];
  inbox = new Inbox({
    context: { epochs, sha256, admission, payloadBytesMax: 4096 },
    cache: new VerifiedCache(),
    verifier: {
      verify: (checks, lane = "") =>
        new Promise((resolve) => {
          verifying.push({ lane, checks, answer: () => resolve(checks.map(verify)) });
        }),
      close: async () => undefined,
    },
    clock: { afterInputs: (callback) => turns.push(callback) },
    deliver: note,
    refused: () => undefined,
    forged: (count) => {
      forged += count;
    },
    unwanted: (_from, kind) => (kind === "fetch-reply" ? "unasked" : undefined),
    pause: (from, isPaused) => pauses.push(`${isPaused ? "pause" : "resume"} ${from}`),
    failed: (cause) => {
      throw cause;
    },
  });
});

/** Ends the turn, and answers what is at the verifier. */
async function turn(): Promise<void> {
  for (const end of turns.splice(0)) end();
  for (const { answer } of verifying.splice(0)) answer();
  await new Promise((resolve) => setImmediate(resolve));
}

async function settle(): Promise<number> {
  let count = 0;
  for (; turns.length > 0 || verifying.length > 0; count++) await turn();
  return count;
}

const countsOf = (id: number) => {
  const { counts, waiting } = inbox.counts().find(({ from }) => from === id)!;
  const { received, delivered: genuine } = counts;
  return { received, delivered: genuine, waiting, ...Object.fromEntries(counts.refused) };
};

describe("an inbox", () => {
  it("delivers each sender's frames in order, though the verifier answers out of order", async () => {
    inbox.receive(NodeId(2), probe(2, 1));
    for (const end of turns.splice(0)) end();
    inbox.receive(NodeId(2), probe(2, 2));
    inbox.receive(NodeId(3), probe(3, 1));
    for (const end of turns.splice(0)) end();
    const [first, ...rest] = verifying.splice(0);
    for (const { answer } of rest) answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered).toEqual([{ from: 3, kind: "probe", nonce: 1 }]);
    first!.answer();
    await settle();
    expect(delivered.slice(1).map(({ nonce }) => nonce)).toEqual([1, 2]);
  });

  it("lets nobody wait for another's flood", async () => {
    for (let i = 0; i < 5000; i++) inbox.receive(NodeId(4), probe(4, i));
    inbox.receive(NodeId(2), probe(2, 1));
    await turn();
    expect(delivered.filter(({ from }) => from === 2)).toHaveLength(1);
    expect(delivered.length).toBeLessThanOrEqual(INBOX_LIMITS.turnFrames + 1);
    await settle();
    const nonces = delivered.filter(({ from }) => from === 4).map(({ nonce }) => nonce);
    expect(nonces).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it("lets nothing else of a sender wait for the commands it relays", async () => {
    const many = Array.from({ length: 60 }, (_, i) => command(30, i));
    inbox.receive(NodeId(2), commands(2, many));
    inbox.receive(NodeId(2), probe(2, 1));
    for (const end of turns.splice(0)) end();
    expect(verifying.map(({ lane }) => lane)).toEqual(["node 2", "commands of node 2"]);
    verifying.shift()!.answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered).toMatchObject([{ kind: "probe" }]);
    await settle();
    expect(commandsDelivered).toBe(60);
  });

  it("has of one sender a bounded number of signatures at the verifier", () => {
    for (let i = 0; i < 100; i++) inbox.receive(NodeId(4), commands(4, [command(60, i)]));
    for (let i = 0; i < 50; i++) for (const end of turns.splice(0)) end();
    const checks = verifying.reduce((sum, call) => sum + call.checks.length, 0);
    expect(checks).toBeGreaterThanOrEqual(INBOX_LIMITS.checks);
    expect(checks).toBeLessThan(INBOX_LIMITS.checks + 61);
  });

  it("tells a sender to wait, and to go on", async () => {
    const count = INBOX_LIMITS.pauseFrames + INBOX_LIMITS.turnFrames + 1;
    for (let i = 0; i < count; i++) inbox.receive(NodeId(4), probe(4, i));
    expect(pauses).toEqual(["pause 4"]);
    await settle();
    expect(pauses).toEqual(["pause 4", "resume 4"]);
    expect(countsOf(4)).toEqual({ received: count, delivered: count, waiting: 0 });
  });

  it("does not even open what nobody asked for", () => {
    inbox.receive(NodeId(3), frame(3, "fetch-reply", { body: new Uint8Array(44) }));
    expect(countsOf(3)).toEqual({ received: 1, delivered: 0, waiting: 0, unasked: 1 });
  });

  it("counts what becomes of every frame", async () => {
    const broken = probe(3, 1);
    broken[broken.length - 1]! ^= 1;
    const good = [probe(3, 2), commands(3, [command(1, 1), Uint8Array.of(1, 33)])];
    const bad = [
      broken,
      new Uint8Array(0),
      probe(2, 9),
      commands(3, [Uint8Array.of(2, 33)]),
      probe(3, 3).slice(1),
    ];
    for (const bytes of [...good, ...bad]) inbox.receive(NodeId(3), bytes);
    expect(countsOf(3)).toMatchObject({ received: 7, delivered: 0, waiting: 4, malformed: 2 });
    await settle();
    expect(countsOf(3)).toEqual({
      ...{ received: 7, delivered: 2, waiting: 0 },
      ...{ malformed: 2, wrong_sender: 1, bad_signature: 2 },
    });
    expect({ commandsDelivered, forged }).toEqual({ commandsDelivered: 1, forged: 1 });
  });

  it("loses and counts what exceeds every limit", async () => {
    const flood = INBOX_LIMITS.laneFrames + INBOX_LIMITS.turnFrames + 10;
    for (let i = 0; i < flood; i++) inbox.receive(NodeId(4), new Uint8Array(0));
    expect(countsOf(4)).toMatchObject({ received: flood, inbox_full: 10 });
    await settle();
    expect(countsOf(4)).toEqual({
      ...{ received: flood, delivered: 0, waiting: 0 },
      ...{ inbox_full: 10, malformed: flood - 10 },
    });
  });
});
