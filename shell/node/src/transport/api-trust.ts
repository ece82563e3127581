// Whom this process trusts when it asks the APIs of a network's nodes over TLS (A54). Nothing that is fetched is believed for whose it is;
// that strangers do not listen is all that rests on it. Invariant: it holds for these requests alone. They have connections of their own,
// so that none is used that was made under other authorities.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { Agent, get as getSecurely } from "node:https";
import { createSecureContext, getCACertificates } from "node:tls";
import { Failure } from "@juno/failure";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export type ApiTrust = Agent;

/** Certificates are read once, not for each connection. */
const trusting = (ca: readonly string[]): ApiTrust =>
  new Agent({ keepAlive: true, secureContext: createSecureContext({ ca: [...ca] }) });

/** As a node trusts: whom the system does, and the authorities of a file. Throws Failure("config_invalid") if it is none of certificates. */
export const trustAlso = (path: string): ApiTrust =>
  trusting([...getCACertificates("default"), ...certificatesIn(path)]);

/** As commands trust: the authorities of a text alone. Throws if there are none in it. */
export const trustOnly = (pem: string): ApiTrust => trusting(certificatesOf(pem));

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

export type ApiQuestion = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Undefined: whom the system trusts. */
  readonly trust: ApiTrust | undefined;
};

/** A reply whose body is not read yet; nobody is followed elsewhere. */
export function askApi(url: string, { headers = {}, signal, trust }: ApiQuestion): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:")
      ? getSecurely(url, { headers, signal, ...(trust === undefined ? {} : { agent: trust }) }, resolve)
      : get(url, { headers, signal }, resolve);
    request.on("error", reject);
  });
}
