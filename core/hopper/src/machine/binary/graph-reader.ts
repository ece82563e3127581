// Reads what graph-writer.ts wrote: values that share what they shared. Without recursion, and refusing what no
// writer writes; but its bytes are a node's own, so work in proportion to the values, not to the bytes,
// is good enough.

import type { Reader } from "@juno/base";
import { DEPTH_MAX } from "../depth.ts";
import { PersistentList } from "../persistent-list.ts";
import { type VectorNode, vectorBranch, vectorLeaf } from "../persistent-vector.ts";
import { Closure, Construct, depthOf, type Value } from "../value.ts";
import { readScalar, TAG } from "./tags.ts";

type Part =
  | { readonly kind: "value"; readonly value: Value }
  /** Of a leaf or a tail; as a node it is one object, whoever asks. */
  | { readonly kind: "items"; readonly items: readonly Value[]; readonly node: VectorNode<Value> }
  | { readonly kind: "branch"; readonly node: VectorNode<Value> };

/** Something whose parts are being read. */
type Open = {
  readonly count: number;
  readonly parts: Part[];
  readonly build: (parts: readonly Part[]) => Part;
};

/** What has no parts takes no place: see the writer. */
function hasParts(part: Part): boolean {
  if (part.kind === "branch") return true;
  if (part.kind === "items") return part.items.length > 0;
  const { value } = part;
  if (value instanceof Construct) return value.fields.length > 0;
  return value instanceof Closure ? value.captures.length > 0 : (value as PersistentList).length > 0;
}

export class GraphReader {
  readonly #reader: Reader;
  readonly #places: Part[] = [];

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  read(): Value {
    const open: Open[] = [];
    for (;;) {
      let part = this.#begin(open);
      while (part !== undefined) {
        const around = open[open.length - 1];
        if (around === undefined) return this.#valueOf(part);
        around.parts.push(part);
        part = this.#finish(open);
      }
    }
  }

  /** Builds the innermost thing if it has all its parts. */
  #finish(open: Open[]): Part | undefined {
    const { count, parts, build } = open[open.length - 1]!;
    if (parts.length < count) return undefined;
    open.pop();
    const part = build(parts);
    return hasParts(part) ? this.#keep(part) : part;
  }

  #keep(part: Part): Part {
    this.#places.push(part);
    return part;
  }

  /** The next part if it has none of its own to wait for; else opens it. */
  #begin(open: Open[]): Part | undefined {
    const reader = this.#reader;
    const tag = reader.u8();
    const scalar = readScalar(reader, tag);
    if (scalar !== undefined) {
      const part: Part = { kind: "value", value: scalar };
      return typeof scalar === "number" || typeof scalar === "boolean" ? part : this.#keep(part);
    }
    if (tag === TAG.again) {
      return this.#places[reader.u32()] ?? reader.fail("only what came before can come again");
    }
    const opened = this.#opened(tag);
    if (opened.count > reader.remaining) reader.fail("more parts than bytes");
    open.push(opened);
    return opened.count === 0 ? this.#finish(open) : undefined;
  }

  #opened(tag: number): Open {
    const reader = this.#reader;
    switch (tag) {
      case TAG.construct: {
        const constructTag = reader.u32();
        return this.#open(reader.u32(), (parts) =>
          this.#limited(new Construct(constructTag, this.#values(parts))),
        );
      }
      case TAG.closure: {
        const fn = reader.u32();
        return this.#open(reader.u32(), (parts) => this.#limited(new Closure(fn, this.#values(parts))));
      }
      case TAG.list: {
        const [shift, count, start] = [reader.u32(), reader.u32(), reader.u32()];
        return this.#open(shift === 0 ? 1 : 2, (parts) => this.#list(parts, { shift, count, start }));
      }
      case TAG.leaf:
        return this.#open(reader.u32(), (parts) => {
          const items = this.#values(parts);
          return { kind: "items", items, node: vectorLeaf(items) };
        });
      case TAG.branch:
        return this.#open(reader.u32(), (parts) => {
          return { kind: "branch", node: vectorBranch(parts.map((part) => this.#nodeOf(part))) };
        });
      default:
        return reader.fail(`nothing begins with the byte ${tag}`);
    }
  }

  #open(count: number, build: Open["build"]): Open {
    return { count, parts: [], build };
  }

  #list(parts: readonly Part[], built: { shift: number; count: number; start: number }): Part {
    const { shift, count, start } = built;
    const tail = parts[parts.length - 1]!;
    if (tail.kind !== "items") return this.#reader.fail("a list ends with items");
    const trie = shift === 0 ? undefined : { root: this.#nodeOf(parts[0]!), shift, count };
    if (trie === undefined && count > 0) this.#reader.fail("a list without nodes counts none");
    const list = PersistentList.ofParts<Value>({ trie, tail: tail.items, start });
    return this.#limited(list ?? this.#reader.fail("no list is built like this"));
  }

  #limited(value: Value): Part {
    if (depthOf(value) > DEPTH_MAX) this.#reader.fail(`a value is at most ${DEPTH_MAX} deep`);
    return { kind: "value", value };
  }

  #valueOf(part: Part): Value {
    return part.kind === "value" ? part.value : this.#reader.fail("a value is expected here");
  }

  #values(parts: readonly Part[]): Value[] {
    return parts.map((part) => this.#valueOf(part));
  }

  #nodeOf(part: Part): VectorNode<Value> {
    return part.kind === "value" ? this.#reader.fail("a list's node is expected here") : part.node;
  }
}
