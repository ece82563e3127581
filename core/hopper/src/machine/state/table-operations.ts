// The operations of L40 upon one table, each with its charge and its refusals (L59). Keys and rows
// are spelled here, so that what a command wrote is canonical from then on. Invariants are compiled
// code's to check, resource rows the type checker's to keep from being lost.

import { assert, utf8Length } from "@juno/base";
import type { TableOperation } from "../anf.ts";
import { KEY_TEXT_BYTES_MAX, keyText, parseKey } from "../border/key-text.ts";
import type { BorderRefusal, ShapeScope } from "../border/scope.ts";
import { spellValue } from "../border/spell.ts";
import type { Meter } from "../effects.ts";
import { PersistentList } from "../persistent-list.ts";
import { ROW_GAS } from "../row-gas.ts";
import { Construct, UNIT, type Value } from "../value.ts";
import type { OverlayTable } from "./row-overlay.ts";
import { type StoredRow, WrittenRow } from "./stored-row.ts";

/** UTF-8 bytes of a row's canonical text. */
export const ROW_BYTES_MAX = 4 * 1_048_576;

const NONE = new Construct(0, []);
const some = (value: Value): Value => new Construct(1, [value]);

/** A row that is gone from its table, with its key as text and as value. */
export type TakenRow = { readonly key: string; readonly values: readonly [key: Value, row: Value] };

/** One operation, while it runs. */
class TableAct {
  readonly #table: OverlayTable;
  readonly #scope: ShapeScope;
  readonly #meter: Meter;

  constructor(table: OverlayTable, scope: ShapeScope, meter: Meter) {
    this.#table = table;
    this.#scope = scope;
    this.#meter = meter;
  }

  perform(operation: TableOperation, args: readonly Value[]): Value {
    switch (operation) {
      case "take":
        return this.#take(args[0]!);
      case "get":
        return this.#present(this.#keyToRead(args[0]!)).value();
      case "find": {
        const row = this.#read(this.#keyToRead(args[0]!));
        return row === undefined ? NONE : some(row.value());
      }
      case "put":
      case "insert":
        return this.#put(operation, args[0]!, args[1]!);
      case "remove":
        return this.#remove(args[0]!);
      case "has":
        return this.#table.read(this.#keyToRead(args[0]!)) !== undefined;
      case "keys":
        return this.#keys();
    }
  }

  /** The key's text, when the operation's own charge is paid. */
  #key(value: Value): string {
    let bytes = 0;
    const spend = (more: number) => {
      this.#meter.charge(ROW_GAS.piece + ROW_GAS.keyByte * more);
      bytes += more;
      // Quotes and escapes are no part of the key's length, so this is only what ends the work.
      if (bytes > 8 * KEY_TEXT_BYTES_MAX) this.#tooLong();
    };
    const text = keyText(this.#table.code.key, this.#scope, value, spend);
    if (!text.ok) return this.#notRepresentable(text.error);
    return utf8Length(text.value) > KEY_TEXT_BYTES_MAX ? this.#tooLong() : text.value;
  }

  #tooLong(): never {
    return this.#meter.fail("KeyTooLong", { table: this.#table.code.name, max: KEY_TEXT_BYTES_MAX });
  }

  #notRepresentable({ path, expected }: BorderRefusal): never {
    return this.#meter.fail("NotRepresentable", { table: this.#table.code.name, path, expected });
  }

  #keyToRead(value: Value): string {
    this.#meter.charge(ROW_GAS.read);
    return this.#key(value);
  }

  #read(key: string): StoredRow | undefined {
    const row = this.#table.read(key);
    if (row !== undefined) this.#meter.charge(Math.floor(row.byteLength / ROW_GAS.readBytesPerGas));
    return row;
  }

  #missing(key: string): never {
    return this.#meter.fail("RowMissing", { table: this.#table.code.name, key });
  }

  #present(key: string): StoredRow {
    return this.#read(key) ?? this.#missing(key);
  }

  #take(keyValue: Value): Value {
    const key = this.#keyToRead(keyValue);
    const value = this.#present(key).value();
    this.#table.write(key, undefined);
    return value;
  }

  #put(operation: "put" | "insert", keyValue: Value, value: Value): Value {
    this.#meter.charge(ROW_GAS.write);
    const { row, name } = this.#table.code;
    const key = this.#key(keyValue);
    if (operation === "insert" && this.#table.read(key) !== undefined) {
      this.#meter.fail("RowPresent", { table: name, key });
    }
    let bytes = 0;
    const text = spellValue(row, this.#scope, value, (more) => {
      this.#meter.charge(ROW_GAS.piece + ROW_GAS.writeByte * more);
      bytes += more;
      if (bytes > ROW_BYTES_MAX) this.#meter.fail("RowTooLarge", { table: name, key, max: ROW_BYTES_MAX });
    });
    if (!text.ok) return this.#notRepresentable(text.error);
    this.#table.write(key, new WrittenRow(value, text.value, this.#table.form));
    return UNIT;
  }

  #remove(keyValue: Value): Value {
    this.#meter.charge(ROW_GAS.write);
    const key = this.#key(keyValue);
    if (this.#table.read(key) === undefined) return this.#missing(key);
    this.#table.write(key, undefined);
    return UNIT;
  }

  #keyTexts(): string[] {
    this.#meter.charge(ROW_GAS.read);
    return this.#table.keys((key) => {
      this.#meter.charge(ROW_GAS.listedKey + Math.floor(utf8Length(key) / ROW_GAS.listedKeyBytesPerGas));
    });
  }

  #keyValue(text: string): Value {
    const value = parseKey(this.#table.code.key, this.#scope, text);
    assert(value.ok, "a stored row's key is one of its table");
    return value.value;
  }

  #keys(): Value {
    return PersistentList.of(this.#keyTexts().map((key) => this.#keyValue(key)));
  }

  *takeAll(): IterableIterator<TakenRow> {
    for (const key of this.#keyTexts()) {
      this.#meter.charge(ROW_GAS.read);
      const row = this.#present(key).value();
      this.#table.write(key, undefined);
      yield { key, values: [this.#keyValue(key), row] };
    }
  }
}

export function performTableOperation(
  table: OverlayTable,
  act: { operation: TableOperation; args: readonly Value[]; scope: ShapeScope; meter: Meter },
): Value {
  return new TableAct(table, act.scope, act.meter).perform(act.operation, act.args);
}

/** Every row there is, one after the other, in the order of their keys, for what listing and taking them costs. */
export function takeAll(table: OverlayTable, scope: ShapeScope, meter: Meter): IterableIterator<TakenRow> {
  return new TableAct(table, scope, meter).takeAll();
}
