// What a disk that decays might do to a stopped node, or somebody who has access to it.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { utf8 } from "@juno/base";
import { Complaint } from "../complaint.ts";

/** Ten times what an account has stands in its row. */
export function alterBalance(folder: string, account: string): void {
  const db = new DatabaseSync(join(folder, "state.db"));
  const { changes } = db
    .prepare("UPDATE rows SET value = CAST(replace(CAST(value AS TEXT), '.', '0.') AS BLOB) WHERE key = ?")
    .run(utf8(account));
  db.close();
  if (changes !== 1) throw new Complaint(`${folder} holds no row of ${account}.`);
}
