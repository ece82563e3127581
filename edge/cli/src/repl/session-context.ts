// What statements work with: the client library, the keys at hand, who signs, and small things made of
// them that more than one statement needs.

import { hex } from "@juno/base";
import type { Call, JunoClient, Signer } from "@juno/client";
import { ACCOUNTS } from "../accounts.ts";
import type { KeyRing, NamedSigner } from "../network/key-ring.ts";
import type { NodeAddress } from "../network/network-folder.ts";
import type { Paint } from "../terminal/paint.ts";

/** The parts of the client library that a session uses. */
export type LedgerClient = Pick<
  JunoClient,
  "genesis" | "epochs" | "submit" | "query" | "module" | "modules" | "status" | "fate"
>;

export type SessionContext = {
  readonly client: LedgerClient;
  readonly nodes: readonly NodeAddress[];
  /** The registered client: signs every command first. */
  readonly self: NamedSigner;
  readonly keys: KeyRing;
  readonly paint: Paint;
};

/** A call of the accounts contract. */
export const callAccounts = (action: string, args: Call["args"]): Call => ({
  module: ACCOUNTS.module,
  action,
  args,
});

/** Each key signs once, the client's first: it is the one that is charged. */
export function distinctSigners(signers: readonly (Signer | undefined)[]): Signer[] {
  const byKey = new Map<string, Signer>();
  for (const signer of signers) if (signer !== undefined) byKey.set(hex(signer.key), signer);
  return [...byKey.values()];
}

/** Reads ask a quorum first: an answer is never older than what was acknowledged before. */
export async function queryAccounts(
  client: LedgerClient,
  query: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const reply = await client.query({ module: ACCOUNTS.module, query, args }, { consistency: "linearizable" });
  return reply.result;
}
