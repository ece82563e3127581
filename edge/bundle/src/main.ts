// `npm run bundle`, also the end of `npm ci`. A bundle is a convenience: where none can be made, this says so
// and the programs run from their sources.

import { makeBundle } from "./make-bundle.ts";

try {
  await makeBundle();
} catch (cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  console.error(`juno: programs run from their sources, which takes longer to start: ${reason}`);
}
