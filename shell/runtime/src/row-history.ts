// A row's change out of the receipt of the entry that changed it: receipts carry every diff, so the
// history of a row needs an index of entries and nothing else.

import { assert, canonicalJson, isJsonObject, type Json, parseJson } from "@juno/base";
import type { RowAddress } from "@juno/ledger";

/** Receipts come from this node's own store; a longer one was never applied. */
const RECEIPT_BYTES_MAX = 1024 * 1024 * 1024;

type Change = { readonly before: Uint8Array | undefined; readonly after: Uint8Array | undefined };

const member = (value: Json | undefined, name: string): Json | undefined =>
  value !== undefined && isJsonObject(value) ? value.get(name) : undefined;

const items = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const rowBytes = (value: Json | undefined): Uint8Array | undefined =>
  value === undefined || value === null ? undefined : canonicalJson(value);

/** The row before and after the entry, by its receipt; undefined if no action changed it. */
export function changeInReceipt(receipt: Uint8Array, address: RowAddress): Change | undefined {
  const parsed = parseJson(receipt, { bytesMax: RECEIPT_BYTES_MAX });
  assert(parsed.ok, "a stored receipt is canonical JSON");
  const changes = items(member(parsed.value, "actions"))
    .flatMap((action) => items(member(action, "changes")))
    .filter(
      (change) =>
        member(change, "module") === address.module &&
        member(change, "table") === address.table &&
        member(change, "key") === address.key,
    );
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined) return undefined;
  return { before: rowBytes(member(first, "before")), after: rowBytes(member(last, "after")) };
}
