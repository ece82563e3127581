// Dividing an amount among parts so that nothing is lost: the parts add up to the whole.

import type { Meter } from "../machine/effects.ts";
import {
  absolute,
  add,
  divideTruncated,
  isNegative,
  multiply,
  negate,
  remainder,
  subtract,
} from "../machine/integer.ts";
import { PersistentList } from "../machine/persistent-list.ts";
import type { Integer } from "../machine/value.ts";
import { linear, product } from "./cost.ts";
import { within } from "./record.ts";

function total(weights: PersistentList, meter: Meter): Integer {
  let sum: Integer = 0;
  for (const weight of weights) {
    const limbs = linear(sum, weight as Integer);
    if (limbs > 1) meter.charge(limbs);
    sum = within(add(sum, weight as Integer), meter);
  }
  return sum;
}

/** Parts by weight; undefined if no part has any. */
export function allot(whole: Integer, weights: PersistentList, meter: Meter): PersistentList | undefined {
  const sum = total(weights, meter);
  if (sum === 0) return undefined;
  const size = absolute(whole);
  const work = product(size, sum);
  if (work > 1) meter.charge(6 * work * weights.length);
  const parts: Integer[] = [];
  const lost: boolean[] = [];
  let left: Integer = size;
  for (const weight of weights) {
    const share = within(multiply(size, weight as Integer), meter);
    const part = divideTruncated(share, sum);
    parts.push(part);
    lost.push(remainder(share, sum) !== 0);
    left = subtract(left, part)!;
  }
  // Each part that was rounded lost less than one unit, so fewer units are left than there are such parts.
  let units = Number(left);
  for (let at = 0; units > 0; at++) {
    if (!lost[at]) continue;
    parts[at] = add(parts[at]!, 1)!;
    units -= 1;
  }
  return PersistentList.of(isNegative(whole) ? parts.map(negate) : parts);
}
