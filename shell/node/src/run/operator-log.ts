// What a node tells its operator while it runs: one JSON object a line, or, on a terminal, one short
// line for eyes. It knows no event by heart. Invariant: a peer that misbehaves cannot fill the disk:
// of one code, only so many lines a second are written, and the rest are counted.

import pino from "pino";
import { describeFailure } from "./exit-codes.ts";

export type NodeEventFacts = Readonly<Record<string, number | string>>;

export type OperatorLog = {
  note(event: { readonly code: string; readonly facts: NodeEventFacts }): void;
  /** Why the process ends. */
  failure(cause: unknown): void;
};

export type OperatorLogOptions = {
  /** Takes one line, with its line break. */
  readonly write: (line: string) => void;
  /** For eyes instead of programs. */
  readonly pretty: boolean;
  /** Wraps a part of a pretty line in its colour. */
  readonly paint?: (colour: "red" | "yellow" | "green" | "dim", text: string) => string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
};

const LINES_PER_SECOND_MAX = 20;
const SECOND_MS = 1000;

/** Something is wrong with this node or another: worth waking somebody. */
const WARNINGS: ReadonlySet<string> = new Set([
  "stalled",
  "suspected",
  "liar",
  "false_outcome",
  "evidence",
  "snapshot_differs",
  "snapshot_damaged",
  "contradicted",
  "refused_message",
  "request_failed",
  "links_refused",
  "former_key_refused",
  "key_missing",
  "signer_lost",
  "suppressed",
  "observing",
  "too_old_ahead",
  "tls_unusable",
  "certificate_expires",
  "certificate_expired",
  "order_refused",
  "operator_drains",
  "operator_resumed",
]);
const ERRORS: ReadonlySet<string> = new Set(["diverged", "left", "halted", "operator_halted", "rolled_back"]);

type Level = "info" | "warn" | "error" | "fatal";

const levelOf = (code: string): Level => {
  if (ERRORS.has(code)) return "error";
  return WARNINGS.has(code) ? "warn" : "info";
};

export function operatorLog(options: OperatorLogOptions): OperatorLog {
  const { clock = Date.now } = options;
  const write = writerOf(options, clock);
  const admit = limiter(clock, (code, count) => write("warn", "suppressed", { of: code, lines: count }));
  return {
    note: ({ code, facts }) => {
      if (admit(code)) write(levelOf(code), code, facts);
    },
    failure: (cause) => {
      const { code, message } = describeFailure(cause);
      write("fatal", code, { message });
    },
  };
}

type Write = (level: Level, code: string, facts: NodeEventFacts) => void;

function writerOf({ write, pretty, paint }: OperatorLogOptions, clock: () => number): Write {
  if (pretty) return (level, code, facts) => write(prettyLine({ level, code, facts, ms: clock() }, paint));
  const formatters = { level: (label: string) => ({ level: label }) };
  const timestamp = () => `,"time":"${new Date(clock()).toISOString()}"`;
  const log = pino({ base: null, formatters, timestamp }, { write });
  // The facts stand in their own object: no fact can pass itself off as the level or the code.
  return (level, code, { message, ...facts }) =>
    log[level]({ code, ...(message === undefined ? {} : { message }), facts });
}

const COLOURS = { info: "green", warn: "yellow", error: "red", fatal: "red" } as const;
/** What breaks a line, or moves the terminal's cursor. */
const CONTROLS = /[\p{Cc}\p{Cf}]+/gu;

type Line = {
  readonly level: Level;
  readonly code: string;
  readonly facts: NodeEventFacts;
  readonly ms: number;
};

function prettyLine(event: Line, paint: OperatorLogOptions["paint"] = (_, text) => text): string {
  const { level, code, facts, ms } = event;
  const time = new Date(ms).toISOString().slice(11, 23);
  const shown = Object.entries(facts).map(([name, value]) => {
    // A failure's message is many lines for a bug, and then all of them are wanted.
    if (name === "message") return String(value);
    return `${paint("dim", `${name}=`)}${String(value).replaceAll(CONTROLS, " ")}`;
  });
  const line = `${paint("dim", time)} ${paint(COLOURS[level], code)} ${shown.join(" ")}`;
  return `${line.trimEnd()}\n`;
}

/** Says whether a line of this code may be written now; tells of those that were not, a second later. */
function limiter(clock: () => number, suppressed: (code: string, count: number) => void) {
  const windows = new Map<string, { startMs: number; lines: number }>();
  return (code: string): boolean => {
    const nowMs = clock();
    let window = windows.get(code);
    if (window === undefined || nowMs - window.startMs >= SECOND_MS) {
      const dropped = (window?.lines ?? 0) - LINES_PER_SECOND_MAX;
      window = { startMs: nowMs, lines: 0 };
      windows.set(code, window);
      if (dropped > 0) suppressed(code, dropped);
    }
    window.lines += 1;
    return window.lines <= LINES_PER_SECOND_MAX;
  };
}
