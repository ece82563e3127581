// The session at a terminal: the first Juno's prompts, history that outlives the session, completion.
// Ctrl-C forgets the line that is being typed, or leaves what is under way; Ctrl-D ends.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Paint } from "../terminal/paint.ts";
import type { Reply } from "./reply.ts";

const HISTORY_LINES_MAX = 1_000;
const PROMPT = "hopper>> ";

export type PromptOptions = {
  readonly run: (line: string) => Promise<Reply | undefined>;
  readonly complete: (line: string) => Promise<[string[], string]>;
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
  const ended = new Promise<"ended">((resolve) => reader.once("close", () => resolve("ended")));
  let interrupt = (): void => undefined;
  reader.on("SIGINT", () => interrupt());
  for (;;) {
    const forget = new AbortController();
    interrupt = () => forget.abort();
    const question = reader.question(paint("red", PROMPT), { signal: forget.signal }).catch(() => undefined);
    const line = await Promise.race([question, ended]);
    if (forget.signal.aborted) {
      process.stdout.write("^C\n");
      continue;
    }
    if (line === undefined || line === "ended") break;
    keep(historyPath, line);
    let waits = 0;
    interrupt = () => {
      waits += 1;
      // What is under way cannot be called back: its outcome is only not waited for.
      if (waits === 1) process.stdout.write("\nIt is under way. Ctrl-C again leaves without its outcome.\n");
      else reader.close();
    };
    const reply = await Promise.race([run(line), ended]);
    if (reply === "ended") break;
    if (reply !== undefined && reply.lines.length > 0) process.stdout.write(`${answer(reply, paint)}\n`);
    if (reply?.quits) break;
  }
  process.stdout.write("\n");
  reader.close();
}

const ANSWER = "result>> ";

/** The first line stands behind the prompt, the others beneath it, so that tables and carets fit. */
export function answer(reply: Pick<Reply, "lines">, paint: Paint): string {
  const [first = "", ...others] = reply.lines;
  const indent = " ".repeat(ANSWER.length);
  return [paint("green", ANSWER) + first, ...others.map((line) => indent + line)].join("\n");
}
