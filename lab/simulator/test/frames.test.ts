// Frames of every kind, taken from a living cluster, spoiled in ways that keep them frames, and signed
// by the liar that sends them: whoever receives them refuses them or bears them, but never throws, and
// afterwards the cluster commits as before.

import { Prng } from "@juno/base";
import {
  attachmentBytesMax,
  bulk,
  decodeFrame,
  encodeFrame,
  type Frame,
  MESSAGE_KINDS,
  type MessageKind,
} from "@juno/consensus";
import { describe, expect, it } from "vitest";
import { falseEvidence } from "../src/byzantine/false-evidence.ts";
import { signedFrame } from "../src/byzantine/liar.ts";
import { CALM, Cluster } from "../src/cluster.ts";

const LIAR = 4;
const BULK: ReadonlySet<MessageKind> = new Set(["proofs", "commands", "fetch-reply", "evidence"]);

/** A cluster after a life in which every kind of message was sent, and what node 4 said of each kind. */
function livedCluster(): { cluster: Cluster; frames: Map<MessageKind, Frame[]> } {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 2 };
  const frames = new Map<MessageKind, Frame[]>();
  let isCut = false;
  cluster.passes = (from, to, bytes) => {
    if (isCut && (from === 1 || to === 1)) return false;
    const frame = decodeFrame(bytes);
    if (frame.ok && from === LIAR) {
      frames.set(frame.value.kind, [...(frames.get(frame.value.kind) ?? []).slice(-4), frame.value]);
    }
    return true;
  };
  cluster.startAll();
  cluster.run(100);
  // Leaders die until node 4 has led; others miss entries and ask node 4; node 4 asks and reads.
  for (const dead of [2, 3]) {
    cluster.submit(LIAR);
    cluster.node(dead).crash();
    for (let i = 0; i < 5; i++) cluster.submit(1);
    cluster.run(3000);
    cluster.node(dead).start();
    cluster.run(1000);
  }
  expect(cluster.leader?.id).toBe(LIAR);
  isCut = true;
  for (let i = 0; i < 5; i++) cluster.submit(2);
  cluster.run(300);
  isCut = false;
  cluster.run(500);
  cluster.node(LIAR).crash();
  for (let i = 0; i < 5; i++) cluster.submit(1);
  cluster.run(3000);
  cluster.node(LIAR).start();
  cluster.node(LIAR).input({ kind: "read", token: 1 });
  cluster.node(1).input({ kind: "read", token: 2 });
  cluster.run(1500);
  cluster.corrupt(LIAR, falseEvidence);
  cluster.run(2000);
  cluster.passes = () => true;
  return { cluster, frames };
}

const EXTREMES = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];

/** Changes a few bytes, or a number, or a length, or cuts and joins pieces. */
function spoil(prng: Prng, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const spoiled = new Uint8Array(bytes);
  if (bytes.length === 0) return prng.bytes(prng.below(20));
  const at = prng.below(bytes.length);
  const view = new DataView(spoiled.buffer);
  switch (prng.below(6)) {
    case 0:
      spoiled[at]! ^= 1 << prng.below(8);
      return spoiled;
    case 1:
      if (at + 8 <= bytes.length) view.setBigUint64(at, prng.pick(EXTREMES));
      return spoiled;
    case 2:
      if (at + 4 <= bytes.length) view.setUint32(at, prng.pick([0, 1, 2, 3, 255, 65_536, 2 ** 32 - 1]));
      return spoiled;
    case 3:
      return spoiled.slice(0, at);
    case 4:
      return new Uint8Array([...bytes, ...bytes.subarray(at)]);
    default:
      return new Uint8Array([
        ...bytes.subarray(0, at),
        ...bytes.subarray(Math.min(bytes.length, at + 1 + prng.below(40))),
      ]);
  }
}

describe("spoiled frames", () => {
  const { cluster, frames } = livedCluster();
  const liar = cluster.node(LIAR);

  it("come in every kind", () => {
    expect([...frames.keys()].sort()).toEqual([...MESSAGE_KINDS].sort());
  });

  /** Signed anew, so that the change is judged and not the signature. */
  function signed(frame: Frame, part: "body" | "attachment", prng: Prng): Frame {
    const { kind } = frame;
    if (part === "body")
      return signedFrame(liar, { kind, body: spoil(prng, frame.body), attachment: frame.attachment });
    const attachment = spoil(prng, frame.attachment);
    if (!BULK.has(kind)) return signedFrame(liar, { kind, body: frame.body, attachment });
    const { self: from, electorate, sha256 } = liar.context;
    return signedFrame(liar, {
      kind,
      ...bulk({ epoch: electorate.epoch, from, sha256 }, (w) => w.raw(attachment)),
    });
  }

  it.each(MESSAGE_KINDS)("are refused or borne: %s", (kind) => {
    const prng = new Prng(MESSAGE_KINDS.indexOf(kind) + 1);
    const refusedBefore = [...cluster.refusals.values()].reduce((a, b) => a + b, 0);
    for (let i = 0; i < 250; i++) {
      const frame = prng.pick(frames.get(kind)!);
      const spoiled = signed(frame, prng.chance(1, 2) ? "body" : "attachment", prng);
      cluster.post(liar.id, prng.pick(cluster.honest).id, encodeFrame(spoiled));
      if (i % 10 === 0) cluster.run(5);
    }
    cluster.run(50);
    const refused = [...cluster.refusals.values()].reduce((a, b) => a + b, 0) - refusedBefore;
    expect(refused).toBeGreaterThan(20);
  });

  it.each(MESSAGE_KINDS)("are refused with a wrong signature, cut short, or too large: %s", (kind) => {
    const frame = frames.get(kind)!.at(-1)!;
    const codeOf = (bytes: Uint8Array) => {
      const verdict = cluster.judge(liar.id, bytes);
      return verdict.ok ? "accepted" : verdict.error.code;
    };
    const signature = frame.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    // Evidence of one who does not lead is refused for that, before signatures are looked at.
    const code = kind === "evidence" ? codeOf(encodeFrame(frame)) : "bad_signature";
    expect(codeOf(encodeFrame({ ...frame, signature }))).toBe(code);
    expect(codeOf(encodeFrame(frame).slice(0, 40))).toBe("malformed");
    const max = attachmentBytesMax(kind, liar.context.limits.payloadBytesMax);
    const large = signedFrame(liar, { kind, body: frame.body, attachment: new Uint8Array(max + 1) });
    expect(codeOf(encodeFrame(large))).toBe("too_large");
    const foreign = encodeFrame({ ...frame, from: cluster.node(1).id });
    expect(codeOf(foreign)).toBe("wrong_sender");
  });

  it("leave a cluster that commits as before", () => {
    const id = cluster.submit(1, "after-all", "somebody");
    const isDone = () => cluster.honest.every((node) => node.admission.applied.has(id));
    expect(cluster.run(60_000, isDone)).toBe(true);
    expect(cluster.honest.map(({ state }) => state?.mode)).toEqual(["normal", "normal", "normal"]);
  });
});
