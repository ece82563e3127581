// What a client remembers by itself: each acknowledged command, written to a file before the client
// takes its next step. Compared with what the nodes hold, it says whether an acknowledgement was kept.

import { appendFileSync, existsSync, readFileSync } from "node:fs";

export type Acknowledged = {
  /** The command's id, hex. */
  readonly id: string;
  readonly index: number;
  /** Actions under the command's signature. */
  readonly actions: number;
  /** What it added to accounts, or took from them, in minor units. */
  readonly changes: Readonly<Record<string, number>>;
};

export class Journal {
  readonly #path: string;
  #actions = 0;

  constructor(path: string) {
    this.#path = path;
    for (const { actions } of this.read()) this.#actions += actions;
  }

  get actions(): number {
    return this.#actions;
  }

  append(acknowledged: Acknowledged): void {
    appendFileSync(this.#path, `${JSON.stringify(acknowledged)}\n`);
    this.#actions += acknowledged.actions;
  }

  /** Everything that was ever appended, in order. */
  read(): Acknowledged[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, "utf8").trimEnd().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Acknowledged);
  }
}

/** What each account must hold if every acknowledged command counts, once. */
export function balancesOf(list: readonly Acknowledged[]): Map<string, number> {
  const balances = new Map<string, number>();
  for (const { changes } of list) {
    for (const [account, minor] of Object.entries(changes)) {
      balances.set(account, (balances.get(account) ?? 0) + minor);
    }
  }
  return balances;
}
