// What a command has done so far, as data: with it a suspended machine goes on elsewhere (L34). Equal histories
// give equal bytes. Rows that were only read are not in it; they are read again.

import {
  canonicalText,
  isJsonObject,
  parseJsonText,
  parseUtf8,
  type Reader,
  utf8,
  type Writer,
} from "@juno/base";
import { readScalar, writeScalar } from "../binary/tags.ts";
import type { AssetSums } from "../border/coins-in.ts";
import { type Integer, integer } from "../value.ts";

/** `fields` is the canonical text of an object. */
export type EmittedEvent = { readonly module: string; readonly name: string; readonly fields: string };

/** The use of one grant: places among the signers and among the grants of that signer that were read. */
export type GrantState = {
  readonly signer: number;
  readonly grant: number;
  readonly left: Integer | undefined;
};

export type EffectsState = {
  /** Rows that differ from the world's, in the order of their addresses. */
  readonly rows: readonly {
    readonly module: string;
    readonly table: string;
    readonly key: string;
    readonly now: Uint8Array | undefined;
  }[];
  readonly events: readonly EmittedEvent[];
  readonly minted: AssetSums;
  readonly burned: AssetSums;
  readonly grants: readonly GrantState[];
};

const BYTES_MAX = 0xffff_ffff;
const COUNT_MAX = 0xffff_ffff;

const writeText = (writer: Writer, text: string): Writer => writer.bytes(utf8(text));

const readText = (reader: Reader): string =>
  parseUtf8(reader.bytes(BYTES_MAX)) ?? reader.fail("a text is UTF-8");

function readInteger(reader: Reader): Integer {
  const value = readScalar(reader, reader.u8());
  return typeof value === "number" || typeof value === "bigint"
    ? value
    : reader.fail("an integer is expected");
}

function readObject(reader: Reader): string {
  const text = readText(reader);
  const json = parseJsonText(text);
  const isCanonical = json.ok && isJsonObject(json.value) && canonicalText(json.value) === text;
  return isCanonical ? text : reader.fail("the canonical text of an object is expected");
}

function writeSums(writer: Writer, sums: AssetSums): void {
  writer.list([...sums], (_, [asset, amount]) => writeScalar(writeText(writer, asset), integer(amount)));
}

const readSums = (reader: Reader): AssetSums =>
  new Map(reader.list(COUNT_MAX, () => [readText(reader), BigInt(readInteger(reader))] as const));

export function writeEffectsState(writer: Writer, state: EffectsState): void {
  writer.list(state.rows, (_, { module, table, key, now }) => {
    for (const text of [module, table, key]) writeText(writer, text);
    writer.option(now, (_writer, bytes) => writer.bytes(bytes));
  });
  writer.list(state.events, (_, { module, name, fields }) => {
    for (const text of [module, name, fields]) writeText(writer, text);
  });
  writeSums(writer, state.minted);
  writeSums(writer, state.burned);
  writer.list(state.grants, (_, { signer, grant, left }) => {
    writer.u32(signer).u32(grant);
    writer.option(left, (_writer, amount) => writeScalar(writer, amount));
  });
}

export function readEffectsState(reader: Reader): EffectsState {
  const rows = reader.list(COUNT_MAX, () => ({
    module: readText(reader),
    table: readText(reader),
    key: readText(reader),
    // A copy: the row outlives what it was read from.
    now: reader.option(() => Uint8Array.from(reader.bytes(BYTES_MAX))),
  }));
  const events = reader.list(COUNT_MAX, () => ({
    module: readText(reader),
    name: readText(reader),
    fields: readObject(reader),
  }));
  const minted = readSums(reader);
  const burned = readSums(reader);
  const grants = reader.list(COUNT_MAX, () => ({
    signer: reader.u32(),
    grant: reader.u32(),
    left: reader.option(() => readInteger(reader)),
  }));
  return { rows, events, minted, burned, grants };
}
