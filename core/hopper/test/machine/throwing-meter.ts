// A meter that counts, and throws where a machine would abort.

import type { Meter } from "../../src/machine/effects.ts";

export class Failed extends Error {
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(error: string, fields: Readonly<Record<string, string | number>>) {
    super(error);
    this.fields = fields;
  }
}

export class ThrowingMeter implements Meter {
  used = 0;
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  charge(gas: number): void {
    if (this.used + gas > this.#limit) throw new Failed("OutOfGas", {});
    this.used += gas;
  }

  fail(error: string, fields: Readonly<Record<string, string | number>>): never {
    throw new Failed(error, fields);
  }
}

/** The error's name and fields that `act` ends with, or undefined. */
export function failureOf(act: () => unknown): readonly [string, Failed["fields"]] | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return [error.message, error.fields];
  }
}
