// An output that keeps what a command prints, for tests that run one in their own process.

import type { Output } from "../src/output.ts";
import { plainPaint } from "../src/terminal/paint.ts";

export type Captured = Output & { readonly printed: string[]; readonly json: Record<string, unknown>[] };

export function capturedOutput(): Captured {
  const printed: string[] = [];
  const json: Record<string, unknown>[] = [];
  return {
    paint: plainPaint,
    errorPaint: plainPaint,
    print: (text) => printed.push(text),
    printJson: (value) => json.push(value as Record<string, unknown>),
    remark: () => undefined,
    printed,
    json,
  };
}
