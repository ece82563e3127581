// A world for tests of the machines: rows by key in memory, with charges and aborts like the real one's, and a
// diary of all that was asked of it, so that two runs can be compared.

import type { TableOperation } from "../../src/machine/anf.ts";
import type { Effects, Meter, TestingEffects } from "../../src/machine/effects.ts";
import { PersistentList } from "../../src/machine/persistent-list.ts";
import { Construct, UNIT, type Value } from "../../src/machine/value.ts";

type Rows = Map<string, Value>;

const refused = (): never => {
  throw new Error("tests of the machines do not ask this");
};

export class MemoryEffects implements Effects {
  readonly now = 1_700_000_000_000;
  readonly diary: string[] = [];
  rows: Rows = new Map();
  #before: Rows[] = [];
  #presences = 0;
  readonly sha256 = refused;
  readonly mint = refused;
  readonly burn = refused;
  readonly signed = refused;
  readonly allowed = refused;

  table(
    operation: TableOperation,
    place: { module: string; table: number },
    args: readonly Value[],
    meter: Meter,
  ) {
    const name = `${place.module}#${place.table}`;
    const key = `${name}/${String(args[0])}`;
    this.diary.push(`${operation} ${key}`);
    meter.charge(operation === "put" || operation === "insert" ? 40 : 20);
    const row = this.rows.get(key);
    const present = (): Value => row ?? meter.fail("RowMissing", { table: name, key });
    switch (operation) {
      case "take":
        this.rows.delete(key);
        return present();
      case "get":
        return present();
      case "find":
        return row === undefined ? new Construct(0, []) : new Construct(1, [row]);
      case "insert":
        if (row !== undefined) meter.fail("RowPresent", { table: name, key });
        this.rows.set(key, args[1]!);
        return UNIT;
      case "put":
        this.rows.set(key, args[1]!);
        return UNIT;
      case "remove":
        present();
        this.rows.delete(key);
        return UNIT;
      case "has":
        return row !== undefined;
      case "keys":
        return PersistentList.of([...this.rows.keys()].sort());
    }
  }

  emit(event: Value, meter: Meter): void {
    meter.charge(15);
    this.diary.push(`emit ${String((event as Construct).fields[0])}`);
  }

  readonly testing = this.#makeTesting();

  #makeTesting(): TestingEffects {
    const presences = () => this.#presences;
    return {
      get presences() {
        return presences();
      },
      releaseTo: (count) => {
        this.diary.push(`release to ${count}`);
        this.#presences = count;
      },
      signing: (names) => {
        this.diary.push(`signing ${names.join()}`);
        this.#presences += 1;
      },
      signer: refused,
      granting: refused,
      release: refused,
      wait: refused,
      supply: refused,
      begin: (module) => {
        this.diary.push(`begin ${module}`);
        this.#before.push(new Map(this.rows));
      },
      end: (keep) => {
        this.diary.push(keep ? "keep" : "undo");
        const before = this.#before.pop()!;
        if (!keep) this.rows = before;
      },
    };
  }
}
