// Takes redacted payloads out of this node's log (C22), once nobody needs them any more to follow the state: when the
// redaction is applied and the entry lies at or below a snapshot that f+1 voters signed. Until then a redaction is
// pending. Whatever is interrupted is done again after the next start: what is ordered stands in the state.
// Invariant: only what the ledger ordered is taken away, and never a deployment or a redaction.

import { hex, LogIndex as indexOf, type LogIndex } from "@juno/base";
import { isRedactable, type LedgerContext, parseCommandBody, receiptChanges, redactedIn } from "@juno/ledger";
import { type Entry, encodeRedactedBody, isRedacted, redactedParts } from "@juno/proof";
import type { AppliedBatch } from "./ports/executor.ts";
import type { LogStore, RedactedEntryBody } from "./ports/log-store.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";

/** Bodies that are read and replaced at once. */
const AT_ONCE_MAX = 16;

/** A redaction that the ledger has ordered: of which entry, and which command (hex) must stand there. */
export type RedactionOrder = { readonly index: number; readonly id: string };

/** What every receipt holds that orders a redaction: other receipts need not be read. */
const ORDER_TEXT = '"table":"redacted"';

/** The redactions that a batch has ordered. */
export function orderedIn({ outcomes, redactions }: AppliedBatch): readonly RedactionOrder[] {
  if (redactions !== undefined) return redactions;
  return outcomes.flatMap(({ receipt }) => {
    const bytes = Buffer.from(receipt.buffer, receipt.byteOffset, receipt.length);
    const changes = bytes.includes(ORDER_TEXT) ? receiptChanges(receipt) : undefined;
    return changes?.ok === true ? redactedIn(changes.value) : [];
  });
}

/** What is to stand in the place of an entry's body; undefined if nothing is to be taken away. */
export function redactedBodyOf(
  ledger: LedgerContext,
  { index, id }: RedactionOrder,
  entry: Entry,
): Uint8Array | undefined {
  if (entry.index !== index || entry.kind !== "command" || isRedacted(entry)) return undefined;
  const parts = redactedParts(ledger.sha256, entry.body);
  if (!parts.ok || hex(parts.value.id) !== id) return undefined;
  const parsed = parseCommandBody(ledger, entry.body);
  return isRedactable(parsed.ok ? parsed.value : undefined) ? encodeRedactedBody(parts.value) : undefined;
}

export class Redactor {
  readonly #ledger: LedgerContext;
  readonly #store: Pick<LogStore, "read" | "redact">;
  readonly #snapshots: Pick<SnapshotStore, "list">;
  readonly #isSound: () => boolean;
  readonly #recorded: () => number;
  readonly #done: (facts: { readonly redacted: number }) => void;
  readonly #failed: (cause: Error) => void;
  /** By index: what may still have its payload here. */
  readonly #waiting = new Map<number, RedactionOrder>();
  readonly #ordered = new Set<number>();
  /** Whether a snapshot covers what the log has not recorded as committed yet. */
  #isEarly = false;
  /** Whether the files may hold bytes of bodies that are replaced already. */
  #isUnclean: boolean;
  #isAtWork = false;
  #isWanted = false;

  constructor(parts: {
    readonly ledger: LedgerContext;
    readonly store: Pick<LogStore, "read" | "redact">;
    readonly snapshots: Pick<SnapshotStore, "list">;
    /** What the state has ordered so far. */
    readonly orders: readonly RedactionOrder[];
    /** Whether this node's outcomes are those of the others (5.9): else what it takes for an order may be none. */
    isSound(): boolean;
    /** Up to which entry the log has recorded, or is about to record, that it is committed. */
    recorded(): number;
    done(facts: { readonly redacted: number }): void;
    failed(cause: Error): void;
  }) {
    this.#ledger = parts.ledger;
    this.#store = parts.store;
    this.#snapshots = parts.snapshots;
    this.#isSound = parts.isSound;
    this.#recorded = parts.recorded;
    this.#done = parts.done;
    this.#failed = parts.failed;
    this.#note(parts.orders);
    // An earlier life may have ended between replacing a body and cleaning up after it.
    this.#isUnclean = parts.orders.length > 0;
  }

  /** Redactions that the ledger has ordered, and those whose payload this node may still hold. */
  get counts(): { readonly ordered: number; readonly pending: number } {
    return { ordered: this.#ordered.size, pending: this.#waiting.size };
  }

  noteApplied(batch: AppliedBatch): void {
    const orders = orderedIn(batch);
    this.#note(orders);
    if (orders.length > 0) this.tend();
  }

  #note(orders: readonly RedactionOrder[]): void {
    for (const order of orders) {
      if (!this.#ordered.has(order.index)) this.#waiting.set(order.index, order);
      this.#ordered.add(order.index);
    }
  }

  /** To be called when there is another certified snapshot, and once at the start. */
  tend(): void {
    this.#isWanted = true;
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    this.#work().then(
      () => {
        this.#isAtWork = false;
      },
      (cause: unknown) => this.#failed(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }

  /** To be called now and then: a reader may have held what was to be removed. */
  remind(): void {
    if (this.#isUnclean || this.#isEarly) this.tend();
  }

  async #work(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const covered = await this.#covered();
      const due = [...this.#waiting.values()].filter(({ index }) => index <= covered);
      for (let at = 0; at < due.length; at += AT_ONCE_MAX)
        await this.#redact(due.slice(at, at + AT_ONCE_MAX));
      if (this.#isUnclean) this.#isUnclean = !(await this.#store.redact([]));
    }
  }

  /** The index of the newest snapshot that others can start from. */
  async #covered(): Promise<number> {
    this.#isEarly = false;
    if (this.#waiting.size === 0 || !this.#isSound()) return 0;
    const certified = (await this.#snapshots.list()).findLast((known) => known.certificate !== undefined);
    const recorded = this.#recorded();
    this.#isEarly = (certified?.index ?? 0) > recorded;
    return Math.min(certified?.index ?? 0, recorded);
  }

  async #redact(orders: readonly RedactionOrder[]): Promise<void> {
    const bodies: RedactedEntryBody[] = [];
    for (const order of orders) {
      const body = await this.#redactedBody(order);
      if (body !== undefined) bodies.push({ index: indexOf(order.index), body });
    }
    if (bodies.length > 0) this.#isUnclean = !(await this.#store.redact(bodies));
    // Where an entry is gone, with what lies below a snapshot or was pruned, the files may still hold its bytes: cleaned once, at the end.
    if (bodies.length < orders.length) this.#isUnclean = true;
    for (const { index } of orders) this.#waiting.delete(index);
    if (bodies.length > 0) this.#done({ redacted: bodies.length });
  }

  async #redactedBody(order: RedactionOrder): Promise<Uint8Array | undefined> {
    const at: LogIndex = indexOf(order.index);
    const [entry] = await this.#store.read({ from: at, to: at, bytesMax: 1 });
    return entry && redactedBodyOf(this.#ledger, order, entry);
  }
}
