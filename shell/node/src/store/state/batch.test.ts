import { Hash, LogIndex, Reader, Writer } from "@juno/base";
import { expect, it } from "vitest";
import { readApplied, writeApplied } from "./batch.ts";

it("a root that is remembered keeps no batch in memory", () => {
  const applied = { index: LogIndex(7), root: Hash(new Uint8Array(32).fill(9)) };
  const writer = new Writer();
  writeApplied(writer, applied);
  const read = readApplied(new Reader(writer.finish()));
  expect(read).toEqual(applied);
  expect(read.root.buffer.byteLength).toBe(32);
});
