// One typed line after another: parsed, run, answered. Whatever goes wrong is an answer too: nothing that
// is typed, and nothing that a node says, ends a session.

import { JunoError } from "@juno/client";
import { describeFailure } from "@juno/node/light";
import { ACCOUNTS } from "../accounts.ts";
import { Complaint } from "../complaint.ts";
import { renderFault } from "./fault.ts";
import { failed, type Reply } from "./reply.ts";
import type { Session } from "./session.ts";
import type { SessionContext } from "./session-context.ts";
import { parseStatement } from "./statement.ts";

export class LineRunner {
  readonly #session: Pick<Session, "run">;
  readonly #paint: SessionContext["paint"];

  constructor(session: Pick<Session, "run">, context: Pick<SessionContext, "paint">) {
    this.#session = session;
    this.#paint = context.paint;
  }

  /** The answer; undefined to a line that says nothing. */
  async run(line: string): Promise<Reply | undefined> {
    const paint = this.#paint;
    const parsed = parseStatement(line, ACCOUNTS.currency);
    if (parsed === undefined) return undefined;
    if (!parsed.ok) {
      const { message, at } = parsed.error;
      const lines = renderFault(line, parsed.error).split("\n");
      const shown = lines.map((text, i) => (i === 0 ? text : paint("red", text)));
      return { ok: false, lines: shown, json: { ok: false, code: "syntax", message, at } };
    }
    try {
      return await this.#session.run(parsed.value);
    } catch (cause) {
      const reply = explain(cause);
      return { ...reply, lines: reply.lines.map((text) => paint("red", text)) };
    }
  }
}

function explain(cause: unknown): Reply {
  if (cause instanceof JunoError) return failed(cause.code, cause.message);
  if (cause instanceof Complaint) return failed("refused", cause.message);
  const { code, message } = describeFailure(cause);
  return failed(code, message);
}
