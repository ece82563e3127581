// How many programs are made. `HOPPER_PROGRAMS=3000 npx vitest run core/hopper/test/generated core/ledger/test` makes a
// campaign of what every run of the tests does with a few.

export const PROGRAMS = Number(process.env.HOPPER_PROGRAMS ?? 40);

export const PATIENCE_MS = 60_000 + 500 * PROGRAMS;
