// Signed commands to the accounts contract, from a few words. Signatures are real.

import { hex, signedBytes, utf8 } from "@juno/base";
import { renderTime } from "@juno/ledger";
import type { Genesis, SignedCommand } from "@juno/proof";
import { signerFrom } from "../../src/crypto/sodium.ts";
import type { ClientKeys } from "../../src/keys/client-keys.ts";

const LIFETIME_MS = 3_600_000;

export type Order = {
  readonly genesis: Genesis;
  /** The first is the client charged. */
  readonly signers: readonly ClientKeys[];
  readonly actions: readonly object[];
  /** Makes the id: two orders alike in all have the same. */
  readonly nonce: number;
  readonly expires?: number;
};

export function signedCommand(order: Order): SignedCommand {
  const { genesis, signers, actions, nonce, expires = Date.now() + LIFETIME_MS } = order;
  const payload = utf8(
    JSON.stringify({
      network: hex(genesis.network),
      nonce: nonce.toString(16).padStart(32, "0"),
      expires: renderTime(expires),
      gasLimit: 5_000_000,
      atomic: actions.length > 1,
      signers: signers.map(({ key }) => ({ key: hex(key) })),
      actions,
    }),
  );
  const message = signedBytes({ tag: "command", network: genesis.network, body: payload });
  const signatures = signers.map(({ key, secret }) => ({ key, signature: signerFrom(secret)(message) }));
  return { payload, signatures };
}

export const callOf = (module: string, action: string, args: object): object => ({
  call: { module, action, args },
});
const call = (action: string, args: object): object => callOf("demo.accounts", action, args);

export const create = (name: string, owner: ClientKeys): object =>
  call("create", { name, owner: { key: hex(owner.key) } });
export const adjust = (name: string, amount: string): object => call("adjust", { name, amount });
export const deploy = (source: string): object => ({ deploy: { modules: [source] } });
/** `route`: names with arrows between, such as a->b->c. */
export function transfer(route: string, amount: string): object {
  const [from, ...rest] = route.split("->");
  return call("transfer", { from, via: rest.slice(0, -1), to: rest.at(-1), amount });
}
