// How a case of tampering is judged: what must be found, and what the log it is done to looks like.

import type { LogIndex, Term } from "@juno/base";
import { expect } from "vitest";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import type { SampleHistory } from "./sample-history.ts";
import { entriesOf, memoryOf, type Tamper } from "./tampering.ts";

export type TamperingSetup = {
  history(): SampleHistory;
  /** The report on a copy of the witness's folder after somebody has been at it. */
  tampered(...changes: readonly Tamper[]): Promise<AuditReport>;
};

/** What must be found: an entry by its index, or a place. */
export type Expected = { readonly index?: number; readonly place: string; readonly problem?: string };

/** What cases say of the log. */
export type Facts = {
  readonly committed: LogIndex;
  readonly last: number;
  /** The last election entry's index and term. */
  readonly election: number;
  readonly term: Term;
};

export const entry = (index: number, problem = ""): Expected => ({ index, place: "log.db entries", problem });

export class Tampering {
  readonly #setup: TamperingSetup;

  constructor(setup: TamperingSetup) {
    this.#setup = setup;
  }

  get facts(): Facts {
    const folder = this.#setup.history().network.folderOf(this.#setup.history().witness);
    const entries = entriesOf(folder);
    const last = entries.at(-1)!;
    return {
      committed: memoryOf(folder).committed.index,
      last: last.index,
      election: entries.findLast(({ kind }) => kind === "election")!.index,
      term: last.term,
    };
  }

  /** What is found first. */
  async first(expected: Expected, ...changes: readonly Tamper[]): Promise<void> {
    const { ok, findings } = await this.#setup.tampered(...changes);
    expect(ok).toBe(false);
    const { problem = "", ...rest } = expected;
    expect(findings[0]).toMatchObject({ ...rest, problem: expect.stringContaining(problem) });
  }

  /** What is found, perhaps behind other things. */
  async among(expected: Expected, ...changes: readonly Tamper[]): Promise<void> {
    const { findings } = await this.#setup.tampered(...changes);
    const { problem = "", ...rest } = expected;
    const finding = expect.objectContaining({ ...rest, problem: expect.stringContaining(problem) });
    expect(findings).toContainEqual(finding);
  }
}
