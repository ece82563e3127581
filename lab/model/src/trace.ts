// A trace of spec/consensus.qnt as data: what happened in each step, and what the voters believed and
// had said after it. Read from ITF, the format that Quint writes.

type Named<Tag extends string, Value> = { readonly tag: Tag; readonly value: Value };

/** An entry of the specification's log; a chain of them stands for the hash of its last. */
export type ModelEntry = { readonly term: number; readonly what: string };
export type Chain = readonly ModelEntry[];
export type ModelPosition = { readonly term: number; readonly at: Chain };
export type CertificateKind = "genesis" | "quorum" | "election";
export type ModelCertificate = ModelPosition & { readonly kind: CertificateKind };

type Signed = { readonly from: number; readonly term: number };
export type ModelPreVote = Signed & { readonly entered: boolean; readonly certified: ModelPosition };
export type ModelVote = Signed & { readonly base: ModelPosition };
export type ModelAppend = Signed & { readonly previous: Chain; readonly entries: Chain };
export type ModelAck = Signed & { readonly stored: Chain; readonly certified: Chain };

/** Sets of what honest voters ever said. */
export type ModelSaid = {
  readonly preVotes: readonly ModelPreVote[];
  readonly requests: readonly ModelVote[];
  readonly votes: readonly ModelVote[];
  readonly appends: readonly ModelAppend[];
  readonly acks: readonly ModelAck[];
};

export type ModelVoter = {
  readonly term: number;
  readonly votedBase: { readonly tag: "NoVote" } | Named<"VotedFor", ModelPosition>;
  readonly log: Chain;
  readonly certified: ModelCertificate;
  readonly committed: number;
  readonly halted: boolean;
};

type To = { readonly voter: number };

/** One input of one voter. `entries`: whether those that a certificate needs come with it. */
export type ModelEvent =
  | Named<"Began", { readonly liars: readonly number[]; readonly off: readonly string[] }>
  | Named<"HeardPreVote", To & { readonly message: ModelPreVote }>
  | Named<"HeardRequest", To & { readonly message: ModelVote }>
  | Named<"HeardVote", To & { readonly message: ModelVote }>
  | Named<"HeardAppend", To & { readonly message: ModelAppend; readonly entries: boolean }>
  | Named<"HeardAck", To & { readonly message: ModelAck }>
  | Named<"ShownLicence", To & { readonly term: number }>
  | Named<"ShownCertificate", To & { readonly certificate: ModelCertificate; readonly entries: boolean }>
  | Named<"Submitted", To & { readonly what: string }>
  | Named<"CollectWaitPassed", To>
  | Named<"TimedOut", To>
  | Named<"Restarted", To>
  | Named<"LostDisk", To>;

export type ModelStep = {
  readonly event: ModelEvent;
  readonly voters: ReadonlyMap<number, ModelVoter>;
  readonly said: ModelSaid;
};
export type Trace = { readonly name: string; readonly steps: readonly ModelStep[] };

/** One spelling for each chain. */
export const chainText = (chain: Chain): string =>
  `[${chain.map(({ term, what }) => `${term}:${what}`).join(" ")}]`;
export const positionText = ({ term, at }: ModelPosition): string => `${chainText(at)} of term ${term}`;

/** What is compared of a voter, field by field. */
export function beliefs(voter: ModelVoter): ReadonlyMap<string, string> {
  const { term, votedBase, log, certified, committed, halted } = voter;
  return new Map([
    ["term", String(term)],
    ["votedBase", votedBase.tag === "NoVote" ? "none" : positionText(votedBase.value)],
    ["log", chainText(log)],
    ["certified", `${certified.kind} ${positionText(certified)}`],
    ["committed", String(committed)],
    ["halted", String(halted)],
  ]);
}

/** ITF wraps whole numbers, sets, maps and tuples; these become arrays, maps those of pairs. */
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Readonly<Record<string, unknown>>;
  if ("#bigint" in members) return Number(members["#bigint"]);
  if ("#set" in members) return unwrap(members["#set"]);
  if ("#map" in members) return unwrap(members["#map"]);
  if ("#tup" in members) return unwrap(members["#tup"]);
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, unwrap(member)]));
}

/** Reads one file of ITF. Quint names variables after the modules they came through. */
export function parseTrace(name: string, text: string): Trace {
  const { states } = JSON.parse(text) as { states: Readonly<Record<string, unknown>>[] };
  const steps = states.flatMap((state): ModelStep[] => {
    const named = new Map(Object.entries(state).map(([key, value]) => [key.split("::").at(-1)!, value]));
    // A run that ends in a refused action has a state without values behind it.
    if (named.get("event") === undefined) return [];
    const voters = unwrap(named.get("voters")) as [number, ModelVoter][];
    return [
      {
        event: unwrap(named.get("event")) as ModelEvent,
        voters: new Map(voters),
        said: unwrap(named.get("said")) as ModelSaid,
      },
    ];
  });
  return { name, steps };
}
