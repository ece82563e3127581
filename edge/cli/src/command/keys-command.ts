// `juno keys`: makes key files, encrypts and decrypts them, changes their passphrases, and shows what may be seen of them. A secret is never printed.

import { hex } from "@juno/base";
import {
  changePassphrase,
  createKeyPair,
  decryptKeyFile,
  encryptKeyFile,
  peekClientKeys,
  saveClientKeys,
  splitNodeKeys,
} from "@juno/node/light";
import type { Output } from "../output.ts";
import { newPassphrase, otherPassphrase, passphraseFor, passphraseIfEncrypted } from "../passphrase.ts";

export type NewKeyOptions = { readonly name?: string; readonly encrypt?: boolean; readonly json?: boolean };

export async function runNewKey(path: string, options: NewKeyOptions, output: Output): Promise<void> {
  const pair = createKeyPair();
  const passphrase = options.encrypt ? await newPassphrase() : undefined;
  saveClientKeys(path, { name: options.name, ...pair }, passphrase);
  runShowKey(path, options, output);
}

export function runShowKey(path: string, options: { readonly json?: boolean }, output: Output): void {
  const { name, key, isEncrypted } = peekClientKeys(path);
  const named = name === undefined ? {} : { name };
  if (options.json) output.printJson({ path, ...named, key: hex(key), encrypted: isEncrypted });
  else output.print(name === undefined ? hex(key) : `${hex(key)}  ${name}`);
}

export async function runEncryptKey(path: string, output: Output): Promise<void> {
  await encryptKeyFile(path, newPassphrase);
  output.remark(
    `${path} is encrypted. Copies that were made before are not, nor are the blocks of the disk where it stood.`,
  );
}

export async function runDecryptKey(path: string, output: Output): Promise<void> {
  await decryptKeyFile(path, () => passphraseFor(path));
  output.remark(`${path} is decrypted: whoever can read it has the key.`);
}

export async function runChangePassphrase(
  path: string,
  { newPassphraseFile }: { readonly newPassphraseFile?: string },
  output: Output,
): Promise<void> {
  await changePassphrase(path, {
    of: () => passphraseFor(path),
    as: () => otherPassphrase(newPassphraseFile),
  });
  output.remark(`${path} has the new passphrase. Copies that were made before open with the old one.`);
}

/** The node finds its signer by `signer` in its config.json. */
export async function runSplitKeys(
  path: string,
  { out }: { readonly out: string },
  output: Output,
): Promise<void> {
  splitNodeKeys(path, out, await passphraseIfEncrypted(path));
  output.remark(
    `The signing key is in ${out}, and in ${path} no more. Start \`juno signer\` with it before the node.`,
  );
}
