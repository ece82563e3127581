// A campaign against one target: its samples, spoiled once or several times, read again and again. A target
// says by throwing that it failed; and it fails if one input costs far more than its length can explain.
// Same seed, same run.

import { concatBytes, hex, Prng } from "@juno/base";
import { costComplaint, hostMeter, type Meter } from "./meter.ts";
import type { Spoil } from "./spoil.ts";

export type Target = {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  readonly spoil: Spoil;
  /** Reads bytes that may be anything: whether they were taken. Throws if a promise was broken. */
  read(bytes: Uint8Array): boolean;
  /** What must hold after all of it; throws if it does not. */
  finish?(): void;
};

export type CampaignReport = {
  readonly name: string;
  readonly runs: number;
  readonly taken: number;
  readonly failure: Failure | undefined;
};

/** The input that broke a promise, made as short as cutting makes it. */
export type Failure = { readonly run: number; readonly input: string; readonly why: string };

const CHANGES_MAX = 4;

export type CampaignLimits = {
  readonly seed: number;
  readonly runs: number;
  readonly until?: () => boolean;
  readonly meter?: Meter;
};

export function campaign(target: Target, limits: CampaignLimits): CampaignReport {
  const prng = new Prng(limits.seed);
  const { meter = hostMeter } = limits;
  const complaintAbout = (bytes: Uint8Array, onTaken: () => void): string | undefined => {
    try {
      return costComplaint(meter, bytes.length, () => {
        if (target.read(bytes)) onTaken();
      });
    } catch (error) {
      return reasonOf(error);
    }
  };
  let taken = 0;
  let run = 0;
  for (; run < limits.runs && !(limits.until?.() ?? false); run++) {
    let bytes: Uint8Array = prng.pick(target.samples);
    for (let changes = 1 + prng.below(CHANGES_MAX); changes > 0; changes--) bytes = target.spoil(prng, bytes);
    const why = complaintAbout(bytes, () => {
      taken += 1;
    });
    if (why === undefined) continue;
    const input = hex(shortened(bytes, (shorter) => complaintAbout(shorter, () => undefined) !== undefined));
    return { name: target.name, runs: run + 1, taken, failure: { run, input, why } };
  }
  return { name: target.name, runs: run, taken, failure: failureAtTheEnd(target, run) };
}

function failureAtTheEnd(target: Target, run: number): Failure | undefined {
  try {
    target.finish?.();
    return undefined;
  } catch (error) {
    return { run, input: "", why: reasonOf(error) };
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Cuts ever smaller pieces out as long as the target still fails. */
function shortened(failing: Uint8Array, isFailing: (bytes: Uint8Array) => boolean): Uint8Array {
  let shortest = failing;
  for (let piece = failing.length >> 1; piece >= 1; piece >>= 1) {
    for (let at = 0; at + piece <= shortest.length; ) {
      const shorter = concatBytes(shortest.subarray(0, at), shortest.subarray(at + piece));
      if (isFailing(shorter)) shortest = shorter;
      else at += piece;
    }
  }
  return shortest;
}
