// What came about in a trace, by name: which inputs, and which turns of a story that are worth replaying.
// A replay that agrees says little about what never occurred.

import {
  type Chain,
  chainText,
  type ModelEvent,
  type ModelStep,
  type ModelVoter,
  type Trace,
} from "./trace.ts";

/** Every input that the specification knows. Only mutants lose a disk. */
export const INPUTS: readonly Exclude<ModelEvent["tag"], "LostDisk">[] = [
  "Began",
  "HeardPreVote",
  "HeardRequest",
  "HeardVote",
  "HeardAppend",
  "HeardAck",
  "ShownLicence",
  "ShownCertificate",
  "Submitted",
  "CollectWaitPassed",
  "TimedOut",
  "Restarted",
];

type Change = { readonly event: ModelEvent; readonly before: ModelVoter; readonly after: ModelVoter };

const isPrefix = (low: Chain, high: Chain): boolean =>
  low.length <= high.length && chainText(high.slice(0, low.length)) === chainText(low);
const isInstalled = ({ term, certified }: ModelVoter): boolean => term > 0 && certified.term === term;
const isCut = ({ before, after }: Change): boolean => !isPrefix(before.log, after.log);
const hasAdopted = ({ before, after }: Change): boolean =>
  before.certified.kind !== after.certified.kind ||
  before.certified.term !== after.certified.term ||
  chainText(before.certified.at) !== chainText(after.certified.at);

/** Turns of a story that one voter's step shows. */
const TURNS: Readonly<Record<string, (change: Change) => boolean>> = {
  "a leader is accepted": ({ before, after }) => !isInstalled(before) && isInstalled(after),
  "a leader is accepted after another": ({ before, after }) =>
    before.certified.term > 0 && !isInstalled(before) && isInstalled(after),
  "a vote is cast": ({ before, after }) =>
    before.votedBase.tag === "NoVote" && after.votedBase.tag === "VotedFor",
  "a vote is refused": ({ event, after }) =>
    event.tag === "HeardRequest" &&
    event.value.message.term === after.term &&
    after.votedBase.tag === "NoVote",
  "an entry is certified": (change) => hasAdopted(change) && change.after.certified.kind === "quorum",
  "an entry is committed": ({ before, after }) => after.committed > before.committed,
  "the base of a later term is committed": ({ before, after }) =>
    after.committed > before.committed && after.certified.term > 1,
  "a certificate is adopted with entries that had to be fetched": (change) =>
    hasAdopted(change) && !isPrefix(change.after.certified.at, change.before.log),
  "a certificate without entries changes nothing": (change) =>
    change.event.tag === "ShownCertificate" &&
    !change.event.value.entries &&
    !hasAdopted(change) &&
    change.event.value.certificate.term > change.before.certified.term,
  "a stale suffix is cut": (change) =>
    isCut(change) && change.after.certified.term > change.before.certified.term,
  "a losing branch is left": (change) =>
    isCut(change) && change.after.certified.term === change.before.certified.term,
  "a voter restarts with a log": ({ event, before }) => event.tag === "Restarted" && before.log.length > 0,
  "a voter restarts while it waits": ({ event, before }) =>
    event.tag === "Restarted" && before.term > 0 && !isInstalled(before),
};
const EQUIVOCATION = "a leader sends two branches";
export const STORY_TURNS: readonly string[] = [...Object.keys(TURNS), EQUIVOCATION];

function changeOf(before: ModelStep, after: ModelStep): Change | undefined {
  const { event } = after;
  if (event.tag === "Began") return undefined;
  const { voter } = event.value;
  return { event, before: before.voters.get(voter)!, after: after.voters.get(voter)! };
}

/** Whether two entries were delivered that one leader put behind the same point. */
function hasEquivocation(steps: readonly ModelStep[]): boolean {
  const sent = new Map<string, string>();
  return steps.some(({ event }) => {
    if (event.tag !== "HeardAppend") return false;
    const { term, previous, entries } = event.value.message;
    const place = `${term} ${chainText(previous)}`;
    const earlier = sent.get(place);
    sent.set(place, chainText(entries));
    return earlier !== undefined && earlier !== chainText(entries);
  });
}

/** How often each input and each turn occurs in these traces. */
export function occurrencesOf(traces: readonly Trace[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { steps } of traces) {
    for (const [number, step] of steps.entries()) {
      count(step.event.tag);
      const change = number === 0 ? undefined : changeOf(steps[number - 1]!, step);
      if (change === undefined) continue;
      for (const [name, isSo] of Object.entries(TURNS)) if (isSo(change)) count(name);
    }
    if (hasEquivocation(steps)) count(EQUIVOCATION);
  }
  return counts;
}
