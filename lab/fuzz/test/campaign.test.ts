// Every target withstands some thousand spoiled inputs (E1–E6, C1, C2, A17, A18), and the fuzzer finds what
// it is there to find: a reader with a planted mistake.

import { assert, decodeWith, equalBytes, parseHex, Writer } from "@juno/base";
import { describe, expect, it } from "vitest";
import { campaign, type Target } from "../src/campaign.ts";
import { spoil } from "../src/spoil.ts";
import { allTargets } from "../src/targets.ts";

const RUNS = 3000;
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
