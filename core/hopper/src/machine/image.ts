// Modules linked and compiled: what a machine runs. An image is a function of its modules and builtins (L30):
// the same modules give the same bytes of code on every node. It holds no state and may be shared.

import { type Bytecode, CodeBuffer, Label } from "./bytecode.ts";
import { compileFunction } from "./compile.ts";
import type { Scope } from "./instruction-writer.ts";
import type { Builtins, LinkedFunction, Modules } from "./linkage.ts";
import { Linkage } from "./linkage.ts";

export type Image = {
  readonly linkage: Linkage;
  readonly bytecode: Bytecode;
  /** Where each function begins, by number, ascending. */
  readonly entries: Int32Array;
  /** How many slots each function's frames have, by number. */
  readonly windows: Int32Array;
};

/** Every reference of every module must lead somewhere: to a module given, the prelude's included, or a builtin. */
export function link(modules: Modules, builtins: Builtins): Image {
  const linkage = new Linkage(modules, builtins);
  const buffer = new CodeBuffer();
  const entries = linkage.functions.map(() => new Label());
  for (const linked of linkage.functions) compileFunction({ linkage, entries, buffer }, linked);
  return {
    linkage,
    bytecode: buffer.finish(),
    entries: Int32Array.from(entries, ({ at }) => at),
    windows: Int32Array.from(linkage.functions, ({ anf }) => anf.slots),
  };
}

/** The function that a place in the code belongs to. */
export function functionAt({ linkage, entries }: Image, place: number): LinkedFunction {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (entries[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return linkage.functions[low]!;
}

/** For each instruction of a function, by place, the slots that hold a value before it. */
export function scopesOf(image: Image, linked: LinkedFunction): ReadonlyMap<number, Scope> {
  const entry = image.entries[linked.number]!;
  const scopes = new Map<number, Scope>();
  const observe = (place: number, scope: Scope) => scopes.set(entry + place, scope);
  const entries = image.linkage.functions.map(() => new Label());
  compileFunction({ linkage: image.linkage, entries, buffer: new CodeBuffer(), observe }, linked);
  return scopes;
}
