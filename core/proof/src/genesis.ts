// The genesis document: who votes, who has authority, who are clients, which limits there are, which
// contracts stand from the beginning (E9). Its exact bytes make the network id, so nodes with different
// documents never hear each other. Peer addresses are not part of it: a voter is its keys.

import {
  err,
  type Hash,
  hex,
  type JsonField,
  NodeId,
  parseJson,
  type Refusal,
  type Result,
  readJson,
  type Sha256,
  taggedHash,
} from "@juno/base";
import { VOTERS_MAX } from "./certificate.ts";
import { type Limits, readLimits, readTiming, type Timing } from "./genesis-limits.ts";
import { type Policy, readPolicy } from "./genesis-policy.ts";
import { KeyOwners } from "./key-owners.ts";
import type { Voter } from "./quorum.ts";
import { type Access, ROLES_MAX, readName, readRole } from "./role.ts";

export type GenesisVoter = Voter & { readonly transportKey: Uint8Array };

/** A registered client: may be the first signer of commands. */
export type Client = {
  readonly name: string;
  /** Lower-case hex. */
  readonly key: string;
  readonly roles: readonly string[];
};

export type Genesis = {
  /** The network id, and H_0. */
  readonly network: Hash;
  /** Ascending by id. */
  readonly voters: readonly GenesisVoter[];
  readonly policies: { readonly admin: Policy; readonly operator: Policy };
  readonly clients: readonly Client[];
  /** By key, lower-case hex. */
  readonly clientOf: ReadonlyMap<string, Client>;
  /** C29: what is said of roles, by name. */
  readonly roles: ReadonlyMap<string, Access>;
  /** Sources of the modules that are deployed before the first entry; the ledger compiles them. */
  readonly modules: readonly string[];
  readonly limits: Limits;
  readonly timing: Timing;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** The document, verbatim. */
  readonly bytes: Uint8Array;
};

export const GENESIS_BYTES_MAX = 16 * 1024 * 1024;
const CLIENTS_MAX = 100_000;
const MODULES_MAX = 64;
/** The end of the year 9999, the last that four digits can write. */
const TIME_MAX = 253_402_300_799_999;

type Parts = Omit<Genesis, "network" | "bytes">;

/** E9: the document behind exact bytes, or the place and reason of the first fault. */
export function parseGenesis(sha256: Sha256, bytes: Uint8Array): Result<Genesis, Refusal> {
  const json = parseJson(bytes, { bytesMax: GENESIS_BYTES_MAX });
  if (!json.ok) return err({ code: "bad_genesis", detail: json.error.detail });
  const parts = readJson(json.value, "bad_genesis", readGenesis);
  if (!parts.ok) return parts;
  const network = taggedHash(sha256, "genesis", bytes);
  return { ok: true, value: { network, ...parts.value, bytes } };
}

function readGenesis(document: JsonField): Parts {
  const required = ["format", "voters", "policies", "clients", "startTime"] as const;
  const fields = document.object(required, ["roles", "modules", "limits", "timing"]);
  if (fields.format.json !== 1) fields.format.fail("this program reads format 1");
  const owners = new KeyOwners();
  const voters = readVoters(fields.voters, owners);
  const clients = readClients(fields.clients, owners);
  const { admin, operator } = fields.policies.object(["admin", "operator"]);
  return {
    voters,
    policies: { admin: readPolicy(admin), operator: readPolicy(operator) },
    clients,
    clientOf: new Map(clients.map((client) => [client.key, client])),
    roles: readRoles(fields.roles),
    modules: fields.modules?.array({ max: MODULES_MAX }).map((source) => source.text()) ?? [],
    limits: readLimits(document, fields.limits, voters.length),
    timing: readTiming(document, fields.timing),
    startTime: fields.startTime.integer({ min: 0, max: TIME_MAX }),
  };
}

function readVoters(field: JsonField, owners: KeyOwners): GenesisVoter[] {
  // Fewer than four voters tolerate no fault; tests use them, `juno init` does not make them.
  const ids = new Set<number>();
  const voters = field.array({ min: 1, max: VOTERS_MAX }).map((item) => {
    const { id, signKey, transportKey } = item.object(["id", "signKey", "transportKey"]);
    const number = id.integer({ min: 1, max: 0xffff_ffff });
    if (ids.has(number)) id.fail(`another voter has the id ${number}`);
    ids.add(number);
    return {
      id: NodeId(number),
      signKey: owners.read(signKey),
      transportKey: owners.read(transportKey),
    };
  });
  return voters.sort((a, b) => a.id - b.id);
}

function readRoles(field: JsonField | undefined): ReadonlyMap<string, Access> {
  const names = new Set<string>();
  const roles = field?.array({ max: ROLES_MAX }).map((item) => readRole(item, names)) ?? [];
  return new Map(roles.map(({ name, ...access }) => [name, access]));
}

function readClients(field: JsonField, owners: KeyOwners): Client[] {
  const names = new Set<string>();
  return field.array({ max: CLIENTS_MAX }).map((item) => readClient(item, { names, owners }));
}

/** A client whose name and key are not among those that were read before. */
export function readClient(
  item: JsonField,
  { names, owners }: { readonly names: Set<string>; readonly owners: KeyOwners },
): Client {
  const { name, key, roles } = item.object(["name", "key"], ["roles"]);
  const text = readName(name);
  if (names.has(text)) name.fail(`another client has the name ${text}`);
  names.add(text);
  const held = roles?.array({ max: 64 }).map(readName) ?? [];
  if (new Set(held).size < held.length) roles?.fail("a role stands here twice");
  return { name: text, key: hex(owners.read(key)), roles: held };
}
