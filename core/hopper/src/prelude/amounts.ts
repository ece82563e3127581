// std.money and std.date: the choices that their builtins take. Ways of rounding are constants too, which is how
// they are usually written: `amount.percent(5%, down)`.

export const MONEY = `// Amounts of a currency.
module std.money

// What happens to what is smaller than the smallest unit.
type Rounding { Down, Up, HalfEven }

// Towards zero.
// example: 7.divide(2, down) == 3
pub const down: Rounding = Down

// Away from zero.
// example: 7.divide(2, up) == 4
pub const up: Rounding = Up

// To the nearest, and from the middle to the even one.
// example: 5.divide(2, half_even) == 2
// example: 7.divide(2, half_even) == 4
pub const half_even: Rounding = HalfEven
`;

export const DATE = `// Days of the calendar.
module std.date

// How interest counts days: those of the calendar over a year of 360 or 365, or months of 30 days over 360.
type DayCount { Actual360, Actual365, Thirty360 }
`;
