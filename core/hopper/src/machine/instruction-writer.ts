// One step of A-normal form to its instruction (two or three for commands and attempts): operands, places
// of functions, counts. It knows the function it writes for, not how bodies follow each other; and
// it checks what it is given: a reference or a count that does not fit is a bug of the checker.

import { assert } from "@juno/base";
import type { Atom, End, FunctionRef, Operation, Step } from "./anf.ts";
import { type CodeBuffer, Label, type OpcodeName } from "./bytecode.ts";
import { operationGas } from "./gas.ts";
import { intrinsicOf } from "./intrinsics.ts";
import type { Linkage, LinkedFunction } from "./linkage.ts";
import { TABLE_OPERATIONS } from "./table-operations.ts";
import { Construct, UNIT } from "./value.ts";

/** Slots that hold a value at a place, latest first; parameters and captures always do. */
export type Scope = { readonly slot: number; readonly outer: Scope } | undefined;

/** The gas of a node, and where it stands in the source. */
export type Node = { readonly gas: number; readonly at: number };

export type Target = {
  readonly linkage: Linkage;
  /** Where each function begins, by number. */
  readonly entries: readonly Label[];
  readonly buffer: CodeBuffer;
  /** Hears, for each instruction, which slots hold a value before it. */
  readonly observe?: (place: number, scope: Scope) => void;
};

export class InstructionWriter {
  readonly #target: Target;
  readonly #linked: LinkedFunction;
  readonly #buffer: CodeBuffer;
  readonly #module: number;
  scope: Scope = undefined;

  constructor(target: Target, linked: LinkedFunction) {
    this.#target = target;
    this.#linked = linked;
    this.#buffer = target.buffer;
    this.#module = target.linkage.moduleNumber(linked.module);
  }

  begin(name: OpcodeName, node: Node): void {
    this.#target.observe?.(this.#buffer.length, this.scope);
    this.#buffer.begin(name, node);
  }

  slot(slot: number): void {
    assert(slot >= 0 && slot < this.#linked.anf.slots, "a slot lies within its function");
    this.#buffer.word(slot);
  }

  atom(atom: Atom): void {
    if (atom.kind === "slot") this.slot(atom.slot);
    else this.#buffer.word(this.#buffer.constant(atom.kind === "unit" ? UNIT : atom.value));
  }

  #atoms(atoms: readonly Atom[]): void {
    this.#buffer.word(atoms.length);
    for (const atom of atoms) this.atom(atom);
  }

  /** A step that does not fork. */
  step({ slot, operation, at }: Step): void {
    const node = { gas: operationGas(operation), at };
    switch (operation.kind) {
      case "atom":
        return this.move(slot, operation.atom, node);
      case "call":
        return this.call(operation, slot, node);
      case "apply":
        return this.apply(operation, slot, node);
      case "closure":
        return this.#closure(operation, slot, node);
      case "construct":
        return this.#construct(operation, slot, node);
      case "field":
        return this.#field(operation, slot, node);
      case "tag":
        return this.#tag(operation.of, slot, node);
      case "list":
        return this.#list(operation.items, slot, node);
      case "builtin":
        return this.#builtin(operation, slot, node);
      case "table":
        return this.#table(operation, slot, node);
      case "emit":
        return this.#emit(operation.event, slot, node);
      case "command":
        return this.#command(operation, slot, node);
      case "attempt":
        return this.#attempt(operation.closure, slot, node);
      case "branch":
      case "switch":
        assert(false, "a fork is no plain step");
    }
  }

  move(slot: number, atom: Atom, node: Node): void {
    this.begin("move", node);
    this.slot(slot);
    this.atom(atom);
  }

  #field({ of, index }: Operation & { kind: "field" }, slot: number, node: Node): void {
    this.begin("field", node);
    this.slot(slot);
    this.atom(of);
    this.#buffer.word(index);
  }

  #tag(of: Atom, slot: number, node: Node): void {
    this.begin("tag", node);
    this.slot(slot);
    this.atom(of);
  }

  #construct({ tag, fields }: Operation & { kind: "construct" }, slot: number, node: Node): void {
    if (fields.length === 0) {
      this.begin("move", node);
      this.slot(slot);
      return this.#buffer.word(this.#buffer.constant(new Construct(tag, [])));
    }
    this.begin("construct", node);
    this.slot(slot);
    this.#buffer.word(tag);
    this.#atoms(fields);
  }

  #closure({ fn, captures }: Operation & { kind: "closure" }, slot: number, node: Node): void {
    const { number, anf } = this.#target.linkage.functionOf(fn);
    assert(anf.captures === captures.length, `a closure of ${anf.name} has all its captures`);
    this.begin("closure", node);
    this.slot(slot);
    this.#buffer.word(number);
    this.#atoms(captures);
  }

  #list(items: readonly Atom[], slot: number, node: Node): void {
    this.begin("list", node);
    this.slot(slot);
    this.#atoms(items);
  }

  /** A function that is called by name, with as many arguments as it has parameters. */
  #callee(fn: FunctionRef, args: readonly Atom[]): LinkedFunction {
    const callee = this.#target.linkage.functionOf(fn);
    const { parameters, captures } = callee.anf;
    assert(parameters === args.length && captures === 0, `a call of ${fn.name} has as many arguments`);
    return callee;
  }

  call({ fn, args }: { fn: FunctionRef; args: readonly Atom[] }, slot: number, node: Node): void {
    const callee = this.#callee(fn, args);
    const window = this.#linked.anf.slots;
    this.begin("call", node);
    this.#buffer.place(this.#target.entries[callee.number]!);
    this.#buffer.word(window);
    this.#buffer.word(window + callee.anf.slots);
    this.#atoms(args);
    this.slot(slot);
  }

  apply({ closure, args }: { closure: Atom; args: readonly Atom[] }, slot: number, node: Node): void {
    this.begin("apply", node);
    this.atom(closure);
    this.#buffer.word(this.#linked.anf.slots);
    this.#atoms(args);
    this.slot(slot);
  }

  tailCall({ fn, args }: End & { kind: "tail-call" }, node: Node): void {
    const callee = this.#callee(fn, args);
    // Argument i becomes slot i, so an argument that reads slot i must come before it, or be i itself.
    const stays = (slot: number) => {
      const atom = args[slot]!;
      return atom.kind === "slot" && atom.slot === slot;
    };
    const crossed = args.some((atom, i) => atom.kind === "slot" && atom.slot < i && !stays(atom.slot));
    this.begin(crossed ? "tailCallCrossed" : "tailCall", node);
    this.#buffer.place(this.#target.entries[callee.number]!);
    this.#buffer.word(callee.anf.slots);
    this.#atoms(args);
  }

  tailApply({ closure, args }: End & { kind: "tail-apply" }, node: Node): void {
    this.begin("tailApply", node);
    this.atom(closure);
    this.#atoms(args);
  }

  #builtin({ name, args }: Operation & { kind: "builtin" }, slot: number, node: Node): void {
    const { linkage } = this.#target;
    const number = linkage.builtinNumber(name);
    const intrinsic = intrinsicOf(linkage.builtins[number]!);
    this.begin(intrinsic?.opcode ?? "builtin", node);
    this.slot(slot);
    this.#buffer.word(intrinsic?.gas ?? 0);
    this.#buffer.word(number);
    this.#buffer.word(this.#module);
    this.#atoms(args);
  }

  #table(operation: Operation & { kind: "table" }, slot: number, node: Node): void {
    const { tables } = this.#target.linkage.modules[this.#module]!;
    assert(operation.table >= 0 && operation.table < tables.length, "the module has the table");
    this.begin("table", node);
    this.slot(slot);
    this.#buffer.word(TABLE_OPERATIONS.indexOf(operation.operation));
    this.#buffer.word(this.#module);
    this.#buffer.word(operation.table);
    this.#atoms(operation.args);
  }

  #emit(event: Atom, slot: number, node: Node): void {
    this.begin("emit", node);
    this.slot(slot);
    this.atom(event);
  }

  /** The node's gas is the beginning's; what it is made of costs nothing more. */
  #command(operation: Operation & { kind: "command" }, slot: number, node: Node): void {
    this.begin("commandBegin", node);
    this.#buffer.word(this.#target.linkage.moduleNumber(operation.fn.module));
    this.call(operation, slot, { gas: 0, at: node.at });
    this.scope = { slot, outer: this.scope };
    this.begin("commandEnd", { gas: 0, at: node.at });
  }

  #attempt(closure: Atom, slot: number, node: Node): void {
    const failed = new Label();
    this.begin("attemptBegin", node);
    this.slot(slot);
    this.#buffer.place(failed);
    this.apply({ closure, args: [] }, slot, { gas: 0, at: node.at });
    this.begin("attemptEnd", { gas: 0, at: node.at });
    this.slot(slot);
    this.#buffer.mark(failed);
  }
}
