// How a trial can end badly, and the exit code that tells it. Whatever is neither of the two errors here
// is a crash: a node that ended by itself, or a harness that broke.

import { NotInTime } from "../condition.ts";

/** Something that may never happen has happened. One sentence each, of which the first are told. */
export class Unsafe extends Error {
  override readonly name = "Unsafe";

  constructor(sentences: readonly string[]) {
    super(inShort(sentences));
  }
}

/** What a manifest or this machine does not allow: nothing was run. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

const SENTENCES_MAX = 20;

/** One cause has many effects. */
function inShort(sentences: readonly string[]): string {
  const more = sentences.length - SENTENCES_MAX;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [...sentences.slice(0, SENTENCES_MAX), ...rest].join("\n");
}

export const EXIT = { done: 0, usage: 2, crash: 127, noProgress: 128, unsafe: 129 } as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof Unsafe) return EXIT.unsafe;
  if (error instanceof NotInTime) return EXIT.noProgress;
  return error instanceof Unusable ? EXIT.usage : EXIT.crash;
}
