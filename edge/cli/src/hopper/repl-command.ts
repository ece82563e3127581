// `hopper repl`: a ledger in memory to try contracts on, line by line: typed at a prompt, or piped in.

import { createInterface } from "node:readline";
import { isOpen, Session } from "@juno/hopper";
import { EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import type { LanguageOption } from "./language-option.ts";
import { ReplLines } from "./repl-lines.ts";
import { sha256 } from "./sha256.ts";
import { loadSources } from "./source-files.ts";

const PROMPT = "hopper> ";
/** Beneath the prompt, where a bracket is open. */
const MORE = "   ...> ";

export async function runRepl(
  paths: readonly string[],
  { language }: LanguageOption,
  output: Output,
): Promise<void> {
  const session = new Session(sha256, language);
  if (paths.length > 0) {
    const found = session.load(loadSources(paths).map(({ source }) => source));
    if (found.length > 0) output.print(drawDiagnostics(found, output.paint));
    if (found.some(({ severity }) => severity === "error")) {
      process.exitCode = EXIT.refused;
      return;
    }
  }
  const lines = new ReplLines(session, output.paint);
  const { stdin, stdout } = process;
  const isTyped = stdin.isTTY && stdout.isTTY;
  if (isTyped) output.print(lines.greeting());
  const completer = (line: string) => lines.completions(line);
  const typing = isTyped ? { output: stdout, completer } : {};
  const reader = createInterface({ input: stdin, ...typing, prompt: PROMPT });
  let waiting = "";
  reader.on("SIGINT", () => {
    // Ctrl-C forgets what is being typed; on an empty line it ends.
    if (waiting === "" && reader.line === "") reader.close();
    else output.print("");
    waiting = "";
    reader.setPrompt(PROMPT);
    reader.prompt();
  });
  if (isTyped) reader.prompt();
  for await (const line of reader) {
    waiting = waiting === "" ? line : `${waiting}\n${line}`;
    // An empty line ends what could go on.
    if (line.trim() !== "" && !waiting.trimStart().startsWith(":") && isOpen(waiting)) {
      if (isTyped) reader.setPrompt(MORE);
    } else {
      const answer = waiting.trim() === "" ? { text: "", ok: true } : lines.answer(waiting);
      waiting = "";
      if (answer.text !== "") output.print(answer.text);
      if (!answer.ok && !isTyped) process.exitCode = EXIT.refused;
      if (answer.quits) break;
      if (isTyped) reader.setPrompt(PROMPT);
    }
    if (isTyped) reader.prompt();
  }
  if (waiting.trim() !== "") {
    const answer = lines.answer(waiting);
    output.print(answer.text);
    if (!answer.ok) process.exitCode = EXIT.refused;
  }
  // The prompt stands alone where Ctrl-D was typed.
  if (isTyped) output.print("");
  reader.close();
}
