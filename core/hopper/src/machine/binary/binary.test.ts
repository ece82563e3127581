import { decodeWith, Hash, hex, utf8, Writer } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shapeWithTwoValues } from "../../../test/machine/random-values.ts";
import { equalValues } from "../compare.ts";
import { PersistentList } from "../persistent-list.ts";
import { Closure, Construct, UNIT, type Value } from "../value.ts";
import { GraphReader } from "./graph-reader.ts";
import { GraphWriter } from "./graph-writer.ts";
import { decodeValue, encodeValue, hashValue } from "./value-codec.ts";

const nested = (depth: number): Value => {
  let value: Value = 1;
  for (let i = 0; i < depth; i++)
    value = i % 2 === 0 ? new Construct(0, [value]) : PersistentList.of([value]);
  return value;
};

const graphOf = (...values: Value[]): Uint8Array => {
  const writer = new Writer();
  const graph = new GraphWriter(writer);
  for (const value of values) graph.write(value);
  return writer.finish();
};

const fromGraph = (bytes: Uint8Array, count = 1) =>
  decodeWith(bytes, (reader) => {
    const graph = new GraphReader(reader);
    return Array.from({ length: count }, () => graph.read());
  });

describe("a value in binary", () => {
  it("comes back, as a tree and as a graph", () => {
    fc.assert(
      fc.property(shapeWithTwoValues, ({ a, b }) => {
        const tree = decodeValue(encodeValue(a));
        expect(tree.ok && equalValues(tree.value, a)).toBe(true);
        const closure = new Closure(7, [a, PersistentList.of([b, new Closure(0, [])])]);
        const bytes = graphOf(closure, b, closure);
        const graph = fromGraph(bytes, 3);
        if (!graph.ok) return expect(graph.error).toBeUndefined();
        const [first, second, third] = graph.value as [Closure, Value, Value];
        expect(first.fn).toBe(7);
        expect(equalValues(first.captures[0]!, a) && equalValues(second, b)).toBe(true);
        expect(third).toBe(first);
        expect(graphOf(...graph.value)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("has one tree each, none the beginning of another", () => {
    fc.assert(
      fc.property(shapeWithTwoValues, ({ a, b }) => {
        const [x, y] = [hex(encodeValue(a)), hex(encodeValue(b))];
        expect(x === y).toBe(equalValues(a, b));
        expect(x.startsWith(y)).toBe(x === y);
      }),
      { numRuns: 300 },
    );
  });

  it("has the bytes that are written down", () => {
    const value = new Construct(1, [
      258,
      -1,
      0,
      true,
      "ä",
      Uint8Array.of(9),
      PersistentList.of<Value>([false]),
      UNIT,
    ]);
    expect(hex(encodeValue(value))).toBe(
      [
        "060000000100000008",
        "00000000020102",
        "010000000101",
        "0000000000",
        "03",
        "0400000002c3a4",
        "050000000109",
        "070000000102",
        "060000000000000000",
      ].join(""),
    );
  });

  it("has no tree if there is a function in it", () => {
    expect(() => encodeValue(new Construct(0, [1, new Closure(3, [])]))).toThrow();
    expect(decodeValue(Uint8Array.from([8, 0, 0, 0, 3, 0, 0, 0, 0])).ok).toBe(false);
  });

  it("is hashed with its own tag", () => {
    const seen: Uint8Array[] = [];
    hashValue((bytes) => {
      seen.push(bytes);
      return Hash(new Uint8Array(32));
    }, true);
    expect(seen).toEqual([Uint8Array.from([...utf8("juno/v1/value\0"), 3])]);
  });

  it("is paid for to the byte, and ends where nobody pays any more", () => {
    fc.assert(
      fc.property(shapeWithTwoValues, ({ a }) => {
        let bytes = 0;
        const encoded = encodeValue(a, (more) => {
          bytes += more;
        });
        expect(encoded.length).toBe(bytes);
      }),
    );
    let shared: Value = UNIT;
    for (let i = 0; i < 60; i++) shared = new Construct(0, [shared, shared]);
    let left = 1_000;
    const spend = (bytes: number) => {
      left -= bytes;
      if (left < 0) throw new Error("no gas");
    };
    expect(() => encodeValue(shared, spend)).toThrow("no gas");
  });

  it("may be as deep as values are, and no deeper", () => {
    const deepest = nested(1_024);
    expect(decodeValue(encodeValue(deepest))).toMatchObject({ ok: true });
    expect(fromGraph(graphOf(deepest))).toMatchObject({ ok: true });
    const tooDeep = new Construct(0, [deepest]);
    expect(decodeValue(encodeValue(tooDeep))).toMatchObject({ ok: false });
    expect(fromGraph(graphOf(tooDeep))).toMatchObject({ ok: false });
  });

  it("is refused in any other spelling", () => {
    const bad = [
      "",
      "0c",
      "09",
      "0a00000000",
      "00000000020001",
      "010000000000",
      "0100000000",
      "04000000 03 65cc81",
      "0400000001ff",
      "07ffffffff00",
      "0600000000000000020303ff",
      "060000000000000003",
      "0002",
    ];
    for (const text of bad) {
      const bytes = Uint8Array.from(text.replaceAll(" ", "").match(/../g) ?? [], (pair) =>
        Number.parseInt(pair, 16),
      );
      expect([text, decodeValue(bytes).ok]).toEqual([text, false]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const value = decodeValue(bytes);
        if (value.ok) expect(encodeValue(value.value)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a graph", () => {
  it("is no larger than what it shares", () => {
    let shared: Value = "a text that is long enough to be seen";
    for (let i = 0; i < 60; i++) shared = new Construct(0, [shared, shared, 2n ** 100n]);
    const bytes = graphOf(shared);
    expect(bytes.length).toBeLessThan(2_000);
    const back = fromGraph(bytes);
    const [fields] = back.ok ? back.value.map((value) => (value as Construct).fields) : [];
    expect(fields?.[0]).toBe(fields?.[1]);
  });

  it("shares by what it is what has no parts, or is a text, bytes or a large integer", () => {
    const bytes = () => new Uint8Array(100).fill(7);
    const twice = (make: () => Value) => graphOf(make(), make()).length - graphOf(make()).length;
    expect([twice(bytes), twice(() => "x".repeat(100)), twice(() => 2n ** 900n)]).toEqual([5, 5, 5]);
    const one = PersistentList.of<Value>([]);
    const bare = (unit: Value, list: Value, closure: Value) =>
      graphOf(unit, list, closure, UNIT, one, new Closure(1, []));
    expect(bare(UNIT, one, new Closure(1, []))).toEqual(
      bare(new Construct(0, []), PersistentList.of<Value>([]), new Closure(1, [])),
    );
  });

  it("holds a list and all its rests in little more than the list", () => {
    const items = Array.from({ length: 2_000 }, (_, i) => new Construct(i, []));
    const rests: PersistentList[] = [PersistentList.of<Value>(items)];
    for (let i = 1; i < 2_000; i++) rests.push(rests[i - 1]!.rest().push(UNIT));
    const bytes = graphOf(...rests);
    expect(bytes.length).toBeLessThan(2_000 * 260);
    const back = fromGraph(bytes, rests.length);
    if (!back.ok) return expect(back.error).toBeUndefined();
    for (const at of [0, 1, 31, 32, 1_000, 1_999])
      expect(equalValues(back.value[at]!, rests[at]!)).toBe(true);
    expect(graphOf(...back.value)).toEqual(bytes);
  });

  it("is refused if no list is built like it", () => {
    const list = PersistentList.of<Value>(Array.from({ length: 70 }, (_, i) => i));
    const good = graphOf(list);
    expect(fromGraph(good).ok).toBe(true);
    const changed = (at: number, byte: number) => {
      const bytes = Uint8Array.from(good);
      bytes[at] = byte;
      return fromGraph(bytes).ok;
    };
    // The shift, the count, the start, the number of nodes, of items.
    expect([changed(4, 10), changed(4, 4), changed(8, 32), changed(8, 96)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect([changed(12, 69), changed(12, 70), changed(17, 1), changed(22, 31)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(fromGraph(Uint8Array.of(9, 0, 0, 0, 0)).ok).toBe(false);
    expect(fromGraph(Uint8Array.of(10, 0, 0, 0, 0)).ok).toBe(false);
    expect(fromGraph(Uint8Array.of(7, ...new Array<number>(12).fill(0), 3)).ok).toBe(false);
    expect(fromGraph(Uint8Array.of(10, 255, 0, 0, 0)).ok).toBe(false);
  });
});
