// The ledger's own rows (C24 to C28) as a node tells them, to be read the way the ledger itself reads them.

import { jsonOf } from "@juno/api";
import { canonicalJson } from "@juno/base";
import type { JunoClient } from "@juno/client";
import { type RecordedAct, type RowAddress, recordedAct, SYSTEM } from "@juno/ledger";
import { Complaint } from "../complaint.ts";
import { type ActDocument, readActDocument } from "./act-document.ts";

/** Rows nest no deeper. */
const ROW_DEPTH_MAX = 32;

export function rowBytes(value: unknown): Uint8Array {
  const json = jsonOf(value, ROW_DEPTH_MAX);
  if (!json.ok) throw new Complaint(`A node told a row that is none: ${json.error.detail}.`);
  return canonicalJson(json.value);
}

/** An act as a row tells it, and its document, which its id proves to be the one that was asked for. */
export function actOfRow(
  id: string,
  value: unknown,
): { readonly act: RecordedAct; readonly document: ActDocument } {
  const act = recordedAct({ row: () => rowBytes(value) }, id)!;
  const document = readActDocument(act.document, "The act");
  if (document.id === id) return { act, document };
  throw new Complaint(`The node tells another document than that of the act ${id}: ask another one.`);
}

export class OwnTables {
  readonly #rows = new Map<string, Uint8Array>();
  readonly #keys = new Map<string, string[]>();

  /** All rows of these tables. */
  static async fetch(client: Pick<JunoClient, "rows">, tables: readonly string[]): Promise<OwnTables> {
    const fetched = new OwnTables();
    for (const table of tables) await fetched.#fetch(client, table);
    return fetched;
  }

  async #fetch(client: Pick<JunoClient, "rows">, table: string): Promise<void> {
    const keys: string[] = [];
    this.#keys.set(table, keys);
    for (let after: string | undefined; ; ) {
      const range = after === undefined ? {} : { after };
      const page = await client.rows({ module: SYSTEM.module, table }, range);
      for (const { key, value } of page.rows) {
        keys.push(key);
        this.#rows.set(`${table}/${key}`, rowBytes(value));
      }
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  row({ table, key }: RowAddress): Uint8Array | undefined {
    return this.#rows.get(`${table}/${key}`);
  }

  /** In the order in which they were proposed. */
  acts(): readonly RecordedAct[] {
    const keys = this.#keys.get(SYSTEM.acts) ?? [];
    return keys.map((id) => recordedAct(this, id)!).sort((a, b) => a.at - b.at);
  }
}
