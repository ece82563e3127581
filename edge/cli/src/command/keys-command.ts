// `juno keys`: makes key files and shows what may be seen of them. A secret is never printed.

import { hex } from "@juno/base";
import { createKeyPair, loadClientKeys, saveClientKeys } from "@juno/node/light";
import type { Output } from "../output.ts";

type Shown = { readonly path: string; readonly name: string | undefined; readonly key: Uint8Array };

function show({ path, name, key }: Shown, options: { readonly json?: boolean }, output: Output): void {
  const named = name === undefined ? {} : { name };
  if (options.json) output.printJson({ path, ...named, key: hex(key) });
  else output.print(name === undefined ? hex(key) : `${hex(key)}  ${name}`);
}

export function runNewKey(
  path: string,
  options: { readonly name?: string; readonly json?: boolean },
  output: Output,
): void {
  const pair = createKeyPair();
  saveClientKeys(path, { name: options.name, ...pair });
  show({ path, name: options.name, key: pair.key }, options, output);
}

export function runShowKey(path: string, options: { readonly json?: boolean }, output: Output): void {
  const { name, key } = loadClientKeys(path);
  show({ path, name, key }, options, output);
}
