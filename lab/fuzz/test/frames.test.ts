// Frames of every kind, taken from a living cluster, spoiled in ways that keep them frames, and signed
// by the liar that sends them: whoever receives them refuses them or bears them, but never throws, and
// afterwards the cluster commits as before.

import { Prng } from "@juno/base";
import { attachmentBytesMax, encodeFrame, MESSAGE_KINDS } from "@juno/consensus";
import { signedFrame } from "@juno/simulator";
import { describe, expect, it } from "vitest";
import { LIAR, livedCluster } from "../src/lived-cluster.ts";
import { spoiledFrame } from "../src/spoiled-frames.ts";

describe("spoiled frames", () => {
  const { cluster, frames } = livedCluster();
  const liar = cluster.node(LIAR);

  it("come in every kind", () => {
    expect([...frames.keys()].sort()).toEqual([...MESSAGE_KINDS].sort());
  });

  it.each(MESSAGE_KINDS)("are refused or borne: %s", (kind) => {
    const prng = new Prng(MESSAGE_KINDS.indexOf(kind) + 1);
    const refusedBefore = [...cluster.refusals.values()].reduce((a, b) => a + b, 0);
    for (let i = 0; i < 250; i++) {
      const spoiled = spoiledFrame(prng, prng.pick(frames.get(kind)!), liar);
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
      const verdict = cluster.judge(cluster.node(1), liar.id, bytes);
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
