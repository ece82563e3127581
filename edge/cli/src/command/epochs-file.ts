// The epochs file (E57) on the command line: who votes when, from the genesis on, so that what is of a later epoch can
// be judged offline.

import { parseEpochsFile, renderEpochsFile } from "@juno/api";
import { learnLinks } from "@juno/client";
import { sha256, verifySignature } from "@juno/node/light";
import { Epochs, FIRST_EPOCH, firstEpoch, type Genesis } from "@juno/proof";
import { usage } from "../complaint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { readProofFile } from "./proof-document.ts";

const INDENT = 2;

/** What a file leads to, each link verified; the first epoch alone without a file. Throws a Complaint for a bad one. */
export async function epochsIn(genesis: Genesis, path: string | undefined): Promise<Epochs> {
  const epochs = new Epochs(firstEpoch(genesis));
  if (path === undefined) return epochs;
  const links = parseEpochsFile(genesis.network, await readProofFile(path));
  const learned = links.ok
    ? await learnLinks({ sha256, verify: verifySignature }, epochs, links.value)
    : links;
  if (!learned.ok)
    throw usage(`${path} is no epochs file of this network: ${safeText(learned.error.detail)}.`);
  return epochs;
}

export function epochsFileText({ network }: Genesis, epochs: Epochs): string {
  return `${JSON.stringify(renderEpochsFile(network, epochs.linksAfter(FIRST_EPOCH)), undefined, INDENT)}\n`;
}
