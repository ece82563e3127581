// What a node knows of versions (C36, C37): which it can apply entries by, which are in force, and before which entry it has
// to stop. It never applies what it does not know: a node that guessed would part from the others.

import { Failure } from "@juno/failure";
import {
  type Activation,
  type Governed,
  type LedgerContext,
  lackingVersions,
  tooOld,
  versionsAt,
} from "@juno/ledger";
import type { Announcer } from "./announcer.ts";
import type { NodeVersions } from "./ports/backend.ts";

type Knowing = Pick<LedgerContext, "known">;

/** Why who has applied the entries up to `applied` cannot go on: the next one is applied by versions that it does not know. */
export function versionFailure(
  ledger: Knowing,
  activation: Activation | undefined,
  applied: number,
): Failure | undefined {
  const old = tooOld(ledger, activation);
  if (old === undefined || lackingVersions(ledger.known, versionsAt(activation, applied + 1)) === undefined)
    return undefined;
  return new Failure(
    "too_old",
    `${old.detail}; this program stops before entry ${old.at}. Install one that knows them and start it again: nothing is ` +
      "lost, and nothing was done that would have to be undone.",
  );
}

/** As a node shows it that has applied the entries up to `applied`. */
export function versionsOf(
  ledger: Knowing,
  activation: Activation | undefined,
  applied: number,
): NodeVersions {
  const isAhead = activation !== undefined && activation.at > applied + 1;
  return {
    known: ledger.known,
    inForce: versionsAt(activation, applied + 1),
    next: isAhead ? { index: activation.at, act: activation.act, ...activation.to } : undefined,
    stopsBefore: tooOld(ledger, activation)?.at,
  };
}

type Watching = {
  readonly ledger: Knowing;
  readonly announcer: Pick<Announcer, "notice">;
  failed(cause: Error): void;
};

/** Tells the operator in good time that the node will have to stop, and stops it in time. */
export class VersionWatch {
  readonly #parts: Watching;
  #told: number | undefined;

  constructor(parts: Watching) {
    this.#parts = parts;
  }

  /** To be called with what the ledger has decided, once the entries up to `applied` are. */
  heed({ activation }: Pick<Governed, "activation">, applied: number): void {
    const { ledger, announcer, failed } = this.#parts;
    const old = tooOld(ledger, activation);
    if (old?.at !== this.#told && old !== undefined) {
      const message = `${old.detail}: this node stops before entry ${old.at} unless it is started with a newer program`;
      announcer.notice("too_old_ahead", { stopsBefore: old.at, message });
    }
    this.#told = old?.at;
    // C37: what was applied stands; the next entry is not touched.
    const failure = versionFailure(ledger, activation, applied);
    if (failure !== undefined) failed(failure);
  }
}
