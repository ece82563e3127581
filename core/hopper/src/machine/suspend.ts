// A machine between two instructions as bytes, and back (L34): it goes on elsewhere with the same result and the same
// gas. In the bytes: the hash of the image, where it is, who waits, what their slots hold, gas by kind, words of
// the heap, how far the stack has grown, which is paid for. Not in them: the image, which the reader must have, and
// the world, whose `EffectsState` is written beside. Slots that nothing can read any more are left out, so that equal
// histories give equal bytes.

import { assert, compareBytes, type Hash, type Reader, type Writer } from "@juno/base";
import { GraphReader } from "./binary/graph-reader.ts";
import { GraphWriter } from "./binary/graph-writer.ts";
import type { Effects } from "./effects.ts";
import { functionAt, type Image, scopesOf } from "./image.ts";
import type { Scope } from "./instruction-writer.ts";
import { FRAMES_MAX, HANDLERS_MAX, STACK_SLOTS_FIRST, STACK_SLOTS_MAX, slotsFor } from "./limits.ts";
import type { LinkedFunction } from "./linkage.ts";
import { FRAME_WORDS, MachineState } from "./machine-state.ts";
import { Machine } from "./vm.ts";

/** Changes with everything below. */
const FORMAT = 2;

/** Slots that hold a value before the instruction at a place, ascending. */
class Slots {
  readonly #image: Image;
  readonly #scopes = new Map<LinkedFunction, ReadonlyMap<number, Scope>>();

  constructor(image: Image) {
    this.#image = image;
  }

  /** Undefined: no instruction begins there. */
  at(place: number): readonly number[] | undefined {
    const linked = functionAt(this.#image, place);
    const scopes = this.#scopes.get(linked) ?? scopesOf(this.#image, linked);
    this.#scopes.set(linked, scopes);
    if (!scopes.has(place)) return undefined;
    const { parameters, captures } = linked.anf;
    const slots = new Set(Array.from({ length: parameters + captures }, (_, slot) => slot));
    for (let scope = scopes.get(place); scope !== undefined; scope = scope.outer) slots.add(scope.slot);
    return [...slots].sort((a, b) => a - b);
  }

  /** Of a frame that is to be returned to: the slot of what is returned holds nothing yet. */
  waiting(resume: number): readonly number[] | undefined {
    const destination = this.#image.bytecode.words[resume - 1];
    return this.at(resume)?.filter((slot) => slot !== destination);
  }
}

/** The frames of a machine, outermost first, the running one last: where each is, and its window's base. */
function* framesOf(state: MachineState): IterableIterator<{ place: number; base: number; waits: boolean }> {
  for (let at = 0; at < state.fp; at += FRAME_WORDS) {
    yield { place: state.frames[at]!, base: state.frames[at + 1]!, waits: true };
  }
  yield { place: state.pc, base: state.base, waits: false };
}

const COUNTERS = ["gas", "allocation", "builtins", "rows", "events", "foreignWords"] as const;

/** Only of a machine that runs, and not of one that has ended. */
export function writeMachine(writer: Writer, { state }: Machine, hash: Hash): void {
  assert(state.result === undefined, "what has ended is not suspended");
  writer.u8(FORMAT).raw(hash).u64(state.gasLimit);
  for (const counter of COUNTERS) writer.u64(state[counter]);
  writer
    .u32(state.stack.length)
    .u32(state.pc)
    .u32(state.fp / FRAME_WORDS);
  for (let at = 0; at < state.fp; at += FRAME_WORDS) writer.u32(state.frames[at]!);
  writer.list(state.handlers, (_, { kind, pc, fp, presences }) =>
    writer
      .bool(kind === "command")
      .u32(pc)
      .u32(fp / FRAME_WORDS)
      .u32(presences),
  );
  const slots = new Slots(state.image);
  const graph = new GraphWriter(writer);
  for (const { place, base, waits } of framesOf(state)) {
    const held = waits ? slots.waiting(place) : slots.at(place);
    assert(held !== undefined, "an instruction begins where a frame goes on");
    for (const slot of held) graph.write(state.stack[base + slot]!);
  }
}

type Place = { readonly image: Image; readonly hash: Hash; readonly effects: Effects };

/** Takes up what `writeMachine` wrote, with the same image; refuses what is for another, or no machine. */
export function readMachine(reader: Reader, { image, hash, effects }: Place): Machine {
  if (reader.u8() !== FORMAT) reader.fail("this is no machine of this version");
  if (compareBytes(reader.raw(hash.length), hash) !== 0) reader.fail("the machine runs another image");
  const state = new MachineState(image, effects, reader.u64());
  for (const counter of COUNTERS) state[counter] = reader.u64();
  const slots = reader.u32();
  if (slots > STACK_SLOTS_MAX || slotsFor(STACK_SLOTS_FIRST, slots) !== slots)
    reader.fail("a stack has so many slots");
  state.growStack(slots);
  state.pc = reader.u32();
  readFrames(reader, state);
  const handlers = reader.list(HANDLERS_MAX, () => {
    const kind = reader.bool() ? "command" : "attempt";
    const [pc, fp, presences] = [reader.u32(), FRAME_WORDS * reader.u32(), reader.u32()];
    if (fp > state.fp) reader.fail("a handler stands in one of the frames");
    const base = fp === state.fp ? state.base : state.frames[fp + 1]!;
    return { kind, pc, fp, base, presences } as const;
  });
  state.handlers.push(...handlers);
  const slotsAt = new Slots(image);
  const graph = new GraphReader(reader);
  for (const { place, base, waits } of framesOf(state)) {
    const held = waits ? slotsAt.waiting(place) : slotsAt.at(place);
    if (held === undefined) return reader.fail("no instruction begins where a frame goes on");
    for (const slot of held) state.stack[base + slot] = graph.read();
  }
  return new Machine(state);
}

/** Where frames go on; each window begins where the one before it ends. */
function readFrames(reader: Reader, state: MachineState): void {
  const { image } = state;
  const windowAt = (place: number): number => {
    if (place >= image.bytecode.words.length) reader.fail("a place lies within the code");
    return image.windows[functionAt(image, place).number]!;
  };
  const frames = reader.list(FRAMES_MAX, () => reader.u32());
  for (const place of frames) {
    if (state.fp === state.frames.length) state.extendFrames();
    state.frames[state.fp] = place;
    state.frames[state.fp + 1] = state.base;
    state.fp += FRAME_WORDS;
    state.base += windowAt(place);
    if (state.base > state.stack.length) reader.fail("the frames fit the stack");
  }
  const top = state.base + windowAt(state.pc);
  if (top > state.stack.length) reader.fail("the frames fit the stack");
}
