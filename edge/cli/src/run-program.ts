// Runs a command line to its end. The one place that turns errors into sentences and exit codes.

import { type Command, CommanderError } from "commander";
import { Complaint, EXIT } from "./complaint.ts";
import { consoleOutput, type Output } from "./output.ts";
import { safeLines } from "./terminal/safe-text.ts";

/** A41 */
const READ_REFUSALS: ReadonlySet<string> = new Set(["read_unsigned", "reader_unknown"]);
const READ_ADVICE =
  "Say who reads with --as FILE, the key file of a client that may; see docs/guides/access-control.md.";

/** What went wrong, in a sentence, and the exit code that stands for it. */
async function ending(cause: unknown): Promise<{ readonly message: string; readonly exitCode: number }> {
  if (cause instanceof Complaint) return { message: cause.message, exitCode: cause.exitCode };
  const { JunoError } = await import("@juno/client");
  if (cause instanceof JunoError) {
    const isOpen = cause.code === "unreachable" || cause.outcome === "unknown";
    const advice = READ_REFUSALS.has(cause.code) ? `\n${READ_ADVICE}` : "";
    return { message: cause.message + advice, exitCode: isOpen ? EXIT.unreachable : EXIT.refused };
  }
  const { describeFailure } = await import("@juno/node/light");
  return describeFailure(cause);
}

/** Of a process that does nothing else. Sets the exit code and never rejects. */
export async function runCommandLine(
  create: (output: Output) => Command,
  argv: readonly string[],
): Promise<void> {
  // A reader that has had enough (`juno log | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.refused);
  });
  await executeCommandLine(create, argv, consoleOutput());
}

/** Sets the exit code and never rejects. */
export async function executeCommandLine(
  create: (output: Output) => Command,
  argv: readonly string[],
  output: Output,
): Promise<void> {
  const program = create(output);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (cause) {
    if (cause instanceof CommanderError) {
      // Help and version end so too; they have been printed.
      process.exitCode = cause.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { message, exitCode } = await ending(cause);
    output.remark(`${output.errorPaint("red", `${program.name()}:`)} ${safeLines(message).join("\n")}`);
    process.exitCode = exitCode;
  }
}
