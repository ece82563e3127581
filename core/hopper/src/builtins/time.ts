// std.time: instants and spans of time, in milliseconds. The only clock is the log's: `now` is the time of the
// entry that carries the command (L46).

import { DAY_MS } from "../machine/calendar.ts";
import {
  absolute,
  add,
  compareIntegers,
  divideFloor,
  isNegative,
  modulo,
  multiply,
  negate,
  subtract,
} from "../machine/integer.ts";
import type { Integer, Value } from "../machine/value.ts";
import { comparisons } from "./comparisons.ts";
import { linear, product } from "./cost.ts";
import { fraction, fractionGas } from "./fraction.ts";
import { laterBy, timeWithin } from "./instant.ts";
import { as, type BuiltinRecord, demand, ofModule, within } from "./record.ts";

type Two = readonly [Integer, Integer];

const linearOf = (args: readonly Value[]): number => linear(...as<readonly Integer[]>(args));
const productOf = (args: readonly Value[]): number => product(...as<Two>(args));
const compare = (a: Value, b: Value): number => compareIntegers(a as Integer, b as Integer);

/** `name(n)`: a span of n units. */
const span = (name: string, ms: number, example: string): BuiltinRecord => ({
  declaration: `fn ${name}(n: Int) -> Duration`,
  doc: `A span of n ${name}.`,
  examples: [example],
  cost: linearOf,
  run: ([n], scope) => within(multiply(n as Integer, ms), scope),
});

const SPANS: readonly BuiltinRecord[] = [
  span("milliseconds", 1, "milliseconds(1000) == seconds(1)"),
  span("seconds", 1_000, "seconds(60) == minutes(1)"),
  span("minutes", 60_000, "minutes(60) == hours(1)"),
  span("hours", 3_600_000, "hours(24) == days(1)"),
  span("days", DAY_MS, "days(7) == weeks(1)"),
  span("weeks", 7 * DAY_MS, "weeks(2) == days(14)"),
];

const TIMES: readonly BuiltinRecord[] = [
  {
    declaration: "fn now() -> Time reads",
    doc: "The time of the command, written without parentheses. It is the same throughout the command, and never less than in one before.",
    examples: ["now == now"],
    cost: () => 1,
    run: (_, scope) => scope.effects.now,
  },
  {
    declaration: "fn add(t: Time, d: Duration) -> Time",
    doc: "The instant that is later by the span: `t + d`.",
    examples: ["now + days(1) > now"],
    cost: linearOf,
    run: (args, scope) => laterBy(...as<Two>(args), scope),
  },
  {
    declaration: "fn add_to(d: Duration, t: Time) -> Time",
    doc: "The instant that is later by the span: `d + t`.",
    examples: ["days(1) + now == now + days(1)"],
    cost: linearOf,
    run: (args, scope) => laterBy(...as<Two>(args), scope),
  },
  {
    declaration: "fn subtract(t: Time, d: Duration) -> Time",
    doc: "The instant that is earlier by the span: `t - d`.",
    examples: ["now + days(2) - days(1) == now + days(1)"],
    cost: linearOf,
    run: (args, scope) => {
      const [time, duration] = as<Two>(args);
      return timeWithin(within(subtract(time, duration), scope), scope);
    },
  },
  {
    declaration: "fn between(later: Time, earlier: Time) -> Duration",
    doc: "The span from the second instant to the first: `later - earlier`. It is negative if the first is the earlier one.",
    examples: ["(now + days(2)) - now == days(2)"],
    cost: linearOf,
    run: (args, scope) => within(subtract(...as<Two>(args)), scope),
  },
  {
    declaration: "fn earliest(a: Time, b: Time) -> Time",
    doc: "The earlier of the two.",
    examples: ["now.earliest(now + days(1)) == now"],
    cost: linearOf,
    run: (args) => {
      const [a, b] = as<Two>(args);
      return compareIntegers(a, b) <= 0 ? a : b;
    },
  },
  {
    declaration: "fn latest(a: Time, b: Time) -> Time",
    doc: "The later of the two.",
    examples: ["now.latest(now + days(1)) == now + days(1)"],
    cost: linearOf,
    run: (args) => {
      const [a, b] = as<Two>(args);
      return compareIntegers(a, b) >= 0 ? a : b;
    },
  },
  {
    declaration: "fn date(t: Time) -> Date",
    doc: "The day on which the instant lies, in UTC.",
    examples: ["(now + days(1)).date() == now.date().plus_days(1)"],
    cost: () => 2,
    run: ([t]) => divideFloor(t as Integer, DAY_MS),
  },
  {
    declaration: "fn time_of_day(t: Time) -> Duration",
    doc: "The span since the day began, in UTC.",
    examples: ["now - now.time_of_day() == now.date().start()"],
    cost: () => 2,
    run: ([t]) => modulo(t as Integer, DAY_MS),
  },
];

const DURATIONS: readonly BuiltinRecord[] = [
  {
    declaration: "fn duration_add(a: Duration, b: Duration) -> Duration",
    doc: "The sum: `a + b`.",
    examples: ["days(1) + hours(24) == days(2)"],
    cost: linearOf,
    run: (args, scope) => within(add(...as<Two>(args)), scope),
  },
  {
    declaration: "fn duration_subtract(a: Duration, b: Duration) -> Duration",
    doc: "The difference: `a - b`.",
    examples: ["days(1) - hours(1) == hours(23)"],
    cost: linearOf,
    run: (args, scope) => within(subtract(...as<Two>(args)), scope),
  },
  {
    declaration: "fn negate(d: Duration) -> Duration",
    doc: "The span with the other sign: `-d`.",
    examples: ["-days(1) + days(1) == days(0)"],
    cost: linearOf,
    run: ([d]) => negate(d as Integer),
  },
  {
    declaration: "fn duration_multiply(d: Duration, n: Int) -> Duration",
    doc: "So many times the span: `d * n`.",
    examples: ["days(1) * 7 == weeks(1)"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn duration_times(n: Int, d: Duration) -> Duration",
    doc: "So many times the span: `n * d`.",
    examples: ["7 * days(1) == weeks(1)"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn abs(d: Duration) -> Duration",
    doc: "The span without its sign.",
    examples: ["(-days(1)).abs() == days(1)"],
    cost: linearOf,
    run: ([d]) => absolute(d as Integer),
  },
  {
    declaration: "fn div(d: Duration, by: Duration) -> Nat requires d >= seconds(0) && by > seconds(0)",
    doc: "How many times `by` goes into the span as a whole.",
    examples: ["days(10).div(weeks(1)) == 1"],
    cost: productOf,
    run: (args, scope) => {
      const [duration, by] = as<Two>(args);
      demand(!isNegative(duration) && by > 0, "d >= seconds(0) && by > seconds(0)", scope);
      return divideFloor(duration, by);
    },
  },
  {
    declaration: "fn ratio(part: Duration, whole: Duration) -> Ratio requires whole != seconds(0)",
    doc: "The part as an exact fraction of the whole.",
    examples: ["hours(6).ratio(days(1)) == 1.ratio(4)"],
    cost: ([part, whole]) => fractionGas(part as Integer, whole as Integer),
    run: (args, scope) => {
      const [part, whole] = as<Two>(args);
      demand(whole !== 0, "whole != seconds(0)", scope);
      return fraction(part, whole);
    },
  },
];

export const TIME = ofModule("std.time", [
  ...SPANS,
  ...TIMES,
  ...comparisons({ type: "Time", compare, cost: linearOf, examples: ["now", "(now + seconds(1))"] }),
  ...DURATIONS,
  ...comparisons({
    type: "Duration",
    prefix: "duration_",
    compare,
    cost: linearOf,
    examples: ["hours(23)", "days(1)"],
  }),
]);
