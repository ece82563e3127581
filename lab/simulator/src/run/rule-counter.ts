// How often each rule of the protocol ran: the rules are named in comments of core/consensus at the place
// where they hold, and the engine counts how often the code around each such place was entered.

import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };
type Covered = { readonly url: string; readonly functions: readonly { readonly ranges: readonly Range[] }[] };

/** By rule: its places as `file:line`, and how often each was passed. */
export type RuleCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

const CORE = /\/core\/(?:consensus|proof)\/src\/(?!.*\.test\.)(.+\.ts)$/;
const RULE = /\b([SV]\d{1,2})\b/g;

export class RuleCounter {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async begin(): Promise<RuleCounter> {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    return new RuleCounter(session);
  }

  async end(): Promise<RuleCounts> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
    const counts: Record<string, Record<string, number>> = {};
    for (const script of result) {
      const name = CORE.exec(script.url)?.[1];
      if (name === undefined) continue;
      for (const { rule, line, offset } of placesIn(readFileSync(fileURLToPath(script.url), "utf8"))) {
        counts[rule] ??= {};
        counts[rule][`${name}:${line}`] = countAt(script, offset);
      }
    }
    return counts;
  }
}

type Place = { readonly rule: string; readonly line: number; readonly offset: number };

/** Where rules are named in comments; the place is the code that the comment stands at. */
function* placesIn(source: string): Generator<Place> {
  let offset = 0;
  for (const [i, text] of source.split("\n").entries()) {
    const comment = text.search(/\/\/|\/\*\*|^\s*\*/);
    if (comment >= 0) {
      const isAlone = text.slice(0, comment).trim() === "";
      for (const [, rule] of text.slice(comment).matchAll(RULE)) {
        const at = isAlone ? codeAfter(source, offset + text.length) : offset + comment - 1;
        if (at !== undefined) yield { rule: rule!, line: i + 1, offset: at };
      }
    }
    offset += text.length + 1;
  }
}

/** The inside of the next function or the next statement; undefined for the comment at the head of a file. */
function codeAfter(source: string, from: number): number | undefined {
  const rest = source.slice(from);
  const next = /\n(?!\s*(?:\/\/|\*|\/\*))\s*(\S[^\n]*)/.exec(rest);
  if (next === null) return undefined;
  const line = next[1]!;
  if (line.startsWith("import ") || line.startsWith("export type") || line.startsWith("type "))
    return undefined;
  const start = from + next.index + next[0].length - line.length;
  if (!/^(?:export )?(?:async )?function\b/.test(line)) return start;
  const body = source.indexOf("{\n", start);
  return body === -1 ? start : body + 1;
}

/** Of the innermost range around an offset. */
function countAt(script: Covered, offset: number): number {
  let best: Range | undefined;
  for (const { ranges } of script.functions) {
    for (const range of ranges) {
      if (range.startOffset > offset || range.endOffset <= offset) continue;
      const isInner =
        best === undefined || range.endOffset - range.startOffset <= best.endOffset - best.startOffset;
      if (isInner) best = range;
    }
  }
  return best?.count ?? 0;
}
