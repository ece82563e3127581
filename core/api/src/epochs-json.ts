// Epochs as JSON (A28): what each is, in words, and the link (E56) by which anybody who has the genesis finds out
// without trusting the node. And the epochs file (E57), which holds the links alone. Nothing is believed here.

import { hex, ok, parseHex, type Refusal, type Result, refuse, type Sha256 } from "@juno/base";
import {
  decodeConfigBody,
  decodeEpochLink,
  type EpochFacts,
  type EpochLink,
  encodeEpochLink,
  MEMBER_ROLES,
  parseConfigurationAct,
} from "@juno/proof";
import { type Static, Type } from "typebox";
import { PAGE_ITEMS_MAX } from "./limits.ts";
import type { Hex } from "./outcome-json.ts";
import { parseProofFile } from "./proof-file.ts";
import {
  EpochNumber,
  HashHex,
  hexUpTo,
  KeyHex,
  LogIndexNumber,
  NodeNumber,
  Strict,
  TimeNumber,
} from "./scalars.ts";
import { checkShape } from "./shape.ts";

/** A config entry of 64 KiB, and the Acks of 128 voters. */
const LINK_BYTES_MAX = 128 * 1024;
/** As many as a proof's file may hold parts. */
const LINKS_MAX = 60_000;
const MEMBERS_MAX = 256;

const LinkHex = hexUpTo(
  LINK_BYTES_MAX,
  "The link that leads here, encoded as spec/2-encoding.md says (E56), hex",
);

const EpochSchema = Type.Object(
  {
    epoch: EpochNumber,
    start: Type.Object({ index: LogIndexNumber, hash: HashHex }, Strict),
    nodes: Type.Array(
      Type.Object(
        {
          id: NodeNumber,
          role: Type.Enum([...MEMBER_ROLES]),
          signKey: KeyHex,
          address: Type.Optional(Type.String()),
        },
        Strict,
      ),
      { maxItems: MEMBERS_MAX },
    ),
    time: Type.Optional(TimeNumber),
    act: Type.Optional(HashHex),
    reason: Type.Optional(Type.String()),
    link: Type.Optional(LinkHex),
  },
  {
    ...Strict,
    $id: "Epoch",
    description:
      "A stretch of the log with one set of voters: it begins above entry `start.index`. `time`, `act`, `reason` and `link` are of the configuration that began it; the first epoch began with the genesis",
  },
);
export type EpochJson = Static<typeof EpochSchema>;

export const EpochPageSchema = Type.Object(
  {
    epochs: Type.Array(EpochSchema, { maxItems: PAGE_ITEMS_MAX }),
    last: EpochNumber,
    next: Type.Optional(EpochNumber),
  },
  {
    ...Strict,
    description: "`last` is the newest epoch that this node knows, `next` where the following page begins",
  },
);
export type EpochPageJson = Static<typeof EpochPageSchema>;

export function renderEpoch(tools: { sha256: Sha256; hex: Hex }, facts: EpochFacts): EpochJson {
  const { electorate, configuration, link } = facts;
  const { index, hash } = electorate.start;
  const nodes = configuration.members.map(({ id, role, signKey, address }) => ({
    ...{ id, role, signKey: tools.hex(signKey) },
    ...(address === undefined ? {} : { address }),
  }));
  const begun = { epoch: electorate.epoch, start: { index, hash: tools.hex(hash) }, nodes };
  return link === undefined ? begun : { ...begun, ...renderLink(tools, link) };
}

function renderLink(tools: { sha256: Sha256; hex: Hex }, link: EpochLink): Partial<EpochJson> {
  const shown = { time: link.entry.time, link: tools.hex(encodeEpochLink(link)) };
  const body = decodeConfigBody(link.entry.body);
  const act = body.ok ? parseConfigurationAct(tools.sha256, body.value.document) : body;
  return act.ok ? { ...shown, act: tools.hex(act.value.id), reason: act.value.reason } : shown;
}

/** The link in the JSON of an epoch; undefined for the first, which has none. */
export function linkOfEpoch({ epoch, link }: EpochJson): Result<EpochLink | undefined, Refusal> {
  if (link === undefined) return ok(undefined);
  const decoded = decodeEpochLink(parseHex(link)!);
  return decoded.ok ? decoded : refuse("malformed", `the link to epoch ${epoch}: ${decoded.error.detail}`);
}

const EpochsFileSchema = Type.Object(
  { network: HashHex, links: Type.Array(LinkHex, { maxItems: LINKS_MAX }) },
  Strict,
);
export type EpochsFileJson = Static<typeof EpochsFileSchema>;

export const renderEpochsFile = (network: Uint8Array, links: readonly EpochLink[]): EpochsFileJson => ({
  network: hex(network),
  links: links.map((link) => hex(encodeEpochLink(link))),
});

/** E57: the links in a file, or why it is none. Never throws for bad bytes; no link is believed yet. */
export function parseEpochsFile(network: Uint8Array, bytes: Uint8Array): Result<EpochLink[], Refusal> {
  const json = parseProofFile(bytes);
  if (!json.ok) return json;
  const file = checkShape(EpochsFileSchema, json.value);
  if (!file.ok) return file;
  if (file.value.network !== hex(network)) return refuse("wrong_network", "it is of another network");
  const links: EpochLink[] = [];
  for (const [at, text] of file.value.links.entries()) {
    const link = decodeEpochLink(parseHex(text)!);
    if (!link.ok) return refuse("malformed", `links[${at}]: ${link.error.detail}`);
    links.push(link.value);
  }
  return ok(links);
}
