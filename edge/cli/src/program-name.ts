// How the program is called by whoever runs it now, so that commands that are shown can be typed as they
// stand.

export const programName = (): string =>
  process.env.npm_lifecycle_event === "juno" ? "npm run juno --" : "juno";
