import { utf8 } from "@juno/base";
import { expect, test } from "vitest";
import { KnownRows } from "./known-rows.ts";

const NAT = { kind: "nat" } as const;

test("tells the value of the same bytes under the same shape, and of no others", () => {
  const known = new KnownRows();
  const bytes = utf8("5");
  known.remember(bytes, { shape: NAT, value: 5, text: "5" });
  expect(known.valueOf(bytes, NAT)).toBe(5);
  expect(known.textOf(bytes)).toBe("5");
  expect(known.valueOf(bytes, { kind: "int" })).toBeUndefined();
  expect(known.valueOf(utf8("5"), NAT)).toBeUndefined();
  expect(known.textOf(utf8("5"))).toBeUndefined();
});

test("keeps no more than it has room for", () => {
  const known = new KnownRows();
  const text = "1".repeat(1_048_576);
  const rows = Array.from({ length: 6 }, () => utf8("1"));
  for (const bytes of rows) known.remember(bytes, { shape: NAT, value: 1, text });
  expect(rows.map((bytes) => known.valueOf(bytes, NAT) === 1)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
