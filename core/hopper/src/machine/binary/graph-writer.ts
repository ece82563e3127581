// Values in binary as graphs, for a machine that is suspended (L34): what a value shares within itself or with others
// written before is written once and then named by its place, so that the bytes are no larger than the memory
// was. Equal histories give equal bytes; equal values need not. Texts, bytes and integers are shared by what they
// are, what has parts by identity; what has none is written each time, because a host may keep one or many of
// it. Written without recursion: a list adds levels of its own.

import { hex, type Writer } from "@juno/base";
import { PersistentList } from "../persistent-list.ts";
import type { VectorNode } from "../persistent-vector.ts";
import { Closure, Construct, type Value } from "../value.ts";
import { TAG, writeScalar } from "./tags.ts";

type Task =
  | { readonly kind: "value"; readonly value: Value }
  /** Items of a leaf or tail. */
  | { readonly kind: "items"; readonly items: readonly Value[] }
  | { readonly kind: "node"; readonly node: VectorNode<Value>; readonly shift: number }
  /** All of it is written: it has a place from now on. */
  | { readonly kind: "done"; readonly shared: unknown };

const BITS = 5;

export class GraphWriter {
  readonly #writer: Writer;
  readonly #places = new Map<unknown, number>();
  /** As `#places`, of bytes, by their hex. */
  readonly #placesOfBytes = new Map<string, number>();
  readonly #tasks: Task[] = [];

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Values of one graph are read back in the order in which they were written. */
  write(value: Value): void {
    this.#tasks.push({ kind: "value", value });
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) this.#perform(task);
  }

  #perform(task: Task): void {
    switch (task.kind) {
      case "value":
        return this.#value(task.value);
      case "items":
        return this.#shared(task.items, () => {
          this.#writer.u8(TAG.leaf).u32(task.items.length);
          return valueTasks(task.items);
        });
      case "node":
        return this.#node(task.node, task.shift);
      case "done":
        return this.#settle(task.shared);
    }
  }

  #settle(shared: unknown): void {
    const place = this.#places.size + this.#placesOfBytes.size;
    if (shared instanceof Uint8Array) this.#placesOfBytes.set(hex(shared), place);
    else this.#places.set(shared, place);
  }

  #placeOf(shared: unknown): number | undefined {
    return shared instanceof Uint8Array ? this.#placesOfBytes.get(hex(shared)) : this.#places.get(shared);
  }

  /** Names what was written before; else lets `begin` write its head and tell its parts. */
  #shared(shared: unknown, begin: () => readonly Task[]): void {
    const place = this.#placeOf(shared);
    if (place !== undefined) {
      this.#writer.u8(TAG.again).u32(place);
      return;
    }
    const parts = begin();
    if (!isBare(shared)) this.#tasks.push({ kind: "done", shared });
    for (let at = parts.length - 1; at >= 0; at--) this.#tasks.push(parts[at]!);
  }

  #value(value: Value): void {
    if (typeof value === "number" || typeof value === "boolean") {
      writeScalar(this.#writer, value);
      return;
    }
    this.#shared(value, () => {
      if (writeScalar(this.#writer, value)) return [];
      if (value instanceof Construct) {
        this.#writer.u8(TAG.construct).u32(value.tag).u32(value.fields.length);
        return valueTasks(value.fields);
      }
      if (value instanceof Closure) {
        this.#writer.u8(TAG.closure).u32(value.fn).u32(value.captures.length);
        return valueTasks(value.captures);
      }
      return this.#list(value as PersistentList);
    });
  }

  #list(list: PersistentList): readonly Task[] {
    const { trie, tail, start } = list.parts();
    this.#writer
      .u8(TAG.list)
      .u32(trie?.shift ?? 0)
      .u32(trie?.count ?? 0)
      .u32(start);
    const items: Task = { kind: "items", items: tail };
    return trie === undefined ? [items] : [{ kind: "node", node: trie.root, shift: trie.shift }, items];
  }

  #node(node: VectorNode<Value>, shift: number): void {
    if (shift === 0) return this.#perform({ kind: "items", items: node.items });
    return this.#shared(node, () => {
      this.#writer.u8(TAG.branch).u32(node.nodes.length);
      return node.nodes.map((child): Task => ({ kind: "node", node: child, shift: shift - BITS }));
    });
  }
}

/** Whether it has no parts: then it takes no place. */
function isBare(shared: unknown): boolean {
  if (shared instanceof Construct) return shared.fields.length === 0;
  if (shared instanceof Closure) return shared.captures.length === 0;
  return (shared instanceof PersistentList || Array.isArray(shared)) && shared.length === 0;
}

const valueTasks = (values: readonly Value[]): Task[] => values.map((value) => ({ kind: "value", value }));
