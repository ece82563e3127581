// Where a machine stood when it failed: the expression at hand, and the calls that had not returned, innermost first.

import { assert } from "@juno/base";
import { type Failure, type Place, TRACE_MAX } from "../machine/abort.ts";
import { functionAt, type Image } from "../machine/image.ts";
import { FRAME_WORDS, type MachineState } from "../machine/machine-state.ts";

export const placeOf = (image: Image, pc: number): Place => {
  const { module, anf } = functionAt(image, pc);
  const offset = image.bytecode.positions[pc];
  assert(offset !== undefined, "a place lies within the code");
  return { module, function: anf.name, offset };
};

/** Of the machine that has just ended with the failure: its frames stand as they were. */
export function placesOf(state: MachineState, failure: Failure): Place[] {
  const places = [failure.at];
  const { image, fp, frames } = state;
  for (let at = fp - FRAME_WORDS; at >= 0 && places.length < TRACE_MAX; at -= FRAME_WORDS) {
    // A frame goes on behind the call, so the call is the instruction before.
    places.push(placeOf(image, frames[at]! - 1));
  }
  return places;
}
