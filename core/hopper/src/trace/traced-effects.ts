// The effects of a command, told as they happen: it stands between a machine and the command's own effects, passes
// everything on unchanged, and answers what these answer.

import type { Sha256 } from "@juno/base";
import type { TableOperation } from "../machine/anf.ts";
import { spellFields } from "../machine/border/fields.ts";
import { keyText } from "../machine/border/key-text.ts";
import type { CommandEffects } from "../machine/command-effects.ts";
import type { Declarations } from "../machine/declarations.ts";
import type { Effects, Meter, TestingEffects } from "../machine/effects.ts";
import type { Shape } from "../machine/shape.ts";
import { Construct, type Value } from "../machine/value.ts";
import { told, withinLimit } from "./told-value.ts";
import type { Told, TraceDeed } from "./trace-step.ts";

export class TracedEffects implements Effects {
  readonly #inner: CommandEffects;
  readonly #declared: Declarations;
  readonly #note: (deed: TraceDeed) => void;

  constructor(inner: CommandEffects, declared: Declarations, note: (deed: TraceDeed) => void) {
    this.#inner = inner;
    this.#declared = declared;
    this.#note = note;
  }

  get now(): number {
    return this.#inner.now;
  }

  get sha256(): Sha256 {
    return this.#inner.sha256;
  }

  get testing(): TestingEffects | undefined {
    return this.#inner.testing;
  }

  /** Notes what `work` came to; `deedOf` gets no answer if it failed. */
  #noted<T>(work: () => T, deedOf: (answer: T | undefined, failed: boolean) => TraceDeed): T {
    let answer: T;
    try {
      answer = work();
    } catch (thrown) {
      this.#note(deedOf(undefined, true));
      throw thrown;
    }
    this.#note(deedOf(answer, false));
    return answer;
  }

  table(
    operation: TableOperation,
    place: { module: string; table: number },
    args: readonly Value[],
    meter: Meter,
  ): Value {
    const { name, key, row } = this.#declared.tables.get(place.module)![place.table]!;
    const [keyValue, written] = args;
    const keyTold = keyValue === undefined ? undefined : this.#key(key, keyValue);
    const shapes = { key, row, written };
    return this.#noted(
      () => this.#inner.table(operation, place, args, meter),
      (answer, failed) => ({
        ...{ kind: "row", operation, module: place.module, table: name, key: keyTold, failed },
        value: this.#rowTold(operation, shapes, answer),
      }),
    );
  }

  #key(shape: Shape, value: Value): Told {
    return withinLimit((spend) => {
      const text = keyText(shape, this.#inner.scope, value, spend);
      return text.ok ? text.value : undefined;
    });
  }

  /** What the operation found or writes. */
  #rowTold(
    operation: TableOperation,
    { key, row, written }: { key: Shape; row: Shape; written: Value | undefined },
    answer: Value | undefined,
  ): Told {
    const { scope } = this.#inner;
    if (written !== undefined) return told(row, scope, written);
    if (answer === undefined) return undefined;
    switch (operation) {
      case "take":
      case "get":
        return told(row, scope, answer);
      case "find": {
        const [found] = (answer as Construct).fields;
        return found === undefined ? "null" : told(row, scope, found);
      }
      case "has":
        return String(answer);
      case "keys":
        return told({ kind: "list", item: key }, scope, answer);
      default:
        return undefined;
    }
  }

  emit(event: Value, meter: Meter): void {
    const [full, ...values] = (event as Construct).fields as readonly [string, ...Value[]];
    const { fields } = this.#declared.events.get(full)!;
    const [module, name] = splitName(full);
    this.#noted(
      () => this.#inner.emit(event, meter),
      (_, failed) => ({ kind: "emit", module, event: name, fields: this.#fields(fields, values), failed }),
    );
  }

  #fields(fields: Parameters<typeof spellFields>[0], values: readonly Value[]): Told {
    return withinLimit((spend) => {
      const text = spellFields(fields, this.#inner.scope, values, spend);
      return text.ok ? text.value : undefined;
    });
  }

  mint(asset: Value, amount: Value, module: string, meter: Meter): Value {
    const coin = this.#coin(new Construct(0, [asset, amount]));
    return this.#noted(
      () => this.#inner.mint(asset, amount, module, meter),
      (_, failed) => ({ kind: "mint", coin, failed }),
    );
  }

  burn(coin: Value, meter: Meter): void {
    this.#noted(
      () => this.#inner.burn(coin, meter),
      (_, failed) => ({ kind: "burn", coin: this.#coin(coin), failed }),
    );
  }

  /** A coin of a currency as its amount, `"1.50 USD"`; any other names its asset. */
  #coin(coin: Value): Told {
    const { scope } = this.#inner;
    const [asset] = (coin as Construct).fields as readonly [Construct];
    const code = scope.assets.get(asset.fields[0] as string);
    const currency =
      code?.currency === true
        ? { asset: code.name, symbol: code.symbol, decimals: code.decimals }
        : undefined;
    return told({ kind: "coin", currency, asset: undefined }, scope, coin);
  }

  signed(policy: Value, module: string, meter: Meter): boolean {
    return this.#noted(
      () => this.#inner.signed(policy, module, meter),
      (answer) => ({ kind: "signed", module, policy: this.#policy(policy), holds: answer === true }),
    );
  }

  allowed(policy: Value, capability: Value, module: string, meter: Meter): boolean {
    const [full, ...values] = (capability as Construct).fields as readonly [string, ...Value[]];
    const code = this.#declared.capabilities.get(full);
    return this.#noted(
      () => this.#inner.allowed(policy, capability, module, meter),
      (answer) => ({
        ...{ kind: "allowed", module, policy: this.#policy(policy), capability: full },
        fields: code && this.#fields(code.fields, values),
        holds: answer === true,
      }),
    );
  }

  #policy(policy: Value): Told {
    return told({ kind: "policy" }, this.#inner.scope, policy);
  }
}

/** `demo.bank` and `Paid` of `demo.bank.Paid`. */
function splitName(full: string): readonly [module: string, name: string] {
  const dot = full.lastIndexOf(".");
  return [full.slice(0, Math.max(0, dot)), full.slice(dot + 1)];
}
