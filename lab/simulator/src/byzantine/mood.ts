// A liar's mood: some of everything that liars can do, drawn at random and composed.

import type { NodeId, Prng } from "@juno/base";
import { badEntries } from "./bad-entries.ts";
import { badFetch } from "./bad-fetch.ts";
import { censor } from "./censor.ts";
import { doubleAck } from "./double-ack.ts";
import { doubleVote } from "./double-vote.ts";
import { equivocate } from "./equivocate.ts";
import { falseConfiguration, holdConfigurations } from "./false-configuration.ts";
import { falseEvidence } from "./false-evidence.ts";
import { falseLinks } from "./false-links.ts";
import { falseOutcomes } from "./false-outcomes.ts";
import { favour } from "./favour.ts";
import { forge } from "./forge.ts";
import { hoard } from "./hoard.ts";
import { impersonate } from "./impersonate.ts";
import { type Lie, together } from "./liar.ts";
import { oldWords } from "./old-words.ts";
import { overwrite } from "./overwrite.ts";
import { replay } from "./replay.ts";
import { slow } from "./slow.ts";
import { spam } from "./spam.ts";
import { usurp } from "./usurp.ts";
import { silence, someNodes, withhold } from "./whim.ts";

type Draw = (prng: Prng, others: readonly NodeId[]) => Lie;

const always =
  (lie: Lie): Draw =>
  () =>
    lie;

const REPERTOIRE: Readonly<Record<string, Draw>> = {
  "bad entries": always(badEntries),
  "bad fetch": (prng) =>
    badFetch(prng.pick(["silence", "nothing", "garbage", "shifted", "single", "unproved", "huge"] as const)),
  censor: (prng) => censor(prng.pick([undefined, "ann"])),
  "double ack": always(doubleAck),
  "double vote": always(doubleVote),
  equivocate: (prng, others) => {
    const isOther = someNodes(prng, others);
    return equivocate((to) => (isOther(to) ? 1 : 0));
  },
  "false configuration": always(falseConfiguration),
  "false evidence": always(falseEvidence),
  "false links": always(falseLinks),
  "false outcomes": always(falseOutcomes),
  favour: (prng, others) => favour(others.filter(someNodes(prng, others))),
  forge: always(forge),
  hoard: always(hoard),
  "hold configurations": always(holdConfigurations),
  impersonate: always(impersonate),
  "old words": always(oldWords),
  overwrite: always(overwrite),
  replay: always(replay),
  silence: always(silence),
  slow: always(slow),
  spam: always(spam),
  usurp: always(usurp),
  withhold: always(withhold),
};

/** Some of everything, drawn at random. */
export const drawLies = (prng: Prng): string[] =>
  Object.keys(REPERTOIRE).filter((name) => prng.chance(1, name === "silence" ? 12 : 4));

/** What a liar does for a while. */
export const moodOf = (names: readonly string[], prng: Prng, others: readonly NodeId[]): Lie =>
  together(...names.map((name) => REPERTOIRE[name]!(prng, others)));
