// The manifest of a backup (P22): what it holds, and the digest of every file. It is written last, so a folder
// with a manifest is a whole backup.

import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BackupManifestJson, BackupManifestSchema, checkShape } from "@juno/api";
import { Failure } from "@juno/failure";
import { damaged } from "../store/database.ts";

export const MANIFEST = "backup.json";

type FileJson = BackupManifestJson["files"][number];

export const manifestText = (manifest: BackupManifestJson): string =>
  `${JSON.stringify(manifest, null, 2)}\n`;

/** The manifest in a folder; throws Failures that say what is wrong with it. */
export function readManifest(folder: string): BackupManifestJson {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) {
    throw new Failure(
      "store_missing",
      `${folder} is no backup, or one that was not finished: it has no ${MANIFEST}. Name a folder that \`juno backup\` made`,
    );
  }
  const checked = checkShape(BackupManifestSchema, jsonIn(file));
  if (checked.ok) return checked.value;
  throw damaged(file, `it is no manifest of a backup that this program reads: ${checked.error.detail}`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw damaged(file, "it cannot be read as JSON", cause);
  }
}

/** What a manifest says of a file as it is now. */
export async function describeFile(folder: string, name: string): Promise<FileJson> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of createReadStream(join(folder, name))) {
    hash.update(part as Buffer);
    bytes += (part as Buffer).length;
  }
  return { name, bytes, sha256: hash.digest("hex") };
}

/** Throws Failure `store_damaged` for the first file that is not as the manifest says. */
export async function checkFiles(
  folder: string,
  files: readonly FileJson[],
  onProgress: (bytes: number) => void,
): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const file = join(folder, name);
    if (!existsSync(file)) throw damaged(file, "the backup lacks it");
    if (statSync(file).size !== bytes)
      throw damaged(file, `it has not the ${bytes} bytes that it was made with`);
    const found = await describeFile(folder, name);
    if (found.sha256 !== sha256) throw damaged(file, "it is not what was backed up: its SHA-256 differs");
    onProgress(bytes);
  }
}
