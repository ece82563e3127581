// The contract that clusters are loaded and judged with: accounts, which every network of `initNetwork` starts with.

import type { Call } from "@juno/client";

export const ACCOUNTS = "demo.accounts";

export const callAccounts = (action: string, args: Call["args"]): Call => ({
  module: ACCOUNTS,
  action,
  args,
});
