// Every target withstands a thousand spoiled inputs (E1–E6, C1, C2, A17, A18), and the fuzzer finds what
// it is there to find: a reader with a planted mistake.

import { assert, decodeWith, equalBytes, parseHex, Writer } from "@juno/base";
import { describe, expect, it } from "vitest";
import { campaign, type Target } from "../src/campaign.ts";
import { spoil } from "../src/spoil.ts";
import { allTargets } from "../src/targets.ts";

const RUNS = 1000;
const targets = allTargets();

describe("what comes from outside", () => {
  it.each(targets.map((target) => [target.name, target] as const))("is read or refused: %s", (_, target) => {
    const { failure, runs, taken } = campaign(target, { seed: 1, runs: RUNS });
    expect(failure).toBeUndefined();
    expect(runs).toBe(RUNS);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(RUNS);
  });
});

describe("the fuzzer", () => {
  /** A list of numbers whose reader forgets to look for what stands behind it. */
  const careless: Target = {
    name: "careless",
    samples: [new Writer().list([1, 2, 3], (w, item) => w.u32(item)).finish()],
    spoil,
    read: (bytes) => {
      const items = decodeWith(bytes, (r) => {
        const list = r.list(10, (item) => item.u32());
        r.raw(r.remaining);
        return list;
      });
      if (!items.ok) return false;
      const again = new Writer().list(items.value, (w, item) => w.u32(item)).finish();
      assert(equalBytes(again, bytes), "there is one spelling of each value");
      return true;
    },
  };

  it("finds a planted mistake, and shortens what shows it", () => {
    const { failure, runs } = campaign(careless, { seed: 1, runs: RUNS });
    expect(runs).toBeLessThan(RUNS);
    expect(failure?.why).toContain("one spelling");
    const input = parseHex(failure!.input)!;
    expect(() => careless.read(input)).toThrow();
    // No list at all, and one byte behind it.
    expect(failure?.input).toMatch(/^00000000..$/);
  });

  it("finds a reader that believes a length before it has the bytes, and shows the shortest input", () => {
    const kept: Uint8Array[] = [];
    const trusting: Target = {
      ...careless,
      name: "trusting",
      read: (bytes) => {
        if (bytes.length < 4) return false;
        const claimed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
        const copy = new Uint8Array(Math.min(claimed, 64 * 1024 * 1024));
        copy.set(bytes.subarray(4, 4 + copy.length));
        // One at a time, or the host itself is short of memory.
        kept.splice(0, 1, copy);
        return claimed === bytes.length - 4;
      },
    };
    const { failure, runs } = campaign(trusting, { seed: 1, runs: RUNS });
    expect(runs).toBeLessThan(RUNS);
    expect(failure?.why).toMatch(/^\d+ bytes of input took \d+ bytes of memory$/);
    expect(failure?.input).toHaveLength(2 * 4);
  });

  it("finds a reader that works too long on one input", () => {
    let workedMs = 0;
    const slow: Target = {
      ...careless,
      name: "slow",
      read: (bytes) => {
        workedMs += (bytes[0] ?? 0) === 0 ? 1 : 20_000;
        return true;
      },
    };
    const meter = { bytes: () => 0, cpuMs: () => workedMs };
    const { failure, runs } = campaign(slow, { seed: 1, runs: RUNS, meter });
    expect(runs).toBeLessThan(RUNS);
    expect(failure?.why).toMatch(/^\d+ bytes of input took 20000 ms of work$/);
    expect(failure?.input).toHaveLength(2);
  });

  it("says what no longer holds at the end", () => {
    const exhausted: Target = {
      ...careless,
      read: () => false,
      finish: () => {
        throw new Error("out of breath");
      },
    };
    expect(campaign(exhausted, { seed: 1, runs: 3 }).failure).toMatchObject({ run: 3, input: "" });
  });

  it("makes the same inputs of the same seed", () => {
    const seen = (seed: number): string[] => {
      const inputs: string[] = [];
      const read = (bytes: Uint8Array) => inputs.push(String(bytes)) > 0;
      campaign({ ...careless, read }, { seed, runs: 50 });
      return inputs;
    };
    expect(seen(7)).toEqual(seen(7));
    expect(seen(7)).not.toEqual(seen(8));
  });
});
