// What is said of a module whose check would take more work than a node may spend on it (L21).

import type { Checker } from "./checker.ts";

export function exhausted(checker: Checker, name: string): void {
  checker.complain(
    { start: 0, end: Math.min(checker.source.text.length, 1) },
    {
      code: "H1000",
      message: `checking \`${name}\` takes more work than a node may spend on it`,
      help: "split the module, nest less deeply, or write types down where they are computed",
    },
  );
}
