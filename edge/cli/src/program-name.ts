// How a program is called by whoever runs it now, so that commands that are shown can be typed as they
// stand.

export const programName = (program: "juno" | "hopper" = "juno"): string =>
  process.env.npm_lifecycle_event === program ? `npm run ${program} --` : program;
