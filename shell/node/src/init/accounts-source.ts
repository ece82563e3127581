// The contract that a new network starts with: accounts, as `juno client` and the demo know them.

import { readFileSync } from "node:fs";

const FILE = new URL("../../../../examples/contracts/accounts.hop", import.meta.url);

export const accountsSource = (): string => readFileSync(FILE, "utf8");
