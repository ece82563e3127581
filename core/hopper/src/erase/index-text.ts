// Types and the values in them as texts that are equal only if they are the same: what names instances of declared types, and
// tells whether two versions of a module mean the same asset. Not for people.

import { canonicalText, hex } from "@juno/base";
import type { Checker } from "../elaborate/checker.ts";
import type { GlobalRef } from "../kernel/term.ts";
import type { Semantic } from "../kernel/value.ts";

const DEPTH_MAX = 16;
const CHARS_MAX = 2_000;

const nameOf = ({ module, name }: GlobalRef): string => `${module}.${name}`;

class IndexText {
  readonly #checker: Checker;
  #left = CHARS_MAX;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** Undefined for what has no text, and what is too large to have one. */
  of(value: Semantic, depth = 0): string | undefined {
    if (depth > DEPTH_MAX) return undefined;
    const text = this.#of(this.#checker.force(value), depth);
    this.#left -= text?.length ?? 0;
    return this.#left < 0 ? undefined : text;
  }

  #all(name: string, parts: readonly Semantic[], depth: number): string | undefined {
    const texts: string[] = [];
    for (const part of parts) {
      const text = this.of(part, depth + 1);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return `${name}(${texts.join(",")})`;
  }

  #of(value: Semantic, depth: number): string | undefined {
    switch (value.kind) {
      case "literal":
        return literalText(value.value);
      case "variable":
        return value.name;
      case "projection": {
        const of = this.of(value.of, depth + 1);
        return of === undefined ? undefined : `${of}.${value.name}`;
      }
      case "construct":
        return this.#all(`${nameOf(value.type)}#${value.constructor_}`, value.fields, depth);
      case "tuple":
        return this.#all("", value.parts, depth);
      case "list":
        return this.#all("list", value.items, depth);
      case "call":
        return this.#all(nameOf(value.fn), value.args, depth);
      case "asset":
      case "data":
        return value.args.length === 0 ? nameOf(value.ref) : this.#all(nameOf(value.ref), value.args, depth);
      case "name":
        return nameOf(value.ref);
      case "primitive":
        return value.args.length === 0 ? value.name : this.#all(value.name, value.args, depth);
      case "telescope":
        return this.#all("", this.#checker.telescopeTypes(value), depth);
      default:
        return undefined;
    }
  }
}

function literalText(value: (Semantic & { kind: "literal" })["value"]): string {
  if (value instanceof Uint8Array) return `0x${hex(value)}`;
  return typeof value === "string" ? canonicalText(value) : String(value);
}

export const indexText = (checker: Checker, value: Semantic): string | undefined =>
  new IndexText(checker).of(value);
