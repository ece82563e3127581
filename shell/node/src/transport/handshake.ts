// How two nodes agree to talk. Each node dials every other and sends frames only on the connections it
// dialled; the accepting side answers with single bytes: welcome or why not, and then a beat now
// and then, so that the dialler notices a silent peer. TLS 1.3 proves both transport keys before that.

import type { NodeId } from "@juno/base";

/** What a node proves itself with: both PEM. */
export type Identity = { readonly key: string; readonly certificate: string };

/** Versions of what is said on a connection, frames and messages alike (A34): a program speaks all from the oldest to the newest. */
export type WireVersions = { readonly oldest: number; readonly newest: number };

/** Of this program. */
export const WIRE_VERSIONS: WireVersions = { oldest: 1, newest: 1 };

/** As TLS's negotiation of protocols (ALPN) names a version. */
export const wireName = (version: number): string => `juno/${version}`;

export const wireVersion = (name: string): number => Number(name.slice(wireName(0).length - 1));

/** Offered beside the versions: who knows none of them chooses it, to say which it knows instead of breaking off. */
export const NO_COMMON_VERSION = "juno/none";

/** What a dialling node offers, the newest first. */
export function offeredBy({ oldest, newest }: WireVersions): string[] {
  const versions = Array.from({ length: newest - oldest + 1 }, (_, at) => wireName(newest - at));
  return [...versions, NO_COMMON_VERSION];
}

/** What a node chooses of what is offered: the newest version that both speak. Undefined: another protocol altogether. */
export const chosenBy = (own: WireVersions, offered: readonly string[]): string | undefined =>
  offeredBy(own).find((name) => offered.includes(name));

const versionsText = ({ oldest, newest }: WireVersions): string =>
  oldest === newest ? `version ${oldest}` : `versions ${oldest} to ${newest}`;

/** Why two programs cannot talk, and which of them is to be replaced. */
export function noCommonVersion(own: WireVersions, other: WireVersions): string {
  const older = own.newest < other.newest ? "this node's" : "its";
  const both = `it speaks ${versionsText(other)} of the nodes' protocol, this node ${versionsText(own)}`;
  return `${both}: ${older} program is the older one, upgrade it`;
}

export const TLS_VERSION = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" } as const;
/** The 128-bit cipher first: the fastest with hardware AES; the other where there is none. */
export const CIPHERS = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

export const WELCOME = 1;
export const BEAT = 2;

/** Why an accepted connection is refused after the TLS handshake, and the byte that says so. */
export const REFUSALS = {
  no_certificate: 16,
  unknown_key: 17,
  own_key: 18,
  wrong_protocol: 19,
  /** Two bytes follow: the oldest and the newest version that the accepting node speaks. */
  no_common_version: 20,
} as const;
export type Refused = keyof typeof REFUSALS;

const REFUSAL_WORDS: Readonly<Record<number, string | undefined>> = {
  [REFUSALS.no_certificate]: "it asks for a certificate",
  [REFUSALS.unknown_key]: "it does not know this node's transport key: do both have the same genesis file?",
  [REFUSALS.own_key]: "this node proved that node's own key: was a node.json copied?",
  [REFUSALS.wrong_protocol]: "it speaks another protocol",
};

/** The sentence behind a refusal byte, or undefined if it is none. */
export const refusalWords = (byte: number): string | undefined => REFUSAL_WORDS[byte];

export type Address = { readonly host: string; readonly port: number };

/** Where nodes are expected, as this one was told. */
export type Addresses = ReadonlyMap<NodeId, Address>;

/** `host:port`, the host perhaps in brackets; undefined if it is none. */
export function parseAddress(text: string): Address | undefined {
  const at = text.lastIndexOf(":");
  const port = Number(text.slice(at + 1));
  const host = text.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  return at > 0 && Number.isInteger(port) && port > 0 && port < 65_536 ? { host, port } : undefined;
}

export const renderAddress = ({ host, port }: { host: string; port: number }): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
