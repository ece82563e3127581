// L31: what is charged for what the world does: rows, keys, authority, events. Charged before the work, or, where
// the work is what tells the amount, piece by piece. 1 gas is about 10 ns of a reference machine.

export const ROW_GAS = {
  /** Of `take`, `get`, `find`, `has`, `keys`. */
  read: 200,
  /** A row's bytes are charged in quarters when read, rounded down. */
  readBytesPerGas: 4,
  /** Of `put`, `insert`, `remove`. */
  write: 400,
  writeByte: 1,
  /** Spelling the key, in every operation but `keys`. */
  keyByte: 1,
  /** Each bracket, comma, name and scalar of a key's and a written row's text: small parts take longer than their bytes. */
  piece: 8,
  /** Each key that `keys` gives or looks at. */
  listedKey: 20,
  listedKeyBytesPerGas: 4,
} as const;

export const AUTHORITY_GAS = {
  /** Each key or role that stands in a policy. */
  policyKey: 20,
  /** Each holder of a role that a policy names. */
  roleHolder: 1,
  /** Each signer that is tried for a part of a policy. */
  trial: 1,
  /** Each byte of the signers' grants as canonical text, when an action first asks for one. */
  grantByte: 3,
  /** Each grant that is compared with what is asked for. */
  grant: 20,
} as const;

export const EVENT_GAS = {
  event: 100,
  byte: 1,
  /** Each bracket, comma, name and scalar of its text, which is also read back. */
  piece: 8,
} as const;

/** Of `mint` and `burn`: what is counted by the asset's text until the command ends, and summed and sorted then. */
export const COIN_GAS = { tally: 200, assetByte: 1 } as const;
