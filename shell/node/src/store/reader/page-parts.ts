// What pages of reads are cut from, and what they pick out of receipts.

import type { SQLOutputValue } from "node:sqlite";
import { equalBytes, type Sha256 } from "@juno/base";
import { type RowAddress, type RowChange, receiptChanges } from "@juno/ledger";
import { receiptHash } from "@juno/proof";
import { PAGE_BYTES_MAX } from "@juno/runtime";
import { blob, ContentError, hashOf } from "../column.ts";

/** The first items that have PAGE_BYTES_MAX bytes together, at least one. */
export function withinBytes<T>(items: readonly T[], bytesOf: (item: T) => number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += bytesOf(item);
    if (taken.length > 0 && bytes > PAGE_BYTES_MAX) break;
    taken.push(item);
  }
  return taken;
}

/** Undefined if the receipt's entry left the row as it was. */
export function changeIn(receipt: Uint8Array, { module, table, key }: RowAddress): RowChange | undefined {
  const changes = receiptChanges(receipt);
  if (!changes.ok) throw new ContentError(`a receipt cannot be read: ${changes.error.detail}`);
  return changes.value.find((at) => at.module === module && at.table === table && at.key === key);
}

/**
 * The receipt of a row of outcomes, if it is the one that was applied. Whoever handed on another would prove nothing
 * by it, and take those who attest the true one for liars.
 */
export function soundReceipt(sha256: Sha256, row: Record<string, SQLOutputValue>): Uint8Array {
  const receipt = blob(row.receipt);
  if (!equalBytes(receiptHash(sha256, receipt), hashOf(row.receipt_hash)))
    throw new ContentError("a receipt is not the one that was applied");
  return receipt;
}
