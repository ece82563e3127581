// Follows the links (E56) that a source keeps, from the genesis on: who votes in which part of the log, so that whatever is
// signed there is judged under the right keys (P38). A link proves itself; the first that does not is a finding, and
// nothing beyond it is known. That the entries are those that links name, the walk along the log finds out.

import { decodeEpochLink, linkName, nextEpoch } from "@juno/proof";
import { blob, integer } from "../store/column.ts";
import type { AuditContext } from "./audit-context.ts";
import type { Findings } from "./findings.ts";
import { narrow, type Row, readable, shown } from "./readable.ts";
import type { SignatureQueue } from "./signature-queue.ts";

/** Rows of which nothing is believed: columns epoch, bytes; in order of epochs, from the second on. */
export type LinkSource = {
  links(): Iterable<Row>;
  /** What a finding calls the place where they are kept. */
  readonly place: (table: "epochs") => string;
};

type Parts = {
  readonly source: LinkSource;
  readonly context: AuditContext;
  readonly signatures: SignatureQueue;
  findings(): Findings;
};

export class EpochAudit {
  readonly #parts: Parts;
  #isBroken = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes in what the source keeps by now; signatures are answered later, like all. False once a link was refused. */
  learn(): boolean {
    if (this.#isBroken) return false;
    const { source, context } = this.#parts;
    const read = readable(() => {
      let due = 0;
      for (const row of source.links()) {
        due += 1;
        if (integer(narrow(row).epoch) !== due)
          return this.#refuse(
            due,
            `It is missing; the link to epoch ${shown(row.epoch)} stands in its place.`,
          );
        if (due > context.epochs.last.electorate.epoch && !this.#take(due, blob(row.bytes))) return false;
      }
      return true;
    });
    if (!read.ok) this.#refuse(context.epochs.last.electorate.epoch + 1, `It cannot be read: ${read.error}.`);
    return !this.#isBroken;
  }

  #take(epoch: number, bytes: Uint8Array): boolean {
    const { context, signatures, findings } = this.#parts;
    const { epochs, sha256 } = context;
    const before = epochs.last.electorate.epoch;
    const link = decodeEpochLink(bytes);
    if (!link.ok) return this.#refuse(epoch, `It cannot be decoded: ${link.error.detail}.`);
    const next = nextEpoch(sha256, epochs, link.value);
    if (!next.ok) return this.#refuse(epoch, `It does not prove itself: ${next.error.detail}.`);
    const { index } = link.value.entry;
    signatures.add(next.value.checks, () =>
      findings().add(this.#place(epoch), `A signature in ${linkName(before)} does not verify.`, index),
    );
    epochs.add(next.value.facts);
    return true;
  }

  #place(epoch: number): string {
    return `${this.#parts.source.place("epochs")} (${epoch})`;
  }

  #refuse(epoch: number, problem: string): false {
    this.#isBroken = true;
    this.#parts.findings().add(this.#place(epoch), problem);
    return false;
  }
}
