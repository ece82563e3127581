// The golden vectors of spec/vectors/state.json for the chunks of a snapshot (E44): written, and read again.

import { readFileSync } from "node:fs";
import { Hash, hex, parseHex, utf8 } from "@juno/base";
import { expect, test } from "vitest";
import type { CommandStatus } from "./applied.ts";
import { chunksOf, decodeChunk } from "./snapshot-chunk.ts";

type Vectors = {
  snapshot: {
    rows: { module: string; table: string; key: string; rowText: string }[];
    ids: { id: string; index: number; expires: number; status: CommandStatus }[];
    chunks: string[];
  };
};

const file = new URL("../../../spec/vectors/state.json", import.meta.url);
const { snapshot } = JSON.parse(readFileSync(file, "utf8")) as Vectors;

test("chunks are rows in order of address, then ids in order of expiry and id", () => {
  const rows = snapshot.rows.map(({ rowText, ...address }) => ({ ...address, value: utf8(rowText) }));
  const ids = snapshot.ids.map(({ id, ...rest }) => ({ id: Hash(parseHex(id)!), ...rest }));
  expect(chunksOf({ rows, ids }).map(hex)).toEqual(snapshot.chunks);
  expect(snapshot.chunks.map((chunk) => decodeChunk(parseHex(chunk)!))).toEqual([
    { ok: true, value: { kind: "rows", rows } },
    { ok: true, value: { kind: "ids", ids } },
  ]);
});
