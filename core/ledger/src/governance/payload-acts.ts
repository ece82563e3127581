// The actions by which acts come to the ledger (C24): a proposal brings an act's document, approvals come with it and
// after it. Their signatures are part of what makes the command well formed, and are checked with its signers'.

import {
  Hash,
  hex,
  type JsonField,
  NodeId,
  parseHex,
  parseJson,
  type Sha256,
  type SignatureCheck,
  utf8,
} from "@juno/base";
import {
  ACT_BYTES_MAX,
  APPROVALS_MAX,
  type Approval,
  actId,
  approvalCheck,
  approvingKeys,
  parseConfigurationAct,
  type Readiness,
  readActHead,
  readinessCheck,
  readinessChecks,
  VOTERS_MAX,
} from "@juno/proof";

export const CONFIGURE = "configure";
export const ACTIVATE = "activate";
/** Kinds of acts for which nodes declare themselves ready. */
const AWAITED: readonly string[] = [CONFIGURE, ACTIVATE];

/** `key`: where the act does not name the voter's. */
export type VoterReadiness = Readiness & { readonly key?: Uint8Array };

/** Brings an act before the ledger, with the first approvals of it. */
export type Propose = {
  readonly kind: "propose";
  /** The act's id, lower-case hex. */
  readonly act: string;
  readonly document: string;
  /** Ascending by key. */
  readonly approvals: readonly Approval[];
  /** Of an act of kind `configure` or `activate`; ascending by node. */
  readonly ready: readonly VoterReadiness[];
  readonly checks: readonly SignatureCheck[];
};

/** Brings further approvals of an act that was proposed. */
export type Approve = {
  readonly kind: "approve";
  readonly act: string;
  readonly approvals: readonly Approval[];
  readonly checks: readonly SignatureCheck[];
};

/** What is signed depends on the network. */
export type ActContext = { readonly sha256: Sha256; readonly network: Hash };

export function readPropose({ sha256, network }: ActContext, field: JsonField): Propose {
  const { act, approvals, ready } = field.object(["act", "approvals"], ["ready"]);
  const document = act.text();
  const bytes = utf8(document);
  const json = parseJson(bytes, { bytesMax: ACT_BYTES_MAX });
  if (!json.ok) return act.fail(`it is no document: ${json.error.detail}`);
  const { kind } = readActHead(act.within(json.value));
  if (ready !== undefined && !AWAITED.includes(kind))
    ready.fail("nodes declare themselves ready for a configuration, or for later versions");
  const id = actId(sha256, bytes);
  const given = readApprovals(approvals);
  const readinesses = ready === undefined ? [] : readReadinesses(ready, kind);
  const checks = given.map((approval) => approvalCheck(network, id, approval));
  if (kind === CONFIGURE) {
    const configuration = parseConfigurationAct(sha256, bytes);
    if (!configuration.ok) return act.fail(configuration.error.detail);
    const more = readinessChecks(network, configuration.value, readinesses);
    if (!more.ok) return (ready ?? act).fail(more.error.detail);
    checks.push(...more.value);
  }
  for (const { key, signature } of readinesses)
    if (key !== undefined) checks.push(readinessCheck(network, id, { key, signature }));
  return { kind: "propose", act: hex(id), document, approvals: given, ready: readinesses, checks };
}

export function readApprove({ network }: ActContext, field: JsonField): Approve {
  const { act, approvals } = field.object(["act", "approvals"]);
  const id = parseHex(act.text(), 32);
  if (id === undefined) return act.fail("an act's id is expected: 64 lower-case hex digits");
  const given = readApprovals(approvals);
  const checks = given.map((approval) => approvalCheck(network, Hash(id), approval));
  return { kind: "approve", act: act.text(), approvals: given, checks };
}

function readApprovals(field: JsonField): readonly Approval[] {
  const approvals = field.array({ min: 1, max: APPROVALS_MAX }).map((item): Approval => {
    const { key, signature } = item.object(["key", "signature"]);
    return { key: key.hexBytes(32), signature: signature.hexBytes(64) };
  });
  if (approvingKeys(approvals) === undefined)
    field.fail("approvals stand in ascending order of distinct keys");
  return approvals;
}

/** C38: an activation names no keys, so each readiness for one says under which it is; whose that is, the ledger judges. */
function readReadinesses(field: JsonField, kind: string): readonly VoterReadiness[] {
  const readinesses = field.array({ max: VOTERS_MAX }).map((item): VoterReadiness => {
    const named = kind === ACTIVATE ? (["key"] as const) : [];
    const { node, signature, key } = item.object(["node", "signature", ...named]);
    const id = NodeId(node.integer({ min: 1, max: 0xffff_ffff }));
    const signed = { node: id, signature: signature.hexBytes(64) };
    return key === undefined ? signed : { ...signed, key: key.hexBytes(32) };
  });
  if (readinesses.some(({ node }, at) => at > 0 && node <= readinesses[at - 1]!.node))
    field.fail("readinesses stand in ascending order of distinct nodes");
  return readinesses;
}
