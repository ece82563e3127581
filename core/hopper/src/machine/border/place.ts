// Where in a value or document one is, and how it ends when something there cannot cross. Within the border
// a refusal is thrown, because it may stand deep; nothing thrown here leaves this folder.

import { err, ok } from "@juno/base";
import type { Crossing } from "./scope.ts";

class Refused extends Error {
  readonly path: string;

  constructor(path: string, expected: string) {
    super(expected);
    this.path = path;
  }
}

/** A stack of steps: names of members and places in lists. */
export class Place {
  readonly #steps: (string | number)[] = [];

  within<T>(step: string | number, act: () => T): T {
    this.#steps.push(step);
    const value = act();
    this.#steps.pop();
    return value;
  }

  /** As in a program: `voters[2].key`. */
  get path(): string {
    let path = "";
    for (const step of this.#steps) {
      if (typeof step === "number") path += `[${step}]`;
      else path += path === "" ? step : `.${step}`;
    }
    return path;
  }

  refuse(expected: string): never {
    throw new Refused(this.path, expected);
  }
}

export function crossing<T>(cross: () => T): Crossing<T> {
  try {
    return ok(cross());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return err({ path: error.path, expected: error.message });
  }
}
