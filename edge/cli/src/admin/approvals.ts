// Approvals of acts (E54): signatures that key files give, here or offline, and files in which they travel.

import {
  compareText,
  Hash,
  hex,
  type JsonField,
  parseHex,
  parseJsonText,
  readJson,
  signedBytes,
} from "@juno/base";
import type { ActApproval } from "@juno/client";
import { readText } from "../command/document.ts";
import { usage } from "../complaint.ts";
import { loadSigner, type NamedSigner } from "../network/key-ring.ts";

export type ApprovalOptions = {
  /** Key files. */
  readonly key?: readonly string[];
  /** Files with approvals that were made elsewhere. */
  readonly approval?: readonly string[];
};

export type ApprovalFile = { readonly act: string; readonly approvals: readonly ActApproval[] };

export const loadApprovers = ({ key }: ApprovalOptions): readonly NamedSigner[] =>
  (key ?? []).map(loadSigner);

/** `act` in lower-case hex. */
export async function approve(network: Hash, act: string, signer: NamedSigner): Promise<ActApproval> {
  const body = Hash(parseHex(act, 32)!);
  const signature = await signer.sign(signedBytes({ tag: "act", network, body }));
  return { key: hex(signer.key), signature: hex(signature) };
}

function readApprovals(document: JsonField): ApprovalFile {
  const { act, approvals } = document.object(["act", "approvals"]);
  act.hexBytes(32);
  return {
    act: act.text(),
    approvals: approvals.array({ min: 1, max: 64 }).map((item) => {
      const { key, signature } = item.object(["key", "signature"]);
      key.hexBytes(32);
      signature.hexBytes(64);
      return { key: key.text(), signature: signature.text() };
    }),
  };
}

function readApprovalFile(path: string): ApprovalFile {
  const what = `${path} is not what \`juno admin sign\` prints`;
  const json = parseJsonText(readText(path));
  if (!json.ok) throw usage(`${what}: ${json.error.detail}`);
  const file = readJson(json.value, "malformed", readApprovals);
  if (!file.ok) throw usage(`${what}: ${file.error.detail}`);
  return file.value;
}

/** What is given on the command line for an act: ascending by key, each key once. */
export async function approvalsOf(
  network: Hash,
  act: string,
  options: ApprovalOptions,
): Promise<readonly ActApproval[]> {
  const byKey = new Map<string, ActApproval>();
  for (const path of options.approval ?? []) {
    const file = readApprovalFile(path);
    if (file.act !== act) throw usage(`${path} approves the act ${file.act}, and this one is ${act}.`);
    for (const approval of file.approvals) byKey.set(approval.key, approval);
  }
  for (const signer of loadApprovers(options)) {
    const approval = await approve(network, act, signer);
    byKey.set(approval.key, approval);
  }
  if (byKey.size === 0)
    throw usage("Who approves? Give --key with a key file of an administrator or operator, once for each.");
  return [...byKey.values()].sort((a, b) => compareText(a.key, b.key));
}
