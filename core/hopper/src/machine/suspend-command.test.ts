// L34: a machine and what its command has done so far, cut and taken up together, end as if nothing had happened.

import { createHash } from "node:crypto";
import { decodeWith, Hash, Writer } from "@juno/base";
import { expect, test } from "vitest";
import {
  body,
  branch,
  builtin,
  constant,
  fn,
  here,
  INTEGER_TABLE,
  modulesOf,
  returns,
  slot,
  subtract,
  tailCall,
} from "../../test/machine/anf-notation.ts";
import { SAMPLE_BUILTINS } from "../../test/machine/sample-builtins.ts";
import { MemoryWorld } from "../../test/machine/small-bank.ts";
import type { TableOperation } from "./anf.ts";
import { CommandEffects } from "./command-effects.ts";
import { link } from "./image.ts";
import { imageHash } from "./image-hash.ts";
import { readEffectsState, writeEffectsState } from "./state/effects-state.ts";
import { readMachine, writeMachine } from "./suspend.ts";
import { UNIT } from "./value.ts";
import { Machine } from "./vm.ts";

const row = (operation: TableOperation, ...slots: number[]) =>
  ({ kind: "table", operation, table: 0, args: slots.map(slot) }) as const;

/** count(n): from n down to 1, row n becomes n, is read and is taken. */
const count = fn(
  "count",
  { parameters: 1, slots: 6 },
  body(
    [[1, builtin("std.int.less", constant(0), slot(0))]],
    branch(
      slot(1),
      body(
        [
          [2, row("put", 0, 0)],
          [3, row("get", 0)],
          [4, row("has", 3)],
          [5, subtract(slot(0), constant(1))],
        ],
        tailCall("count", slot(5)),
      ),
      body([[2, row("keys")]], returns(slot(2))),
    ),
  ),
);

test("machine and command go on together", () => {
  const modules = modulesOf([count], [INTEGER_TABLE]);
  const image = link(modules, SAMPLE_BUILTINS);
  const hash = imageHash(image, (bytes) => Hash(createHash("sha256").update(bytes).digest()));
  const fresh = () =>
    new CommandEffects({
      world: new MemoryWorld(),
      modules: [...modules.values()],
      entry: "test",
      policyOf: () => UNIT,
    });
  const start = { image, fn: here("count"), args: [12], gasLimit: 100_000 };
  const wholeEffects = fresh();
  const whole = Machine.start({ ...start, effects: wholeEffects });
  const expected = whole.run();
  expect(expected.kind).toBe("done");

  let effects = fresh();
  let machine = Machine.start({ ...start, effects });
  let cuts = 0;
  let ended = machine.run(500);
  for (; ended.kind === "running"; ended = machine.run(500)) {
    const writer = new Writer();
    writeEffectsState(writer, effects.state());
    writeMachine(writer, machine, hash);
    const read = decodeWith(writer.finish(), (reader) => {
      effects = fresh();
      effects.resume(readEffectsState(reader));
      return readMachine(reader, { image, hash, effects });
    });
    if (!read.ok) return expect.fail(read.error.detail);
    machine = read.value;
    cuts += 1;
  }
  expect(cuts).toBeGreaterThan(5);
  expect(ended).toEqual(expected);
  expect(machine.gasByKind).toEqual(whole.gasByKind);
  expect(effects.changes()).toEqual(wholeEffects.changes());
});
