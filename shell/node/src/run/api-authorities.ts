// Whom this node trusts when it asks the APIs of others over TLS (A54): whom the system does, and the authorities of a file of its
// configuration. Nothing that is fetched is believed for whose it is; that strangers do not listen is all that rests on it.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Failure } from "@juno/failure";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** For this process, from now on. Throws Failure("config_invalid") if the file is none of certificates. */
export function trustAuthorities(path: string): void {
  const known = getCACertificates("default");
  const more = certificatesIn(path).filter((one) => !known.includes(one));
  if (more.length > 0) setDefaultCACertificates([...known, ...more]);
}

function certificatesIn(path: string): string[] {
  try {
    const found = readFileSync(path, "utf8").match(CERTIFICATE) ?? [];
    if (found.length === 0) throw new Error("it holds none");
    return found.map((pem) => new X509Certificate(pem).toString());
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
