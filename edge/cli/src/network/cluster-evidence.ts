// What the nodes of a cluster keep against voters, each proof once. Nodes that do not answer are passed over, and so is what
// does not prove anything: a lying node must not spoil an archive that others fill.

import type { EvidencePageJson } from "@juno/api";
import { hex, parseHex } from "@juno/base";
import { type JunoClient, JunoError } from "@juno/client";
import { sha256, verifySignature } from "@juno/node";
import { checkEvidenceIn } from "@juno/proof";

/** What is asked of one node: honest ones keep a few for each voter and term that lied. */
const EVIDENCE_MAX = 10_000;

type Source = Pick<JunoClient, "epochs" | "evidence">;

/** The bytes (E36), in hex. */
export async function* clusterEvidence(client: Source, urls: readonly string[]): AsyncGenerator<string> {
  const told = new Set<string>();
  for (const url of urls) {
    for await (const bytes of keptBy(client, url)) {
      const digest = hex(sha256(bytes));
      if (told.has(digest) || !isProof(client, bytes)) continue;
      told.add(digest);
      yield hex(bytes);
    }
  }
}

async function* keptBy(client: Source, url: string): AsyncGenerator<Uint8Array> {
  let from: number | undefined = 1;
  for (let count = 0; from !== undefined && count < EVIDENCE_MAX; ) {
    const page: EvidencePageJson | undefined = await pageOf(client, url, from);
    if (page === undefined) return;
    for (const { bytes } of page.evidence) yield parseHex(bytes) ?? new Uint8Array();
    count += page.evidence.length;
    from = page.evidence.length === 0 ? undefined : page.next;
  }
}

/** Undefined if the node does not answer. */
async function pageOf(client: Source, url: string, from: number): Promise<EvidencePageJson | undefined> {
  try {
    return await client.evidence(url, { from });
  } catch (error) {
    if (error instanceof JunoError) return undefined;
    throw error;
  }
}

function isProof({ epochs }: Source, bytes: Uint8Array): boolean {
  const checked = checkEvidenceIn({ epochs, sha256 }, bytes);
  return checked.ok && checked.value.checks.every(verifySignature);
}
