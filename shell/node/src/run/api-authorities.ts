// Whom this node trusts when it asks the APIs of others over TLS (A54): whom the system does, and the authorities of a file of its
// configuration. Nothing that is fetched is believed for whose it is; that strangers do not listen is all that rests on it.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Failure } from "@juno/failure";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** For this process, from now on. Throws Failure("config_invalid") if the file is none of certificates. */
export const trustAuthorities = (path: string): void => trust(certificatesIn(path));

/** The same, of a text with certificates. Throws if there are none in it. */
export const trustCertificates = (pem: string): void => trust(certificatesOf(pem));

function trust(certificates: readonly string[]): void {
  const known = getCACertificates("default");
  const more = certificates.filter((one) => !known.includes(one));
  if (more.length > 0) setDefaultCACertificates([...known, ...more]);
}

function certificatesOf(text: string): string[] {
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new Error("it holds none");
  return found.map((pem) => new X509Certificate(pem).toString());
}

function certificatesIn(path: string): string[] {
  try {
    return certificatesOf(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(
      "config_invalid",
      `config.json: apiCa: ${path} is no file of certificates (PEM): ${reason}`,
      {
        cause,
      },
    );
  }
}
