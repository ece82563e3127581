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

/**
 * Containers within each other in a value as JSON: a document is at most 64 deep (C1), and payloads and receipts are
 * documents around values. Reading and writing agree on it, so that what was written is read again.
 */
export const VALUE_JSON_DEPTH_MAX = 48;

/** A stack of steps: names of members and places in lists. */
export class Place {
  readonly #steps: (string | number)[] = [];

  /** A refusal leaves all steps at once, so only what succeeds leaves its own. */
  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  within<T>(step: string | number, act: () => T): T {
    this.enter(step);
    const value = act();
    this.leave();
    return value;
  }

  /** Here stands a list or an object: as many are around it as there are steps. */
  enterContainer(): void {
    if (this.#steps.length >= VALUE_JSON_DEPTH_MAX) {
      this.refuse(`a value that nests at most ${VALUE_JSON_DEPTH_MAX} deep as JSON`);
    }
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
