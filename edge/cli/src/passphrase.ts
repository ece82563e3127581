// Where passphrases of key files come from: a file that --passphrase-file or JUNO_PASSPHRASE_FILE names, else whoever sits at the terminal.
// Never an argument, which other users see. A process asks one person, one question at a time, and remembers the answers.

import { isKeyFileEncrypted, Passphrase, readKeyFile, readPassphrase } from "@juno/node/light";
import { Complaint, EXIT } from "./complaint.ts";
import { PASSPHRASE_FILE } from "./passphrase-variable.ts";

const TRIES_MAX = 3;

const known: Passphrase[] = [];
let question: Promise<unknown> = Promise.resolve();
let isQuiet = false;
/** Kept, since keys that were derived from it are. */
let given: Passphrase | undefined;

/** From here on nobody is asked: somebody else reads the terminal. */
export function askNoMore(): void {
  isQuiet = true;
}

export const canAsk = (): boolean =>
  !isQuiet && process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Undefined if no file is named. */
export function passphraseGiven(): Passphrase | undefined {
  const path = process.env[PASSPHRASE_FILE];
  return path === undefined || path === "" ? undefined : readPassphrase(path);
}

/** One that files are to be encrypted with. */
export async function newPassphrase(): Promise<Passphrase> {
  const passphrase = passphraseGiven() ?? (await inTurn(askNew));
  passphrase.demandStrength();
  return passphrase;
}

/** One that an encrypted file is to have instead of its own; `path` of a file that holds it, else it is asked for. */
export async function otherPassphrase(path: string | undefined): Promise<Passphrase> {
  const passphrase = path === undefined ? await inTurn(askNew) : readPassphrase(path);
  passphrase.demandStrength();
  return passphrase;
}

/** What opens an encrypted key file, as far as is known: a file that is named is taken at its word. */
export function passphraseFor(path: string): Promise<Passphrase> {
  return inTurn(async () => {
    given ??= passphraseGiven();
    if (given !== undefined) return given;
    const file = readKeyFile(path);
    const answered = known.find((passphrase) => file.opensWith(passphrase));
    return answered ?? (await askUntilOpen(path));
  });
}

/** Undefined if the file needs none. */
export async function passphraseIfEncrypted(path: string): Promise<Passphrase | undefined> {
  return isKeyFileEncrypted(path) ? await passphraseFor(path) : undefined;
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const answer = question.then(work);
  question = answer.catch(() => undefined);
  return answer;
}

async function askUntilOpen(path: string): Promise<Passphrase> {
  const file = readKeyFile(path);
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    const passphrase = await ask(
      tries === 1 ? `Passphrase of ${path}` : `Wrong. Passphrase of ${path}`,
      path,
    );
    if (!file.opensWith(passphrase)) continue;
    known.push(passphrase);
    return passphrase;
  }
  throw new Complaint(`${path} stays closed: the passphrase was wrong ${TRIES_MAX} times.`);
}

async function askNew(): Promise<Passphrase> {
  const first = await ask("New passphrase", "a new passphrase");
  first.demandStrength();
  const second = await ask("The same again", "a new passphrase");
  if (!first.equals(second)) throw new Complaint("The two differ. Nothing was encrypted.");
  return first;
}

async function ask(message: string, what: string): Promise<Passphrase> {
  if (!canAsk())
    throw new Complaint(
      `Nobody can be asked for the passphrase (${what}): give --passphrase-file FILE, or set ${PASSPHRASE_FILE}.`,
      EXIT.usage,
    );
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer)) throw new Complaint("Nothing was opened.", EXIT.interrupted);
  return new Passphrase(answer);
}
