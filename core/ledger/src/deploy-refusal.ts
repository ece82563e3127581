// Why a deployment is refused (C19): a code of the language's table, a sentence, and where in which source. A receipt says
// it, so the sentences are part of the language's version.

import type { Diagnostic } from "@juno/hopper";
import { Abort } from "./contract-error.ts";
import { positionIn } from "./source-lines.ts";

export const DEPLOYMENT_CODE = {
  nameless: "H0409",
  circle: "H0410",
  twice: "H0411",
  name: "H1010",
  unauthorised: "H1011",
  never: "H1012",
  table: "H1013",
  asset: "H1014",
  tooMuch: "H1015",
  notPermitted: "H1016",
} as const;

/** Types may be long, and a receipt has room for a sentence. */
const MESSAGE_CHARS_MAX = 500;

function shortened(text: string): string {
  if (text.length <= MESSAGE_CHARS_MAX) return text;
  return `${[...text.slice(0, MESSAGE_CHARS_MAX)].slice(0, -1).join("")}…`;
}

export function refusal(parts: {
  readonly module: string;
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}): Abort {
  const { module, code, message, line = 1, column = 1 } = parts;
  const fields = { module, code, message: shortened(message), line, column };
  return new Abort({ name: "DeployRefused", fields });
}

/** The first error, as it was found. */
export function refusalOf(diagnostics: readonly Diagnostic[]): Abort {
  const first = diagnostics.find(({ severity }) => severity === "error")!;
  const { code, message, span } = first;
  return refusal({ module: span.source.name, code, message, ...positionIn(span.source, span.start) });
}
