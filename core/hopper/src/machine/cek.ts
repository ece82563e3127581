// The reference semantics of A-normal form: control, environment, continuation, one node at a time, with nothing
// done for speed (L30). It shares with the machine the table of gas, the limits and the builtins, and
// nothing else; where the two differ, one of them is wrong.

import { assert } from "@juno/base";
import {
  Abort,
  abortWith,
  declaredError,
  type Failure,
  OutOfGas,
  outOfGas,
  type RaisedError,
  TRACE_MAX,
} from "./abort.ts";
import type { Atom, Body, End, Operation, SwitchArm } from "./anf.ts";
import { compute } from "./cek-compute.ts";
import type { TestingEffects } from "./effects.ts";
import { ARGUMENT_GAS, endGas, type GasByKind, operationGas, STACK_SLOT_GAS, wordsOf } from "./gas.ts";
import { GasTank } from "./gas-tank.ts";
import {
  FRAMES_MAX,
  HANDLERS_MAX,
  paidSlots,
  STACK_SLOTS_FIRST,
  STACK_SLOTS_MAX,
  slotsFor,
} from "./limits.ts";
import type { Linkage, LinkedFunction } from "./linkage.ts";
import type { Ended, Start } from "./outcome.ts";
import { type Closure, type Construct, UNIT, type Value } from "./value.ts";

/** A function that runs, with the values of its slots. */
type Activation = { readonly linked: LinkedFunction; readonly env: Value[] };

/** Where a value goes, innermost last. */
type Continuation =
  /** Into the slot of the step `body.steps[index]`, and on behind it. */
  | { readonly kind: "join"; readonly body: Body; readonly index: number }
  /** Out of a called function: unchanged, but the caller runs again. */
  | { readonly kind: "caller"; readonly activation: Activation }
  /** Out of a test's command, or its attempt. */
  | { readonly kind: "command" }
  /** `presences`: signers that were there when it began. */
  | { readonly kind: "attempt"; readonly presences: number };

type Fork = (Operation | End) & { kind: "branch" | "switch" };

export function interpret({ image, fn, args, effects, gasLimit }: Start): { ended: Ended; gas: GasByKind } {
  const linked = image.linkage.functionOf(fn);
  const tank = new GasTank(gasLimit, effects);
  const ended = new Interpreter(image.linkage, tank, { linked, env: [...args] }).run();
  return { ended, gas: tank.byKind };
}

class Interpreter {
  readonly #linkage: Linkage;
  readonly #tank: GasTank;
  readonly #continuations: Continuation[] = [];
  #activation: Activation;
  /** Callers that wait, and the slots they keep. */
  #callers = 0;
  #waitingSlots = 0;
  /** How many slots there have been at once, in doublings. */
  #slots: number;
  #body: Body;
  #index = 0;
  /** Where the node stands that is being done. */
  #at = 0;
  #ended: Ended | undefined;

  constructor(linkage: Linkage, tank: GasTank, activation: Activation) {
    this.#linkage = linkage;
    this.#tank = tank;
    this.#activation = activation;
    this.#slots = slotsFor(STACK_SLOTS_FIRST, activation.linked.anf.slots);
    this.#body = activation.linked.anf.body;
  }

  run(): Ended {
    while (this.#ended === undefined) {
      try {
        this.#next();
      } catch (thrown) {
        if (thrown instanceof OutOfGas) this.#fail(outOfGas(this.#tank.limit), false);
        else if (thrown instanceof Abort) this.#fail(thrown.raised, true);
        else throw thrown;
      }
    }
    return this.#ended;
  }

  #next(): void {
    const step = this.#body.steps[this.#index];
    if (step === undefined) return this.#end(this.#body.end);
    const { operation, slot, at } = step;
    this.#at = at;
    this.#tank.node(operationGas(operation), wordsOf(operation));
    switch (operation.kind) {
      case "call":
        this.#join();
        return this.#enter(this.#linkage.functionOf(operation.fn), this.#values(operation.args));
      case "apply":
        this.#join();
        return this.#apply(operation);
      case "branch":
      case "switch":
        this.#join();
        return this.#fork(operation);
      case "command":
        return this.#command(operation);
      case "attempt":
        this.#join();
        this.#handle({ kind: "attempt", presences: this.#testing.presences });
        return this.#apply({ closure: operation.closure, args: [] });
      default: {
        const scope = { linkage: this.#linkage, tank: this.#tank, module: this.#activation.linked.module };
        this.#activation.env[slot] = compute(operation, (atom) => this.#value(atom), scope);
        this.#index += 1;
      }
    }
  }

  #end(end: End): void {
    this.#at = "at" in end ? end.at : 0;
    this.#tank.node(endGas(end), 0);
    switch (end.kind) {
      case "return":
        return this.#return(this.#value(end.value));
      case "branch":
      case "switch":
        return this.#fork(end);
      case "tail-call":
        return this.#enter(this.#linkage.functionOf(end.fn), this.#values(end.args));
      case "tail-apply":
        return this.#apply(end);
      case "abort":
        throw new Abort(declaredError(this.#value(end.error)));
    }
  }

  #value(atom: Atom): Value {
    if (atom.kind === "constant") return atom.value;
    if (atom.kind === "unit") return UNIT;
    const value = this.#activation.env[atom.slot];
    assert(value !== undefined, "a slot is written before it is read");
    return value;
  }

  #values(atoms: readonly Atom[]): Value[] {
    return atoms.map((atom) => this.#value(atom));
  }

  /** The value of what comes goes into the slot of the step that is being done. */
  #join(): void {
    this.#continuations.push({ kind: "join", body: this.#body, index: this.#index });
  }

  #goInto(body: Body): void {
    this.#body = body;
    this.#index = 0;
  }

  #fork(fork: Fork): void {
    if (fork.kind === "branch") {
      return this.#goInto(this.#value(fork.condition) === true ? fork.then : fork.else);
    }
    const { tag } = this.#value(fork.of) as Construct;
    const body = fork.arms.find((arm: SwitchArm) => arm.tag === tag)?.body ?? fork.otherwise;
    assert(body !== undefined, "a switch has an arm for every tag");
    this.#goInto(body);
  }

  #apply({ closure, args }: { closure: Atom; args: readonly Atom[] }): void {
    const { fn, captures } = this.#value(closure) as Closure;
    this.#tank.charge(ARGUMENT_GAS * captures.length);
    this.#enter(this.#linkage.functions[fn]!, [...this.#values(args), ...captures]);
  }

  /** L32: the caller waits, unless this is the last thing it does: then nothing of it is kept. */
  #enter(linked: LinkedFunction, env: Value[]): void {
    const last = this.#continuations.at(-1);
    const waits = last !== undefined && last.kind !== "caller";
    const waitingSlots = this.#waitingSlots + (waits ? this.#activation.linked.anf.slots : 0);
    const top = waitingSlots + linked.anf.slots;
    if (top > STACK_SLOTS_MAX) abortWith("StackExceeded", { max: STACK_SLOTS_MAX });
    const slots = slotsFor(this.#slots, top);
    this.#tank.charge(STACK_SLOT_GAS * paidSlots(this.#slots, slots));
    this.#slots = slots;
    if (waits) this.#wait(waitingSlots);
    this.#activation = { linked, env };
    this.#goInto(linked.anf.body);
  }

  #wait(waitingSlots: number): void {
    if (this.#callers === FRAMES_MAX) abortWith("StackExceeded", { max: FRAMES_MAX });
    this.#continuations.push({ kind: "caller", activation: this.#activation });
    this.#callers += 1;
    this.#waitingSlots = waitingSlots;
  }

  #resume(caller: Activation): void {
    this.#activation = caller;
    this.#callers -= 1;
    this.#waitingSlots -= caller.linked.anf.slots;
  }

  #return(returned: Value): void {
    let value = returned;
    for (;;) {
      const continuation = this.#continuations.pop();
      if (continuation === undefined) {
        this.#ended = { kind: "done", value };
        return;
      }
      if (continuation.kind === "join") return this.#land(continuation, value);
      if (continuation.kind === "caller") this.#resume(continuation.activation);
      else if (continuation.kind === "command") this.#testing.end(true);
      // L3: an attempt tells how its closure ended, here without an error.
      else value = "";
    }
  }

  #land({ body, index }: Continuation & { kind: "join" }, value: Value): void {
    this.#activation.env[body.steps[index]!.slot] = value;
    this.#body = body;
    this.#index = index + 1;
  }

  get #testing(): TestingEffects {
    const { testing } = this.#tank.effects;
    assert(testing !== undefined, "commands and attempts stand in tests only");
    return testing;
  }

  #handle(handler: Continuation & { kind: "command" | "attempt" }): void {
    const handlers = this.#continuations.filter((one) => one.kind === "command" || one.kind === "attempt");
    if (handlers.length === HANDLERS_MAX) abortWith("StackExceeded", { max: HANDLERS_MAX });
    this.#continuations.push(handler);
  }

  #command({ fn, args }: Operation & { kind: "command" }): void {
    this.#join();
    this.#handle({ kind: "command" });
    this.#testing.begin(fn.module);
    this.#enter(this.#linkage.functionOf(fn), this.#values(args));
  }

  /** L13: ends the command, or the innermost attempt if the error is one that an attempt survives. */
  #fail(raised: RaisedError, catchable: boolean): void {
    const failure = this.#failureOf(raised);
    for (;;) {
      const continuation = this.#continuations.pop();
      if (continuation === undefined) break;
      if (continuation.kind === "caller") this.#resume(continuation.activation);
      if (continuation.kind === "command") this.#testing.end(false);
      if (continuation.kind !== "attempt" || !catchable) continue;
      this.#testing.releaseTo(continuation.presences);
      return this.#return(failure.error);
    }
    this.#ended = { kind: "failed", failure };
  }

  #failureOf(raised: RaisedError): Failure {
    const { linked } = this.#activation;
    const callers = this.#continuations.flatMap((one) =>
      one.kind === "caller" ? [one.activation.linked] : [],
    );
    const trace = [linked, ...callers.reverse()].slice(0, TRACE_MAX);
    return {
      ...raised,
      at: { module: linked.module, function: linked.anf.name, offset: this.#at },
      trace: trace.map(({ module, anf }) => `${module}.${anf.name}`),
    };
  }
}
