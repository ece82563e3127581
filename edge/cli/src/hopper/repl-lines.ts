// What each line of a session answers, as text.

import { canonicalText } from "@juno/base";
import type { Reply, Session, Shown } from "@juno/hopper";
import { Complaint } from "../complaint.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { grouped } from "./counting.ts";
import { changeLines, doneLines } from "./done-view.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { drawRunError } from "./run-error.ts";
import { loadSources } from "./source-files.ts";

export type Answer = { readonly text: string; readonly ok: boolean; readonly quits?: boolean };

const HELP: readonly (readonly [string, string])[] = [
  ['bank.balance("ann")', "an expression: its value and type; `it` is the latest value"],
  ['bank.open("ann", signer("ann"))', "an action: runs as a command, and shows what it changed"],
  ['signing(["ann"], fn() { … })', "the same, signed by a made-up signer, who has the role of that name"],
  ["let x = …", "gives a value a name"],
  ["fn double(n: Nat) -> Nat = n + n", "a declaration; a later one of the same name replaces it"],
  ["f(?x)", "a hole: tells which type is expected there, and what is at hand"],
  [":t e", "the type of an expression, without running it"],
  [":gas e", "what running it costs; nothing is kept"],
  [":sign ann treasury", "from now on these sign every command; `:sign` nobody"],
  [":diff", "every row there is by now"],
  [":undo", "takes the latest line back"],
  [":load FILES", "other modules, and an empty ledger"],
  [":help, :quit", "this, and the end (Ctrl-D)"],
];

const COMMANDS = [":t", ":gas", ":sign", ":diff", ":undo", ":load", ":help", ":quit"];

const timeText = (ms: number): string => new Date(ms).toISOString();

const good = (text: string): Answer => ({ text, ok: true });
const bad = (text: string): Answer => ({ text, ok: false });

/** The value as people read it: amounts and the like need no quotes, texts have them. */
function shownText({ type, json }: Shown, paint: Paint): string {
  const value =
    json === undefined ? "" : typeof json === "string" && type !== "Text" ? json : canonicalText(json);
  return `${safeText(value)}${value === "" ? "" : " "}${paint("dim", `: ${type}`)}`;
}

export class ReplLines {
  readonly #session: Session;
  readonly #paint: Paint;

  constructor(session: Session, paint: Paint) {
    this.#session = session;
    this.#paint = paint;
  }

  greeting(): string {
    const { modules } = this.#session;
    const loaded = modules.length === 0 ? "Nothing is loaded." : `Loaded: ${modules.join(", ")}.`;
    return `${loaded} The ledger is empty, and nobody signs. :help tells what can be typed.`;
  }

  /** For Tab: what could stand for the last word, and that word. */
  completions(line: string): [string[], string] {
    const word = /:?[A-Za-z_][A-Za-z0-9_.]*$|:$/.exec(line)?.[0] ?? "";
    const known = word.startsWith(":") ? COMMANDS : this.#session.names();
    return [word === "" ? [] : known.filter((name) => name.startsWith(word)), word];
  }

  answer(text: string): Answer {
    const line = text.trim();
    try {
      if (line.startsWith(":")) return this.#command(line);
      const { time } = this.#session.state;
      const answer = this.#reply(this.#session.run(text));
      const now = this.#session.state.time;
      return now === time
        ? answer
        : { ...answer, text: `${answer.text}\nIt is ${timeText(now)}.`.trimStart() };
    } catch (cause) {
      if (cause instanceof Complaint) return bad(cause.message);
      throw cause;
    }
  }

  #command(line: string): Answer {
    const [, name = "", rest = ""] = /^:\s*(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
    switch (name) {
      case "t":
      case "type":
        return rest === "" ? bad("Of which expression? `:t 1 + 1`") : this.#reply(this.#session.typeOf(rest));
      case "gas":
        return rest === "" ? bad("Of which expression? `:gas f(1)`") : this.#reply(this.#session.gasOf(rest));
      case "diff": {
        const rows = this.#session.rows();
        return good(rows.length === 0 ? "There are no rows." : changeLines(rows).join("\n"));
      }
      case "undo":
        return this.#session.undo()
          ? good("The latest line is taken back.")
          : bad("There is nothing to take back.");
      case "sign":
        this.#session.signers = rest.split(/[\s,]+/).filter((word) => word !== "");
        return good(
          rest === "" ? "Nobody signs." : `Every command is signed by ${this.#session.signers.join(", ")}.`,
        );
      case "load":
        return this.#load(rest.split(/\s+/).filter((word) => word !== ""));
      case "help":
      case "h":
      case "?":
        return good(renderTable([{ title: "" }, { title: "" }], HELP).join("\n"));
      case "quit":
      case "q":
        return { text: "", ok: true, quits: true };
      default:
        return bad(`There is no :${safeText(name)}. :help lists what there is.`);
    }
  }

  #load(paths: readonly string[]): Answer {
    if (paths.length === 0) return bad("Which? `:load bank.hop`");
    const found = this.#session.load(loadSources(paths).map(({ source }) => source));
    const drawn = drawDiagnostics(found, this.#paint);
    if (found.some(({ severity }) => severity === "error")) return bad(drawn.trimEnd());
    return good(`${drawn}Loaded: ${this.#session.modules.join(", ")}. The ledger is empty.`);
  }

  #reply(reply: Reply): Answer {
    const paint = this.#paint;
    switch (reply.kind) {
      case "refused":
        return bad(drawDiagnostics(reply.diagnostics, paint).trimEnd());
      case "declared": {
        const warnings = drawDiagnostics(reply.warnings, paint);
        const names = reply.names.length === 0 ? "" : `Declared ${reply.names.join(", ")}.`;
        return good(`${warnings}${names}`.trimEnd());
      }
      case "typed":
        return good(reply.type);
      case "remark":
        return bad(reply.sentence);
      case "measured":
        return good(`gas ${grouped(reply.gas)}`);
      case "ran": {
        const { done, shown } = reply;
        if ("failure" in done) return bad(drawRunError(done.failure, paint));
        const lines = doneLines(done, paint);
        if (lines.length > 0) lines.push(paint("dim", `gas ${grouped(done.gas)}`));
        if (shown !== undefined) lines.unshift(shownText(shown, paint));
        return good(lines.join("\n"));
      }
    }
  }
}
