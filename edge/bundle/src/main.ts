// `npm run bundle`, which `npm ci` ends with.

import { tryToMakeBundle } from "./make-bundle.ts";

await tryToMakeBundle();
