// The configuration of an epoch (E55): which nodes belong to the network, which of them vote, under which keys, and
// whose signatures may replace it. The first one is the genesis's; each later one is an act of the administrators of
// the one before, which a quorum of the voters that it names has declared itself ready for.

import {
  Writer as BytesWriter,
  decodeWith,
  type Epoch,
  Epoch as epochOf,
  err,
  type Hash,
  type JsonField,
  NodeId,
  ok,
  parseJson,
  type Reader,
  type Refusal,
  type Result,
  readJson,
  refuse,
  type Sha256,
  type SignatureCheck,
  signedBytes,
  type Writer,
} from "@juno/base";
import {
  ACT_BYTES_MAX,
  APPROVALS_MAX,
  type Approval,
  actId,
  approvalCheck,
  approvingKeys,
  readActHead,
  readApproval,
  writeApproval,
} from "./act.ts";
import { VOTERS_MAX } from "./certificate.ts";
import { type Policy, policyKeys, readPolicy, satisfies } from "./genesis-policy.ts";
import { KeyOwners } from "./key-owners.ts";
import { quorumOf, type Voter } from "./quorum.ts";

/** Voters order; observers follow, answer clients and may become voters. */
export const MEMBER_ROLES = ["voter", "observer"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export type Member = Voter & {
  readonly role: MemberRole;
  readonly transportKey: Uint8Array;
  /** Where other nodes find it, `host:port`, unless they were told otherwise. */
  readonly address: string | undefined;
};

export type Configuration = {
  readonly epoch: Epoch;
  /** Ascending by id. */
  readonly members: readonly Member[];
  readonly admin: Policy;
};

/** A configuration as an act. */
export type ConfigurationAct = Configuration & {
  readonly id: Hash;
  readonly expires: number;
  readonly reason: string;
};

/** "I hold the key that this act names for me, and follow the log": what a node signs of an act. */
export type Readiness = { readonly node: NodeId; readonly signature: Uint8Array };

/** The body of a config entry. */
export type ConfigBody = {
  /** The act's document, verbatim. */
  readonly document: Uint8Array;
  /** Ascending by key. */
  readonly approvals: readonly Approval[];
  /** Ascending by node. */
  readonly ready: readonly Readiness[];
};

export const MEMBERS_MAX = 2 * VOTERS_MAX;
const ADDRESS = /^[^\s/]{1,250}:[0-9]{1,5}$/;

export const votersOf = ({ members }: Pick<Configuration, "members">): readonly Member[] =>
  members.filter(({ role }) => role === "voter");

/** E54, E55: an act of kind `configure`, or the place and reason of the first fault. */
export function parseConfigurationAct(
  sha256: Sha256,
  document: Uint8Array,
): Result<ConfigurationAct, Refusal> {
  const json = parseJson(document, { bytesMax: ACT_BYTES_MAX });
  if (!json.ok) return err({ code: "bad_act", detail: json.error.detail });
  const read = readJson(json.value, "bad_act", (field) => {
    const { kind, expires, reason, content } = readActHead(field);
    if (kind !== "configure") field.fail("an act of kind configure is expected");
    return { expires, reason, ...readConfiguration(content) };
  });
  return read.ok ? ok({ id: actId(sha256, document), ...read.value }) : read;
}

/** E55: the content of an act of kind `configure`. */
export function readConfiguration(content: JsonField): Configuration {
  const { epoch, nodes, policies } = content.object(["epoch", "nodes", "policies"]);
  const owners = new KeyOwners();
  const members = readMembers(nodes, owners);
  const { admin } = policies.object(["admin"]);
  const policy = readPolicy(admin);
  for (const key of policyKeys(policy)) owners.take(key, admin);
  return {
    epoch: epochOf(epoch.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    members,
    admin: policy,
  };
}

function readMembers(field: JsonField, owners: KeyOwners): Member[] {
  const ids = new Set<number>();
  const members = field.array({ min: 1, max: MEMBERS_MAX }).map((item): Member => {
    const { id, role, signKey, transportKey, address } = item.object(
      ["id", "role", "signKey", "transportKey"],
      ["address"],
    );
    const number = id.integer({ min: 1, max: 0xffff_ffff });
    if (ids.has(number)) id.fail(`another node has the id ${number}`);
    ids.add(number);
    const where = address?.text();
    if (where !== undefined && !ADDRESS.test(where)) address?.fail("host:port expected");
    return {
      id: NodeId(number),
      role: MEMBER_ROLES.find((known) => known === role.json) ?? role.fail("voter or observer expected"),
      signKey: owners.read(signKey),
      transportKey: owners.read(transportKey),
      address: where,
    };
  });
  const voters = votersOf({ members }).length;
  if (voters < 1 || voters > VOTERS_MAX) field.fail(`${voters} voters where 1 to ${VOTERS_MAX} may stand`);
  return members.sort((a, b) => a.id - b.id);
}

/** The signature to check for a node's readiness, under the key that the act names for it. */
export const readinessCheck = (
  network: Hash,
  act: Hash,
  { key, signature }: { readonly key: Uint8Array; readonly signature: Uint8Array },
): SignatureCheck => ({ key, message: readinessBytes(network, act), signature });

/** What a node signs to say that it is ready. */
export const readinessBytes = (network: Hash, act: Hash): Uint8Array<ArrayBuffer> =>
  signedBytes({ tag: "ready", network, body: act });

export const writeReadiness = (writer: Writer, { node, signature }: Readiness): Writer =>
  writer.u32(node).raw(signature);
export const readReadiness = (reader: Reader): Readiness => ({
  node: NodeId(reader.u32()),
  signature: reader.raw(64).slice(),
});

/** E55 */
export const encodeConfigBody = ({ document, approvals, ready }: ConfigBody): Uint8Array<ArrayBuffer> =>
  new BytesWriter(4096).bytes(document).list(approvals, writeApproval).list(ready, writeReadiness).finish();

export const decodeConfigBody = (bytes: Uint8Array): Result<ConfigBody, Refusal> =>
  decodeWith(bytes, (reader) => ({
    document: reader.bytes(ACT_BYTES_MAX).slice(),
    approvals: reader.list(APPROVALS_MAX, readApproval),
    ready: reader.list(VOTERS_MAX, readReadiness),
  }));

/**
 * E55: whether a body may end the epoch of `before` in an entry of this time; everything but the signatures, which
 * are returned for checking.
 */
export function checkConfigBody(
  context: { readonly sha256: Sha256; readonly network: Hash; readonly before: Configuration },
  entry: { readonly body: Uint8Array; readonly time: number },
): Result<{ readonly act: ConfigurationAct; readonly checks: readonly SignatureCheck[] }, Refusal> {
  const body = decodeConfigBody(entry.body);
  if (!body.ok) return body;
  const { document, approvals, ready } = body.value;
  const act = parseConfigurationAct(context.sha256, document);
  if (!act.ok) return act;
  const { id, epoch, expires } = act.value;
  if (epoch !== context.before.epoch + 1)
    return refuse("wrong_epoch", `a configuration of epoch ${epoch} after epoch ${context.before.epoch}`);
  if (entry.time > expires) return refuse("act_expired", "the act has expired");
  const keys = approvingKeys(approvals);
  if (keys === undefined) return refuse("bad_act", "approvals are not distinct and ascending");
  if (!satisfies(context.before.admin, keys))
    return refuse("unauthorised", "the approvals do not satisfy the admin policy of the epoch that ends");
  const readiness = readinessChecks(context.network, act.value, ready);
  if (!readiness.ok) return readiness;
  const enough = checkReadiness(act.value, ready);
  if (!enough.ok) return enough;
  const approvalChecks = approvals.map((approval) => approvalCheck(context.network, id, approval));
  return ok({ act: act.value, checks: [...approvalChecks, ...readiness.value] });
}

/** E55: what is to be checked of readinesses, each under the key that the act names for a voter. */
export function readinessChecks(
  network: Hash,
  act: ConfigurationAct,
  ready: readonly Readiness[],
): Result<readonly SignatureCheck[], Refusal> {
  const voters = votersOf(act);
  const checks: SignatureCheck[] = [];
  let last = -1;
  for (const { node, signature } of ready) {
    if (node <= last) return refuse("bad_act", "those ready are not distinct and ascending");
    last = node;
    const voter = voters.find(({ id }) => id === node);
    if (voter === undefined) return refuse("bad_act", `node ${node} would not be a voter`);
    checks.push(readinessCheck(network, act.id, { key: voter.signKey, signature }));
  }
  return ok(checks);
}

/** E55: a quorum of the voters that the act names has declared itself ready. */
export function checkReadiness(
  act: Pick<Configuration, "members">,
  ready: readonly unknown[],
): Result<undefined, Refusal> {
  const voters = votersOf(act).length;
  const needed = quorumOf(voters);
  if (ready.length >= needed) return ok(undefined);
  return refuse("quorum_lost", `${ready.length} of ${voters} voters are ready where ${needed} are needed`);
}
