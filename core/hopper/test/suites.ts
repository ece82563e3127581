// The door for tests of other packages: programs made at random, and what makes them.

export { Dice, type Seed, seeds } from "./generated/dice.ts";
export { generateModule } from "./generated/module.ts";
export { PATIENCE_MS, PROGRAMS } from "./generated/programs.ts";
