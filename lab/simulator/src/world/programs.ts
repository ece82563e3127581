// Which program each node runs (C36 to C38). Invariant: no node executes an entry by a version that its program does not
// know; who would have to ends, and for nothing else; nothing is activated that fewer than a quorum know. What is in force
// is read from the ledger's row, apart from the code of the nodes.

import type { NodeId } from "@juno/base";
import { KNOWN_VERSIONS, type Versions } from "@juno/ledger";
import type { Entry, Epochs } from "@juno/proof";
import type { EntryOutcome, MemoryState } from "@juno/runtime";
import type { Findings } from "../checkers/findings.ts";
import type { Tally } from "./tally.ts";

export const NEWEST: Versions = KNOWN_VERSIONS;
/** By which every network begins. */
const FIRST: Versions = { ledger: 1, language: 1 };
/** What programs of before knew, one of their versions or both. */
export const OLDER: readonly Versions[] = [FIRST, { ...NEWEST, language: 1 }, { ...NEWEST, ledger: 1 }];

export const knows = (known: Versions, needed: Versions): boolean =>
  known.ledger >= needed.ledger && known.language >= needed.language;

type Decision = { readonly act: string; readonly at: number; readonly from: Versions; readonly to: Versions };
type Running = {
  readonly id: NodeId;
  readonly known: Versions;
  readonly ledger: Pick<MemoryState, "applied">;
};

const ADDRESS = { module: "juno", table: "switches", key: "activation" };

function decisionIn({ view }: Pick<MemoryState, "view">): Decision | undefined {
  const bytes = view.row(ADDRESS);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Decision);
}

const told = ({ ledger, language }: Versions): string => `ledger ${ledger} and language ${language}`;

export class Programs {
  readonly #epochs: Pick<Epochs, "of">;
  readonly #findings: Findings;
  readonly #tally: Tally;
  /** What a node's program knows. */
  readonly #knownBy: (id: NodeId) => Versions;
  readonly #isLiar: (id: NodeId) => boolean;
  #decision: Decision | undefined;
  /** By index, what each entry of the replay was applied by. */
  readonly #appliedBy: Versions[] = [FIRST];

  constructor(parts: {
    readonly epochs: Pick<Epochs, "of">;
    readonly findings: Findings;
    readonly tally: Tally;
    readonly knownBy: (id: NodeId) => Versions;
    readonly isLiar: (id: NodeId) => boolean;
  }) {
    this.#epochs = parts.epochs;
    this.#findings = parts.findings;
    this.#tally = parts.tally;
    this.#knownBy = parts.knownBy;
    this.#isLiar = parts.isLiar;
  }

  /** What was decided last: the versions that are in force, or will be from an entry ahead on. */
  get last(): { readonly versions: Versions; readonly isAhead: boolean } {
    const { at = 0, to = FIRST } = this.#decision ?? {};
    return { versions: to, isAhead: at > this.#appliedBy.length };
  }

  /** What an entry is applied by, as far as it is decided. */
  versionsAt(index: number): Versions {
    const { at = 0, from = FIRST, to = FIRST } = this.#decision ?? {};
    return this.#appliedBy[index] ?? (index < at ? from : to);
  }

  /** The replay has applied an entry, and this is its state now. */
  onEntry({ index, epoch }: Pick<Entry, "index" | "epoch">, state: Pick<MemoryState, "view">): void {
    const versions = this.versionsAt(index);
    if (!knows(this.#appliedBy[index - 1] ?? FIRST, versions)) this.#tally.add("versions: activated");
    this.#appliedBy[index] = versions;
    const before = this.#decision?.act;
    this.#decision = decisionIn(state);
    if (this.#decision === undefined || this.#decision.act === before) return;
    const { from, to, at } = this.#decision;
    if (knows(from, to)) return this.#tally.add("versions: activation cancelled");
    // C38: a liar says what it likes.
    const { voters, quorum } = this.#epochs.of(epoch)!.electorate;
    const knowing = voters.filter(({ id }) => this.#isLiar(id) || knows(this.#knownBy(id), to)).length;
    if (knowing < quorum)
      this.#found(
        `entry ${index} activates ${told(to)} from ${at} on, which ${knowing} of ${voters.length} know`,
      );
  }

  /** C37: a node has executed these entries. */
  onExecuted(
    { id, known }: Pick<Running, "id" | "known">,
    outcomes: readonly Pick<EntryOutcome, "entry">[],
  ): void {
    const index = outcomes.at(-1)?.entry.index;
    const needed = index === undefined ? FIRST : this.versionsAt(index);
    if (!knows(known, needed))
      this.#found(`node ${id}, which knows ${told(known)}, has executed entry ${index} of ${told(needed)}`);
  }

  /** A node has ended because its program is too old, as it says. */
  onTooOld({ id, known, ledger }: Running): void {
    this.#tally.add("versions: ended too old");
    const next = ledger.applied.index + 1;
    // Whoever only follows may be ahead of the replay.
    if (next <= this.#appliedBy.length && knows(known, this.versionsAt(next)))
      this.#found(`node ${id} ends before entry ${next}, which its program knows the versions of`);
  }

  #found(what: string): void {
    this.#findings.found("versions", what);
  }
}
