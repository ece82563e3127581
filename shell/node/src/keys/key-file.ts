// Files that hold secrets: read only if nobody else can read them; what is made new replaces nothing. It knows nothing of what
// the secrets are for. Invariant: a file either stands whole, synced and private, or does not stand.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isJsonObject, type JsonObject, parseJsonText } from "@juno/base";
import { Failure } from "@juno/failure";

const FILE_BYTES_MAX = 65_536;
const OTHERS_MASK = 0o077;

const unusable = (message: string, cause?: unknown): Failure =>
  new Failure("key_unusable", message, { cause });

/** What a key file holds; throws Failure("key_unusable") unless it is private and a JSON object. */
export function readKeyDocument(path: string): JsonObject {
  const json = parseJsonText(readPrivateText(path, { what: "key file", othersMask: OTHERS_MASK }));
  // Where the text ends to be JSON may be within the secret.
  if (!json.ok) throw unusable(`${path} is not JSON: restore it from a backup`);
  if (!isJsonObject(json.value)) throw unusable(`${path} does not hold a JSON object`);
  return json.value;
}

/** A secret's text; `what` says of what kind, `othersMask` which modes would show it to others. */
export function readPrivateText(
  path: string,
  { what, othersMask }: { readonly what: string; readonly othersMask: number },
): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw unusable(missing ? `there is no ${what} ${path}` : `${path} cannot be opened`, cause);
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if ((mode & 0o170000) !== 0o100000) throw unusable(`${path} is not a file`);
    // Windows has no such modes; there the folder's access list has to keep others out.
    if (process.platform !== "win32" && (mode & othersMask) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, "0");
      throw unusable(`${path} is open to other users (mode ${shown}): run chmod 600 ${path}`);
    }
    if (size > FILE_BYTES_MAX)
      throw unusable(`${path} has ${size} bytes, a ${what} at most ${FILE_BYTES_MAX}`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a new file of mode 0600; throws Failure("key_unusable") if one exists or it cannot be written. */
export function createKeyFile(path: string, document: JsonObject): void {
  const draft = draftOf(path);
  try {
    writeSynced(draft, textOf(document));
    // A link, unlike a rename, refuses to replace what is there.
    linkSync(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST")
      throw unusable(`${path} exists already; keys are never overwritten`, cause);
    throw unusable(`${path} cannot be written: does its folder exist, and is there space?`, cause);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

/** Puts another document into a key file's place, in one step: whatever happens, the one or the other stands there whole. */
export function replaceKeyFile(path: string, document: JsonObject): void {
  let draft: string | undefined;
  try {
    // Where the name is a link, the file that it leads to is what holds the secret.
    const place = realpathSync(path);
    draft = draftOf(place);
    writeSynced(draft, textOf(document), statSync(place));
    renameSync(draft, place);
    syncFolder(dirname(place));
  } catch (cause) {
    throw unusable(`${path} cannot be replaced, and stays as it is: is there space?`, cause);
  } finally {
    if (draft !== undefined) rmSync(draft, { force: true });
  }
}

const draftOf = (path: string): string => `${path}.${randomBytes(6).toString("hex")}.new`;
const textOf = (document: JsonObject): string => `${JSON.stringify(plain(document), undefined, 2)}\n`;

/** Of text and numbers, and objects of them: all that key files are made of. */
const plain = (document: JsonObject): object =>
  Object.fromEntries(
    [...document].map(([name, value]) => [name, isJsonObject(value) ? plain(value) : value]),
  );

/** The file belongs to `owner`, where this process may give files away. */
function writeSynced(
  path: string,
  text: string,
  owner?: { readonly uid: number; readonly gid: number },
): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    if (owner !== undefined && process.getuid?.() === 0) fchownSync(descriptor, owner.uid, owner.gid);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Without this a power loss may take the new name away again. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
