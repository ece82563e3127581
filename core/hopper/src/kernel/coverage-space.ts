// Patterns as coverage sees them: anything, or a head with parts. Lists become cells with a first item and a
// rest, so that one algorithm serves all types; and back again, for messages.

import { assert, unreachable } from "@juno/base";
import type { DeclaredConstructor, LookUp } from "./declared-type.ts";
import type { TermPattern } from "./term.ts";
import { TERM_DEPTH_MAX } from "./term-depth.ts";

/** A form that a value may have. `siblings` are all forms of its type, itself included; absent if unbounded. */
export type Head = {
  readonly key: string;
  readonly arity: number;
  readonly siblings: readonly Head[] | undefined;
  readonly show: (parts: readonly Space[]) => string;
};

/** A set of values: all, or those of one form. */
export type Space = "any" | { readonly head: Head; readonly parts: readonly Space[] };

/** The heads of one type; they know each other. */
function family(heads: readonly Omit<Head, "siblings">[]): readonly Head[] {
  const siblings: Head[] = [];
  for (const head of heads) siblings.push({ ...head, siblings });
  return siblings;
}

const [FALSE, TRUE] = family([
  { key: "false", arity: 0, show: () => "false" },
  { key: "true", arity: 0, show: () => "true" },
]) as [Head, Head];

const [EMPTY, CELL] = family([
  { key: "[]", arity: 0, show: () => "[]" },
  { key: "[..]", arity: 2, show: ([first, rest]) => showList(first!, rest!) },
]) as [Head, Head];

function showList(first: Space, rest: Space): string {
  const items = [showSpace(first)];
  let end = rest;
  for (; end !== "any" && end.head === CELL; end = end.parts[1]!) items.push(showSpace(end.parts[0]!));
  if (end === "any") items.push(".._");
  return `[${items.join(", ")}]`;
}

const isAny = (space: Space): boolean => space === "any";

function tuple(arity: number): Head {
  const show = (parts: readonly Space[]): string =>
    parts.every(isAny) ? "_" : `(${parts.map(showSpace).join(", ")})`;
  return family([{ key: "()", arity, show }])[0]!;
}

/** A record is shown with the fields that matter. */
function showConstructor({ name, fieldNames }: DeclaredConstructor, parts: readonly Space[]): string {
  if (fieldNames === undefined)
    return parts.length === 0 ? name : `${name}(${parts.map(showSpace).join(", ")})`;
  const fields = parts.flatMap((part, i) => (isAny(part) ? [] : [`${fieldNames[i]}: ${showSpace(part)}`]));
  return fields.length === 0 ? "_" : `${name} { ${fields.join(", ")} }`;
}

/** A space as a pattern of the source. */
export const showSpace = (space: Space): string => (space === "any" ? "_" : space.head.show(space.parts));

/** Reads patterns; remembers the types it has met, so that a type's heads are made once. */
export class SpaceReader {
  readonly #lookUp: LookUp;
  readonly #families = new Map<string, readonly Head[]>();

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp;
  }

  read(pattern: TermPattern, depth = 0): Space {
    assert(depth < TERM_DEPTH_MAX, "a pattern is no deeper than its source allows");
    const below = (part: TermPattern): Space => this.read(part, depth + 1);
    switch (pattern.kind) {
      case "wildcard":
      case "variable":
        return "any";
      case "literal":
        return { head: literal(pattern.value), parts: [] };
      case "tuple":
        return { head: tuple(pattern.parts.length), parts: pattern.parts.map(below) };
      case "construct": {
        const head = this.#family(pattern)[pattern.constructor_]!;
        return { head, parts: pattern.fields.map(below) };
      }
      case "list": {
        const end: Space = pattern.rest === undefined ? { head: EMPTY, parts: [] } : below(pattern.rest);
        return pattern.items.reduceRight<Space>(
          (rest, item) => ({ head: CELL, parts: [below(item), rest] }),
          end,
        );
      }
      default:
        return unreachable(pattern);
    }
  }

  #family({ type }: Extract<TermPattern, { kind: "construct" }>): readonly Head[] {
    const name = `${type.module} ${type.name}`;
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const made = family(
      this.#lookUp(type).constructors.map((constructor_, index) => ({
        key: String(index),
        arity: constructor_.arity,
        show: (parts) => showConstructor(constructor_, parts),
      })),
    );
    this.#families.set(name, made);
    return made;
  }
}

function literal(value: Extract<TermPattern, { kind: "literal" }>["value"]): Head {
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  const key = typeof value === "string" ? `"${value}"` : String(value);
  return { key, arity: 0, siblings: undefined, show: () => key };
}
