// Which version of the language this is (spec 5): what its checker accepts, what programs yield, what they cost, and the
// sentences that stand in receipts. Whoever changes any of that gives it the next number, and keeps the earlier one.

//
// A later version adds, and changes nothing that an earlier one accepts: what is new has a name of its own, which the earlier
// one does not know (C34). So code of all versions runs beside one another, linked with one library.

export const FIRST_LANGUAGE = 1;

/** The latest. */
export const LANGUAGE_VERSION = 2;
