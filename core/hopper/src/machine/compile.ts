// Bytecode from A-normal form, one function at a time: how bodies and their forks follow each other. Nested
// bodies are laid out one after the other from an explicit stack of tasks, so that no nesting is too
// deep. Each node's gas is in exactly one instruction, whatever the layout (L31).

import { assert } from "@juno/base";
import type { Atom, Body, End, SwitchArm } from "./anf.ts";
import { type CodeBuffer, Label } from "./bytecode.ts";
import { endGas, operationGas } from "./gas.ts";
import { InstructionWriter, type Node, type Scope, type Target } from "./instruction-writer.ts";
import type { LinkedFunction } from "./linkage.ts";

/** Where a nested body's value goes, and what follows it. Without one, a body's value is the function's. */
type Into = { readonly slot: number; readonly exit: Label };

type BodyTask = {
  readonly kind: "body";
  readonly body: Body;
  readonly from: number;
  readonly into: Into | undefined;
  readonly scope: Scope;
};

type Task = BodyTask | { readonly kind: "mark"; readonly label: Label };

type Branch = { readonly condition: Atom; readonly then: Body; readonly else: Body };
type Switch = {
  readonly of: Atom;
  readonly arms: readonly SwitchArm[];
  readonly otherwise: Body | undefined;
};

/** Empty places a switch by tag may have beyond one for each arm. */
const SWITCH_HOLES_MAX = 8;

export function compileFunction(target: Target, linked: LinkedFunction): void {
  target.buffer.mark(target.entries[linked.number]!);
  new FunctionCompiler(target.buffer, new InstructionWriter(target, linked)).run(linked.anf.body);
}

class FunctionCompiler {
  readonly #buffer: CodeBuffer;
  readonly #writer: InstructionWriter;
  readonly #tasks: Task[] = [];

  constructor(buffer: CodeBuffer, writer: InstructionWriter) {
    this.#buffer = buffer;
    this.#writer = writer;
  }

  run(body: Body): void {
    this.#tasks.push({ kind: "body", body, from: 0, into: undefined, scope: undefined });
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      if (task.kind === "mark") this.#buffer.mark(task.label);
      else this.#body(task);
    }
  }

  #body({ body, from, into, scope }: BodyTask): void {
    const writer = this.#writer;
    writer.scope = scope;
    for (let i = from; i < body.steps.length; i++) {
      const step = body.steps[i]!;
      const { operation, slot, at } = step;
      const outer = writer.scope;
      if (operation.kind === "branch" || operation.kind === "switch") {
        const exit = new Label();
        this.#tasks.push({ kind: "body", body, from: i + 1, into, scope: { slot, outer } });
        this.#tasks.push({ kind: "mark", label: exit });
        return this.#fork(operation, { gas: operationGas(operation), at }, { slot, exit });
      }
      writer.step(step);
      writer.scope = { slot, outer };
    }
    this.#end(body.end, into);
  }

  #fork(
    fork: ({ kind: "branch" } & Branch) | ({ kind: "switch" } & Switch),
    node: Node,
    into: Into | undefined,
  ): void {
    if (fork.kind === "branch") this.#branch(fork, node, into);
    else this.#switch(fork, node, into);
  }

  /** The body is laid out at the label, after what has been pushed later. */
  #later(body: Body, label: Label, into: Into | undefined): void {
    this.#tasks.push({ kind: "body", body, from: 0, into, scope: this.#writer.scope });
    this.#tasks.push({ kind: "mark", label });
  }

  #branch(fork: Branch, node: Node, into: Into | undefined): void {
    const otherwise = new Label();
    this.#writer.begin("branch", node);
    this.#writer.atom(fork.condition);
    this.#buffer.place(otherwise);
    this.#later(fork.else, otherwise, into);
    this.#later(fork.then, new Label(), into);
  }

  #switch({ of, arms, otherwise }: Switch, node: Node, into: Into | undefined): void {
    const sorted = [...arms].sort((a, b) => a.tag - b.tag);
    assert(
      sorted.every(({ tag }, i) => tag >= 0 && tag !== sorted[i - 1]?.tag),
      "each arm of a switch has a tag of its own",
    );
    const labels = sorted.map(({ tag }) => ({ tag, label: new Label() }));
    const missing = new Label();
    this.#jumpTable(of, node, { labels, missing });
    if (otherwise === undefined) this.#trap(missing);
    else this.#later(otherwise, missing, into);
    for (let i = sorted.length - 1; i >= 0; i--) this.#later(sorted[i]!.body, labels[i]!.label, into);
  }

  #jumpTable(
    of: Atom,
    node: Node,
    { labels, missing }: { labels: readonly { tag: number; label: Label }[]; missing: Label },
  ): void {
    const count = (labels.at(-1)?.tag ?? -1) + 1;
    const dense = count <= 2 * labels.length + SWITCH_HOLES_MAX;
    this.#writer.begin(dense ? "switch" : "sparseSwitch", node);
    this.#writer.atom(of);
    this.#buffer.word(dense ? count : labels.length);
    this.#buffer.place(missing);
    let next = 0;
    for (const { tag, label } of labels) {
      if (!dense) this.#buffer.word(tag);
      else for (; next < tag; next++) this.#buffer.place(missing);
      this.#buffer.place(label);
      next = tag + 1;
    }
  }

  #trap(label: Label): void {
    this.#buffer.mark(label);
    this.#writer.begin("trap", { gas: 0, at: 0 });
  }

  #end(end: End, into: Into | undefined): void {
    const writer = this.#writer;
    const node = { gas: endGas(end), at: "at" in end ? end.at : 0 };
    switch (end.kind) {
      case "return":
        return this.#return(end.value, node, into);
      case "tail-call":
        if (into === undefined) return writer.tailCall(end, node);
        writer.call(end, into.slot, node);
        return this.#leave(into);
      case "tail-apply":
        if (into === undefined) return writer.tailApply(end, node);
        writer.apply(end, into.slot, node);
        return this.#leave(into);
      case "branch":
      case "switch":
        return this.#fork(end, node, into);
      case "abort":
        writer.begin("abort", node);
        return writer.atom(end.error);
    }
  }

  #return(value: Atom, node: Node, into: Into | undefined): void {
    if (into === undefined) {
      this.#writer.begin("return", node);
      return this.#writer.atom(value);
    }
    if (this.#fallsThrough(into)) return this.#writer.move(into.slot, value, node);
    this.#writer.begin("give", node);
    this.#writer.slot(into.slot);
    this.#writer.atom(value);
    this.#buffer.place(into.exit);
  }

  /** From a nested body whose value is that of a call. */
  #leave(into: Into): void {
    if (this.#fallsThrough(into)) return;
    this.#writer.scope = { slot: into.slot, outer: this.#writer.scope };
    this.#writer.begin("jump", { gas: 0, at: 0 });
    this.#buffer.place(into.exit);
  }

  /** Whether what comes next in the code is what follows the nested body. */
  #fallsThrough(into: Into): boolean {
    const next = this.#tasks.at(-1);
    return next?.kind === "mark" && next.label === into.exit;
  }
}
