// Walks two sources together and says where their entries part, and where what came of the same entries does. Whatever
// follows an entry that differs is another history: nothing is said of it.

import { equalBytes, hex } from "@juno/base";
import { type Entry, isRedacted } from "@juno/proof";
import type { Span } from "../archive/archive-feed.ts";
import type { Difference, DiffReport, Parting } from "./diff-report.ts";
import type { DiffSide, Step } from "./diff-side.ts";
import { outcomeDifferences } from "./outcome-parts.ts";

export type EntriesReport = Pick<DiffReport, "log" | "outcomes">;

export type CompareOptions = {
  readonly signal?: AbortSignal | undefined;
  onStep(index: number): void;
};

/** `through`: the last entry whose outcome both hold. */
export async function compareEntries(
  sides: { readonly a: DiffSide; readonly b: DiffSide },
  { span, through }: { readonly span: Span; readonly through: number },
  { signal, onStep }: CompareOptions,
): Promise<EntriesReport> {
  const others = sides.b.steps(span)[Symbol.asyncIterator]();
  const next = async () => (await others.next()).value as Step | undefined;
  let other = await next();
  let outcome: Parting | undefined;
  let differing = 0;
  let expected = span.from;
  const ended = (index: number, parts: Parting | undefined): EntriesReport => ({
    log: { compared: { from: span.from, to: index }, parts },
    outcomes: {
      compared: { from: span.from, to: Math.min(through, index) },
      parts: outcome,
      differing,
    },
  });
  for await (const step of sides.a.steps(span)) {
    signal?.throwIfAborted();
    const hole = holeAt(expected, step, other);
    if (hole !== undefined) return ended(expected - 1, hole);
    const differences = entryDifferences(step, other!);
    if (differences.length > 0) return ended(expected - 1, { index: expected, differences });
    if (step.index <= through) {
      const parts = outcomeDifferences(step.receipt, other!.receipt);
      if (parts.length > 0) {
        differing += 1;
        outcome ??= { index: step.index, differences: parts };
      }
    }
    onStep(step.index);
    expected += 1;
    other = await next();
  }
  const hole = expected <= span.to ? holeAt(expected, undefined, other) : undefined;
  return ended(expected - 1, hole);
}

/** A source that lacks an entry between others has another log than one that has it. */
function holeAt(index: number, a: Step | undefined, b: Step | undefined): Parting | undefined {
  const [inA, inB] = [a?.index === index, b?.index === index];
  if (inA && inB) return undefined;
  const said = (isThere: boolean) => (isThere ? "there" : undefined);
  return { index, differences: [{ what: "entry", a: said(inA), b: said(inB) }] };
}

const HEADER = ["epoch", "term", "time", "kind"] as const;

function entryDifferences(a: Step, b: Step): Difference[] {
  const found: Difference[] = [];
  const differs = (what: string, one: string, other: string) => {
    if (one !== other) found.push({ what, a: one, b: other });
  };
  differs("hash", hex(a.hash), hex(b.hash));
  if (a.entry === undefined || b.entry === undefined) return found;
  for (const name of HEADER) differs(name, String(a.entry[name]), String(b.entry[name]));
  differs("body digest", hex(a.entry.bodyDigest), hex(b.entry.bodyDigest));
  if (found.length === 0 && haveOtherBodies(a.entry, b.entry)) {
    // The same digest of other bytes: one of the two was altered where it is stored.
    found.push({ what: "stored body", a: bodyText(a.entry), b: bodyText(b.entry) });
  }
  return found;
}

/** C22: where one of the two has let go of the payload, nothing is altered. */
const haveOtherBodies = (a: Entry, b: Entry): boolean =>
  !equalBytes(a.body, b.body) && !isRedacted(a) && !isRedacted(b);

const BODY_BYTES_SHOWN = 64;

const bodyText = ({ body }: Entry): string =>
  `${body.length} bytes, ${hex(body.subarray(0, BODY_BYTES_SHOWN))}${body.length > BODY_BYTES_SHOWN ? "…" : ""}`;
