// What strace writes, as data: `strace -f -y -e trace=… -o FILE`. A call that another thread's lines
// interrupt stands on two lines and lasts from the first to the second. It knows lines, not what they
// mean for a node. A line that it does not understand is an error, never passed over.

export type SystemCall = {
  readonly thread: number;
  readonly name: string;
  /** The path behind the first argument, or "" if there is none. */
  readonly path: string;
  /** The arguments as printed. */
  readonly text: string;
  /** Lines of the trace, from 1: where the call begins and where it returns. */
  readonly from: number;
  /** Infinite if it never returned. */
  readonly to: number;
  /** What it returned; undefined if it never did. */
  readonly result: number | undefined;
};

const LINE = /^(\d+) +(.*)$/;
const WHOLE = /^(\w+)\((.*)\) += (-?\d+|\?)(?: .*)?$/;
const BEGUN = /^(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)(?: .*)?$/;
/** Signals, and threads that end. */
const ASIDE = /^(?:---|\+\+\+) .* (?:---|\+\+\+)$/;
const PATH = /^\d+<(.*?)>(?:,|\)|$)/;

const resultOf = (text: string): number | undefined => (text === "?" ? undefined : Number(text));

/** The calls of a trace in the order of their beginnings. */
export function parseSystemCalls(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  /** By thread, the place in `calls` of what it has begun. */
  const begun = new Map<number, number>();
  const add = (
    thread: number,
    name: string,
    text: string,
    when: Pick<SystemCall, "from" | "to" | "result">,
  ) => calls.push({ thread, name, path: PATH.exec(text)?.[1] ?? "", text, ...when }) - 1;
  for (const [at, line] of trace.trimEnd().split("\n").entries()) {
    const from = at + 1;
    const [, number, rest = ""] = LINE.exec(line) ?? [];
    const thread = Number(number);
    const whole = WHOLE.exec(rest);
    const begins = BEGUN.exec(rest);
    const resumed = RESUMED.exec(rest);
    if (whole !== null) {
      add(thread, whole[1]!, whole[2]!, { from, to: from, result: resultOf(whole[3]!) });
    } else if (begins !== null) {
      const when = { from, to: Number.POSITIVE_INFINITY, result: undefined };
      begun.set(thread, add(thread, begins[1]!, begins[2]!, when));
    } else if (resumed !== null) {
      const place = begun.get(thread);
      const call = place === undefined ? undefined : calls[place];
      if (call?.name !== resumed[1]) throw new Error(`line ${from} resumes what was never begun: ${line}`);
      begun.delete(thread);
      calls[place!] = { ...call!, to: from, result: resultOf(resumed[3]!) };
    } else if (!ASIDE.test(rest)) {
      throw new Error(`line ${from} of the trace is not understood: ${line}`);
    }
  }
  return calls;
}
