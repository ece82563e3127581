// The operator's log: lines that programs can read, lines for eyes, and a limit on how many.

import { Failure } from "@juno/failure";
import { describe, expect, it } from "vitest";
import { operatorLog } from "./operator-log.ts";

function logOf(options: { readonly pretty: boolean }) {
  const lines: string[] = [];
  const clock = { ms: Date.UTC(2026, 0, 31, 12) };
  const log = operatorLog({ ...options, write: (line) => lines.push(line), clock: () => clock.ms });
  return {
    log,
    lines,
    clock,
    parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe("for programs", () => {
  it("is one JSON object a line, the facts apart from what they are about", () => {
    const { log, lines, parsed } = logOf({ pretty: false });
    log.note({ code: "became_leader", facts: { term: 3, code: "forged", level: "fatal" } });
    log.note({ code: "halted", facts: { reason: "two\nlines" } });
    expect(lines.every((line) => line.endsWith("\n") && !line.slice(0, -1).includes("\n"))).toBe(true);
    const time = "2026-01-31T12:00:00.000Z";
    expect(parsed()).toEqual([
      { level: "info", time, code: "became_leader", facts: { term: 3, code: "forged", level: "fatal" } },
      { level: "error", time, code: "halted", facts: { reason: "two\nlines" } },
    ]);
  });

  it("says why the process ends, by code", () => {
    const { log, parsed } = logOf({ pretty: false });
    log.failure(new Failure("address_in_use", "another program listens there"));
    log.failure(new TypeError("a bug"));
    expect(parsed()).toMatchObject([
      { level: "fatal", code: "address_in_use", message: "another program listens there" },
      { level: "fatal", code: "unexpected", message: expect.stringContaining("a bug") },
    ]);
  });

  it("writes so many lines of one code a second, counts the rest, and lets other codes pass", () => {
    const { log, parsed, clock } = logOf({ pretty: false });
    for (let i = 0; i < 1_000; i += 1) log.note({ code: "refused_message", facts: { i } });
    log.note({ code: "started", facts: {} });
    expect(parsed().map(({ code }) => code)).toEqual([...new Array(20).fill("refused_message"), "started"]);
    clock.ms += 1_000;
    log.note({ code: "refused_message", facts: { i: 1_000 } });
    expect(parsed().slice(-2)).toMatchObject([
      { level: "warn", code: "suppressed", facts: { of: "refused_message", lines: 980 } },
      { code: "refused_message", facts: { i: 1_000 } },
    ]);
  });
});

describe("for eyes", () => {
  it("is a short line, in which no fact can move the cursor", () => {
    const { log, lines } = logOf({ pretty: true });
    log.note({ code: "following", facts: { term: 3, reason: "a\u001b[2Jb\nc" } });
    log.note({ code: "stopped", facts: {} });
    expect(lines).toEqual(["12:00:00.000 following term=3 reason=a [2Jb c\n", "12:00:00.000 stopped\n"]);
  });
});
