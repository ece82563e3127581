// What others may know of a node's keys: `juno node create` and `juno node keys` print it, whoever admits the node reads it.

import { hex, type JsonField, NodeId, parseJsonText, readJson } from "@juno/base";
import type { NodeConfig, PublicNodeKeys } from "@juno/node";
import { readText } from "../command/document.ts";
import { usage } from "../complaint.ts";

export type AnnouncedKeys = PublicNodeKeys & {
  /** Where other nodes find it, `host:port`. */
  readonly address: string | undefined;
};

/** Nobody else can reach a node at these. */
const ANY_HOST: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export function publicKeysJson(keys: PublicNodeKeys, { listen }: Pick<NodeConfig, "listen">): object {
  const { id, signKey, transportKey } = keys;
  const address = ANY_HOST.has(listen.host) ? {} : { address: `${listen.host}:${listen.port}` };
  return { id, signKey: hex(signKey), transportKey: hex(transportKey), ...address };
}

function readKeys(document: JsonField): AnnouncedKeys {
  const { id, signKey, transportKey, address } = document.object(
    ["id", "signKey", "transportKey"],
    ["address"],
  );
  return {
    id: NodeId(id.integer({ min: 1, max: 0xffff_ffff })),
    signKey: signKey.hexBytes(32),
    transportKey: transportKey.hexBytes(32),
    address: address?.text(),
  };
}

export function readPublicKeys(path: string): AnnouncedKeys {
  const what = `${path} is not what \`juno node keys\` prints`;
  const json = parseJsonText(readText(path));
  if (!json.ok) throw usage(`${what}: ${json.error.detail}`);
  const keys = readJson(json.value, "malformed", readKeys);
  if (!keys.ok) throw usage(`${what}: ${keys.error.detail}`);
  return keys.value;
}
