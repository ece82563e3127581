// `juno backup`: copies what a node has, while it runs. Ctrl-C ends it and leaves nothing.

import { makeBackup } from "@juno/node";
import { Complaint, EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import { ProgressLine } from "../terminal/progress-line.ts";

export type BackupOptions = { readonly out: string; readonly withKeys?: boolean; readonly json?: boolean };

const LABELS = {
  "state.db": "pages of state.db",
  "log.db": "pages of log.db",
  digests: "digests; bytes",
} as const;

export async function runBackup(folder: string, options: BackupOptions, output: Output): Promise<void> {
  const { out, withKeys = false } = options;
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  try {
    const manifest = await makeBackup({
      ...{ folder, target: out, withKeys, now: Date.now(), signal: stop.signal },
      onProgress: ({ stage, done, total }) => {
        const perSecond = Math.round((done * 1000) / Math.max(1, performance.now() - startedMs));
        line.show({ label: LABELS[stage], done, total, perSecond });
      },
    });
    line.close();
    if (manifest === undefined)
      throw new Complaint("The backup was stopped; nothing of it was kept.", EXIT.interrupted);
    if (options.json) {
      output.printJson({ out, ...manifest });
      return;
    }
    const { node, applied, committed, files } = manifest;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const secrets = withKeys
      ? "with node.json: keep it like a key"
      : "without the node's keys: keep node.json elsewhere";
    output.print(
      [
        `${out}: node ${node}, applied ${applied.index}, committed ${committed}; ${files.length} files, ${bytes.toLocaleString("en-US")} bytes`,
        `  outcome root ${applied.root}`,
        `  ${secrets}`,
      ].join("\n"),
    );
  } finally {
    line.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
