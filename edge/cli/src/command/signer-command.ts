// `juno signer`: a process that holds signing keys of nodes and signs what they say (E62), until it is told to stop.

import { hex } from "@juno/base";
import { openSigner } from "@juno/node";
import { loadClientKeys, signerFrom } from "@juno/node/light";
import type { Output } from "../output.ts";
import { passphraseIfEncrypted } from "../passphrase.ts";

export type SignerOptions = { readonly socket: string; readonly keys: readonly string[] };

export async function runSigner({ socket, keys: files }: SignerOptions, output: Output): Promise<void> {
  const keys = [];
  for (const file of files) {
    const { key, secret } = loadClientKeys(file, await passphraseIfEncrypted(file));
    keys.push({ key, sign: signerFrom(secret) });
  }
  const server = await openSigner({ socket, keys, refused: (reason) => output.remark(`refused: ${reason}`) });
  output.remark(`Signing for ${keys.map(({ key }) => hex(key)).join(", ")} at ${socket}.`);
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.resolve());
  await stop.promise;
  await server.close();
}
