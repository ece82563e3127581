// The session at a terminal: the first Juno's prompts, history that outlives the session, completion.
// Ctrl-C forgets the line that is being typed, Ctrl-D ends.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Paint } from "../terminal/paint.ts";
import type { Reply } from "./reply.ts";

const HISTORY_LINES_MAX = 1_000;

export type PromptOptions = {
  readonly run: (line: string) => Promise<Reply | undefined>;
  readonly complete: (line: string) => [string[], string];
  readonly historyPath: string | undefined;
  readonly paint: Paint;
};

/** The latest first, as `readline` wants it. */
function loadHistory(path: string | undefined): string[] {
  if (path === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.slice(-HISTORY_LINES_MAX).reverse();
}

function keep(path: string | undefined, line: string): void {
  if (path !== undefined && line.trim() !== "") appendFileSync(path, `${line}\n`, { mode: 0o600 });
}

/** Ends when the person ends it. */
export async function promptForLines(options: PromptOptions): Promise<void> {
  const { run, complete, historyPath, paint } = options;
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: loadHistory(historyPath),
    historySize: HISTORY_LINES_MAX,
    removeHistoryDuplicates: true,
    completer: complete,
  });
  let ended = false;
  const closed = new Promise<undefined>((resolve) => {
    reader.once("close", () => {
      ended = true;
      resolve(undefined);
    });
  });
  while (!ended) {
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort();
    reader.once("SIGINT", interrupt);
    const question = reader.question(paint("red", "hopper>> "), { signal: interrupted.signal });
    const line = await Promise.race([question.catch(() => ""), closed]);
    reader.off("SIGINT", interrupt);
    if (line === undefined) break;
    if (interrupted.signal.aborted) {
      process.stdout.write("^C\n");
      continue;
    }
    keep(historyPath, line);
    const reply = await run(line);
    if (reply === undefined) continue;
    if (reply.lines.length > 0) process.stdout.write(`${answer(reply, paint)}\n`);
    if (reply.quits) break;
  }
  reader.close();
}

const ANSWER = "result>> ";

/** The first line stands behind the prompt, the others beneath it, so that tables and carets fit. */
export function answer(reply: Pick<Reply, "lines">, paint: Paint): string {
  const [first = "", ...others] = reply.lines;
  const indent = " ".repeat(ANSWER.length);
  return [paint("green", ANSWER) + first, ...others.map((line) => indent + line)].join("\n");
}
