// An archive as one of the two that are compared. What its files are worth, `juno verify` tells.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hash, LogIndex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Span } from "../archive/archive-feed.ts";
import { MANIFEST, parseManifest } from "../archive/manifest.ts";
import { ArchiveSource } from "../audit/archive-source.ts";
import { Findings } from "../audit/findings.ts";
import { narrow } from "../audit/readable.ts";
import { damaged } from "../store/database.ts";
import { entryOf } from "../store/log/stored-entry.ts";
import type { DiffSide, Step } from "./diff-side.ts";

/** Throws Failures: of a manifest that is none, of lines that are no entries. */
export function openArchiveSide(folder: string): DiffSide {
  const file = join(folder, MANIFEST);
  const parsed = parseManifest(new Uint8Array(readFileSync(file)));
  if (!parsed.ok) throw damaged(file, parsed.error);
  const manifest = parsed.value;
  const { first, last, end } = manifest;
  const root = last < first ? undefined : hashIn(end.outcomeRoot, file);
  return {
    held: { name: folder, kind: "archive", first, last, applied: { index: last, root } },
    network: hashIn(manifest.network, file),
    async *steps({ from, to }: Span): AsyncGenerator<Step> {
      const findings = new Findings(1);
      const source = new ArchiveSource(folder, manifest, findings);
      for (let next = from; next <= to; ) {
        const rows = source.entries({ from: BigInt(next), to: BigInt(to) });
        const [finding] = findings.list;
        if (finding !== undefined) {
          throw new Failure("store_damaged", `${folder}: ${finding.place}: ${finding.problem}`);
        }
        if (rows.length === 0) return;
        for (const row of rows) {
          const entry = entryOf(narrow(row));
          yield { index: entry.index, hash: entry.hash, entry, receipt: source.receiptOf(entry.index) };
        }
        next = LogIndex(next + rows.length);
      }
    },
    close: () => undefined,
  };
}

function hashIn(digits: string, file: string): Hash {
  const bytes = parseHex(digits);
  if (bytes?.length !== 32) throw damaged(file, "a hash in it is none");
  return Hash(bytes);
}
