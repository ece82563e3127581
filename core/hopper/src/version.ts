// Which version of the language this is (spec 5): what its checker accepts, what programs yield, what they cost, and the
// sentences that stand in receipts. Whoever changes any of that gives it the next number, and keeps the earlier one.

export const LANGUAGE_VERSION = 1;
