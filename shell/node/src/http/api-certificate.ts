// The certificate under which a node serves its API over TLS (A40): read from files, looked at again from time to time,
// so that one that was renewed is taken without a restart. Invariant: while the node runs, no file that is missing,
// damaged or out of date stops it: it goes on with what it had, and says so.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { Failure } from "@juno/failure";

export type TlsFiles = {
  /** PEM: the certificate, and those that lead to one that clients know. */
  readonly certificatePath: string;
  /** PEM. */
  readonly keyPath: string;
};

/** What a TLS server is made with. */
export type TlsIdentity = { readonly cert: Buffer; readonly key: Buffer };

type Note = (event: {
  readonly code: string;
  readonly facts: Readonly<Record<string, number | string>>;
}) => void;

/** How often the files are looked at. */
const LOOK_MS = 10_000;
const DAY_MS = 86_400_000;
/** So long before it expires, somebody is told. */
const NOTICE_MS = 14 * DAY_MS;

type Read = TlsIdentity & { readonly expiresMs: number };

/** Throws what is wrong with the files, in words. */
function readIdentity({ certificatePath, keyPath }: TlsFiles): Read {
  const [cert, key] = [certificatePath, keyPath].map((path) => readFileSync(path)) as [Buffer, Buffer];
  // A key that is not the certificate's is refused here.
  createSecureContext({ cert, key });
  return { cert, key, expiresMs: new X509Certificate(cert).validToDate.getTime() };
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export class ApiCertificate {
  readonly #files: TlsFiles;
  readonly #note: Note;
  readonly #wallMs: () => number;
  #read: Read;
  /** What was told last, so that it is told once. */
  #told = "";
  #timer: NodeJS.Timeout | undefined;

  /** Throws a Failure if there is no certificate to begin with. */
  constructor(files: TlsFiles, parts: { readonly note: Note; readonly wallMs: () => number }) {
    this.#files = files;
    this.#note = parts.note;
    this.#wallMs = parts.wallMs;
    try {
      this.#read = readIdentity(files);
    } catch (cause) {
      const where = `${files.certificatePath} and ${files.keyPath}`;
      const message = `config.json: apiTls: ${where} are no certificate with its key (PEM): ${reasonOf(cause)}`;
      throw new Failure("config_invalid", message, { cause });
    }
    this.#tellExpiry();
  }

  get identity(): TlsIdentity {
    return { cert: this.#read.cert, key: this.#read.key };
  }

  /** From now on `renewed` is told of each certificate that takes the place of the one before. */
  watch(renewed: (identity: TlsIdentity) => void): void {
    this.#timer = setInterval(() => this.look(renewed), LOOK_MS);
    this.#timer.unref();
  }

  look(renewed: (identity: TlsIdentity) => void): void {
    let read: Read;
    try {
      read = readIdentity(this.#files);
    } catch (cause) {
      // While it is replaced, the certificate may be another one's than the key.
      this.#tell("tls_unusable", { because: reasonOf(cause) });
      return;
    }
    if (!read.cert.equals(this.#read.cert) || !read.key.equals(this.#read.key)) {
      this.#read = read;
      renewed(this.identity);
      this.#tell("tls_reloaded", { expires: this.#expiry });
    }
    this.#tellExpiry();
  }

  get #expiry(): string {
    return new Date(this.#read.expiresMs).toISOString();
  }

  #tellExpiry(): void {
    const leftMs = this.#read.expiresMs - this.#wallMs();
    if (leftMs < 0) this.#tell("certificate_expired", { expired: this.#expiry });
    else if (leftMs < NOTICE_MS) this.#tell("certificate_expires", { expires: this.#expiry });
  }

  #tell(code: string, facts: Readonly<Record<string, string>>): void {
    const told = JSON.stringify([code, facts]);
    if (told === this.#told) return;
    this.#told = told;
    this.#note({ code, facts });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
