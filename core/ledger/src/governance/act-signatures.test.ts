// Signatures under acts (C24) are part of what makes a command: they are verified with its signers', and good for one act
// of one network alone.

import { hex, parseHex, signedBytes, utf8 } from "@juno/base";
import { actId, readinessBytes } from "@juno/proof";
import { describe, expect, test } from "vitest";
import { actOf, configuration, nodeOf } from "../../test/governing.ts";
import { bytesOf, context, payloadOf, sha256 } from "../../test/network.ts";
import { check, type Person, person, signatureOf, signedBy } from "../../test/person.ts";
import { verifyCommand } from "../index.ts";

const [alice, ada] = [person(), person()];
const nodes = [1, 2, 3, 4].map(() => person());
const { network } = context.genesis;
const elsewhere = sha256(utf8("elsewhere"));

const approval = ({ key, secret }: Person, document: string, at = network) => {
  const body = actId(sha256, utf8(document));
  return { key, signature: hex(signatureOf(secret, signedBytes({ tag: "act", network: at, body }))) };
};

const readiness = (node: number, document: string, { secret } = nodes[node - 1]!) => ({
  node,
  signature: hex(signatureOf(secret, readinessBytes(network, actId(sha256, utf8(document))))),
});

/** Why the command is refused, if it is. */
function verdictOn(action: object): string | undefined {
  const payload = payloadOf([action], { signers: [{ key: alice.key }] });
  const verified = verifyCommand(context, check, signedBy([alice], bytesOf(payload)));
  return verified.ok ? undefined : `${verified.error.code}: ${verified.error.detail}`;
}

describe("signatures under acts (C24)", () => {
  const [one, other] = [actOf("halt"), actOf("halt")];
  const forged = "signature_invalid: the signature of key 0 under the act does not verify";

  test("are verified with those of the signers", () => {
    const proposal = (signed: object) => verdictOn({ propose: { act: one, approvals: [signed] } });
    expect(proposal(approval(ada, one))).toBeUndefined();
    expect(proposal({ ...approval(ada, one), key: alice.key })).toBe(forged);
    const spoiled = parseHex(approval(ada, one).signature)!;
    spoiled[3]! ^= 1;
    expect(proposal({ key: ada.key, signature: hex(spoiled) })).toBe(forged);
  });

  test("are not good for another act, or in another network", () => {
    const approving = (signed: object) => {
      const act = hex(actId(sha256, utf8(one)));
      return verdictOn({ approve: { act, approvals: [signed] } });
    };
    expect(approving(approval(ada, one))).toBeUndefined();
    expect(approving(approval(ada, other))).toBe(forged);
    expect(approving(approval(ada, one, elsewhere))).toBe(forged);
  });

  test("of nodes that are ready are verified under the keys that the act names", () => {
    const members = nodes.map(({ key }, at) => ({ ...nodeOf(at + 1), signKey: key }));
    const act = actOf("configure", configuration([], { nodes: members }));
    const approvals = [approval(ada, act)];
    const proposal = (ready: object[]) => verdictOn({ propose: { act, approvals, ready } });
    expect(proposal([1, 2, 4].map((node) => readiness(node, act)))).toBeUndefined();
    expect(proposal([readiness(1, act), readiness(2, one)])).toContain("key 2 under the act");
    expect(proposal([readiness(1, act, nodes[1])])).toContain("key 1 under the act");
  });

  test("of nodes that know versions are verified under the keys that they name (C38)", () => {
    const act = actOf("activate", { at: 9, ledger: 2, language: 1 });
    const named = (node: number, of = act) => ({ ...readiness(node, of), key: nodes[node - 1]!.key });
    const proposal = (ready: object[]) =>
      verdictOn({ propose: { act, approvals: [approval(ada, act)], ready } });
    expect(proposal([1, 2, 4].map((node) => named(node)))).toBeUndefined();
    expect(proposal([named(1), named(2, one)])).toContain("key 2 under the act");
    expect(proposal([{ ...named(1), key: nodes[1]!.key }])).toContain("key 1 under the act");
  });
});
