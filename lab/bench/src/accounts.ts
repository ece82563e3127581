// The contract that is measured; every network starts with it.

export const ACCOUNTS = "demo.accounts";
