// Receipts of a network that has changed, as files under both verifiers: with an epochs file (E57) they are judged by the
// voters of the epoch that attests them, without it nobody knows; and what an epochs file leads to, it proves. Needs python3.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EpochsFileJson, type OutcomeProofJson, renderEpochsFile } from "@juno/api";
import { hex, NodeId, parseHex, signedBytes } from "@juno/base";
import { sha256, verifySignature } from "@juno/node";
import {
  type ConfigBody,
  chainEntry,
  checkEpochLink,
  decodeAck,
  decodeConfigBody,
  decodeEpochLink,
  type EpochLink,
  encodeAck,
  encodeConfigBody,
  FIRST_EPOCH,
} from "@juno/proof";
import type { MemoryMember } from "@juno/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { juno } from "../processes/juno-process.ts";
import { bothVerdicts, GOOD } from "../receipts/both-verifiers.ts";
import { verifyInPython } from "../receipts/python-verifier.ts";
import { type ChangingNetwork, changingNetwork } from "./changing-network.ts";

let network: ChangingNetwork;
/** Receipt files by the epoch in which they were attested, and the file with all links. */
const receipts: OutcomeProofJson[] = [];
let epochs: string;
let links: readonly EpochLink[];

const action = (name: string) => ({
  ...{ module: "demo.accounts", action: "create" },
  args: { name, owner: { key: "00".repeat(32) } },
});

async function receiptOf(name: string): Promise<OutcomeProofJson> {
  const { id } = await network.submit([action(name)]);
  const fetched = await network.client.receipt(id);
  if (fetched.state !== "proved") throw new Error("not proved");
  return JSON.parse(fetched.file);
}

function written(name: string, file: EpochsFileJson): string {
  const path = join(network.folder, name);
  writeFileSync(path, JSON.stringify(file));
  return path;
}

beforeAll(async () => {
  network = await changingNetwork();
  receipts.push(await receiptOf("one"));
  network.add();
  receipts.push(await receiptOf("two"));
  network.rotate();
  receipts.push(await receiptOf("three"));
  epochs = join(network.folder, "epochs.json");
  const made = await juno(["epochs", "--network", network.folder, "--out", epochs]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toContain("4 of the voters 1, 2, 3, 4, 5 decide");
  links = network.backend.chain.epochs.linksAfter(FIRST_EPOCH);
}, 60_000);

afterAll(() => network.close());

const judged = async (set: string, proofs: readonly OutcomeProofJson[], led?: string) => {
  const variants = proofs.map((proof, at) => ({ name: String(at), text: JSON.stringify(proof) }));
  return bothVerdicts(network, set, variants, led);
};

/** The same receipt, attested by others, in an epoch that they name. */
function attestedBy(
  proof: OutcomeProofJson,
  epoch: number,
  seats: readonly MemoryMember[],
): OutcomeProofJson {
  const attestations = seats.map(({ id, sign }, at) => {
    const shown = proof.attestations[at % proof.attestations.length]!;
    const ack = decodeAck(parseHex(shown.ack)!);
    if (!ack.ok) throw new Error(ack.error.detail);
    const body = encodeAck({ ...ack.value, epoch: epoch as never, from: NodeId(id) });
    const signature = sign(signedBytes({ tag: "ack", network: network.genesis.network, body }));
    return { ...shown, voter: id, ack: hex(body), signature: hex(signature) };
  });
  return { ...proof, attestations };
}

describe("a receipt of a network that has changed (E34, E35)", () => {
  it("is good with an epochs file that leads to the epoch that attests it", async () => {
    const verdicts = await judged("led", receipts, epochs);
    expect(verdicts.map(({ juno: ours, python }) => [ours, python])).toEqual(
      receipts.map(() => [GOOD, GOOD]),
    );
  });

  it("is not judged without", async () => {
    const [first, ...later] = await judged("alone", receipts);
    expect(first).toMatchObject({ juno: GOOD, python: GOOD });
    for (const [at, { juno: ours, python }] of later.entries()) {
      expect(ours).toMatch(new RegExp(`^it is of epoch ${at + 1}, and the voters are known up to epoch 0`));
      expect(python).toMatch(
        new RegExp(`^refused: it is of epoch ${at + 1}, and the voters are known up to epoch 0`),
      );
    }
    const part = written("part.json", renderEpochsFile(network.genesis.network, links.slice(0, 1)));
    const verdicts = await judged("in-part", receipts, part);
    expect(verdicts.map(({ juno: ours }) => ours === GOOD)).toEqual([true, true, false]);
    expect(verdicts.map(({ python }) => python === GOOD)).toEqual([true, true, false]);
  });

  it("is believed in no epoch before its entry's, also where nobody knows how that ended", async () => {
    const { three, fifth } = network.members;
    const [, , third] = receipts as [OutcomeProofJson, OutcomeProofJson, OutcomeProofJson];
    const part = written("unended.json", renderEpochsFile(network.genesis.network, links.slice(0, 1)));
    const [verdict] = await judged("before", [attestedBy(third, 1, [three, fifth])], part);
    expect(verdict!.juno).toContain("before the entry's");
    expect(verdict!.python).toContain("before the entry's");
  });

  it("is believed of nobody who was removed, nor under a key that was replaced", async () => {
    const { one, two, anew, three, fifth } = network.members;
    const [, , third] = receipts as [OutcomeProofJson, OutcomeProofJson, OutcomeProofJson];
    const verdicts = await judged(
      "gone",
      [
        attestedBy(third, 2, [anew, three]),
        attestedBy(third, 2, [one, three]),
        attestedBy(third, 2, [two, three]),
        attestedBy(third, 1, [one, two]),
        attestedBy(third, 1, [three, fifth]),
        {
          ...third,
          attestations: [
            ...attestedBy(third, 2, [anew]).attestations,
            ...attestedBy(third, 1, [three]).attestations,
          ],
        },
      ],
      epochs,
    );
    expect(verdicts.map(({ juno: ours }) => ours)).toEqual([
      GOOD,
      expect.stringContaining("not of a voter of epoch 2"),
      expect.stringContaining("not signed"),
      expect.stringMatching(/before the entry's/),
      expect.stringMatching(/before the entry's/),
      expect.stringContaining("not all of one epoch"),
    ]);
    expect(verdicts.map(({ python }) => python === GOOD)).toEqual([true, false, false, false, false, false]);
  });

  it("of an old entry is believed of its voters, but not about what came after them", async () => {
    const { one, two, anew, three } = network.members;
    const { backend } = network;
    const { index } = receipts[0]!.header;
    const { attestations } = backend.chain.receiptProof(index as never);
    const now = {
      ...receipts[0]!,
      attestations: attestations.map(({ ack, path }) => ({
        ...{ voter: ack.voter, ack: hex(ack.body), signature: hex(ack.signature) },
        path: path.map(hex),
      })),
    };
    const verdicts = await judged(
      "old",
      [now, attestedBy(now, 2, [anew, three]), attestedBy(now, 0, [one, two])],
      epochs,
    );
    expect(verdicts.map(({ juno: ours }) => ours)).toEqual([
      GOOD,
      GOOD,
      expect.stringContaining("after the epoch"),
    ]);
    expect(verdicts.map(({ python }) => python)).toEqual([
      GOOD,
      GOOD,
      expect.stringContaining("after its epoch"),
    ]);
    // Who knows no later epoch cannot tell.
    const [believed] = await judged("unended", [attestedBy(now, 0, [one, two])]);
    expect(believed).toMatchObject({ juno: GOOD, python: GOOD });
  });
});

it("says of how many voters, and in which epoch, they are who attest it", async () => {
  const place = join(network.folder, "third.json");
  writeFileSync(place, JSON.stringify(receipts[2]));
  const { genesis } = network.files;
  const told = await juno(["verify-receipt", place, "--genesis", genesis, "--epochs", epochs]);
  expect(told.stdout).toMatch(/attested by {2}voters \d and \d of 4 in epoch 2; up to 1 of them may lie/);
});

describe("an epochs file (E57)", () => {
  const refusals = async (name: string, file: EpochsFileJson | string) => {
    const path = typeof file === "string" ? file : written(name, file);
    const receipt = written(`receipt-${name}`, receipts[2] as never);
    const { genesis } = network.files;
    const [ours, theirs] = await Promise.all([
      juno(["verify-receipt", receipt, "--genesis", genesis, "--epochs", path]),
      verifyInPython([receipt], genesis, path),
    ]);
    expect([ours.code, theirs.code]).toEqual([2, 2]);
    return [ours.stderr, theirs.stderr];
  };
  const fileOf = (...these: readonly EpochLink[]) => renderEpochsFile(network.genesis.network, these);

  it("proves itself, link by link", () => {
    const file: EpochsFileJson = JSON.parse(readFileSync(epochs, "utf8"));
    expect(Object.keys(file)).toEqual(["network", "links"]);
    expect(file.links.map((text) => decodeEpochLink(parseHex(text)!).ok)).toEqual([true, true]);
  });

  it("that leaves a link out is refused, by the name of the first that does not follow", async () => {
    for (const said of await refusals("left-out", fileOf(links[1]!)))
      expect(said).toMatch(/the link from epoch 0 to 1: .*(another epoch)/);
    for (const said of await refusals("twice", fileOf(links[0]!, links[0]!)))
      expect(said).toMatch(/the link from epoch 1 to 2: .*(another epoch)/);
  });

  it("of another network is refused", async () => {
    for (const said of await refusals("foreign", { ...fileOf(...links), network: "00".repeat(32) }))
      expect(said).toMatch(/of another network/);
  });

  it("with a fork that too few of the old voters have signed is refused", async () => {
    const [first, second] = links as [EpochLink, EpochLink];
    const lacking = { ...second, proof: { ...second.proof, acks: second.proof.acks.slice(0, 3) } };
    for (const said of await refusals("fork", fileOf(first, lacking)))
      expect(said).toMatch(/the link from epoch 1 to 2: 3 .*4 /);
  });

  /** The first link, its config entry reshaped and committed by the voters all the same. */
  function linkWith(change: (body: ConfigBody) => ConfigBody): EpochLink {
    const [first] = links as [EpochLink, EpochLink];
    const body = decodeConfigBody(first.entry.body);
    if (!body.ok) throw new Error(body.error.detail);
    const entry = { ...first.entry, body: encodeConfigBody(change(body.value)) };
    const chained = chainEntry(sha256, first.previous, entry);
    if (!chained.ok) throw new Error(chained.error.detail);
    const { index, hash } = chained.value;
    const { one, two, three } = network.members;
    const acks = [one, two, three].map(({ id, sign }) => {
      const said = { epoch: FIRST_EPOCH, from: NodeId(id), term: first.proof.term };
      const ack = { stored: { index, hash }, certified: { index, hash }, applied: { index, root: hash } };
      const signed = encodeAck({ ...said, ...ack });
      const message = signedBytes({ tag: "ack", network: network.genesis.network, body: signed });
      return { voter: NodeId(id), body: signed, signature: sign(message) };
    });
    return {
      previous: first.previous,
      entry,
      proof: { term: first.proof.term, index, hash, headers: [], acks },
    };
  }

  it("with a configuration that too few admins approve, or too few of its voters are ready for, is refused", async () => {
    const whole = written("whole", fileOf(linkWith((body) => body)));
    const receipt = written("receipt-whole", receipts[1] as never);
    expect(await verifyInPython([receipt], network.files.genesis, whole)).toMatchObject({ code: 0 });
    const unapproved = linkWith((body) => ({ ...body, approvals: body.approvals.slice(1) }));
    for (const said of await refusals("unapproved", fileOf(unapproved)))
      expect(said).toMatch(
        /the link from epoch 0 to 1: (the approvals do not satisfy|the admins did not approve)/,
      );
    const unready = linkWith((body) => ({ ...body, ready: body.ready.slice(0, 3) }));
    for (const said of await refusals("unready", fileOf(unready)))
      expect(said).toMatch(/the link from epoch 0 to 1: (3 of 5 voters are ready|too few voters are ready)/);
  });

  it("with a link of which a byte is changed, is refused, whichever byte", async () => {
    const whole = parseHex(fileOf(...links).links[0]!)!;
    const before = network.backend.chain.epochs.of(FIRST_EPOCH)!;
    const isBelieved = (bytes: Uint8Array): boolean => {
      const link = decodeEpochLink(bytes);
      const checked = link.ok ? checkEpochLink(sha256, before, link.value) : link;
      return checked.ok && checked.value.checks.every(verifySignature);
    };
    expect(isBelieved(whole)).toBe(true);
    const believed = [...whole.keys()].filter((at) => isBelieved(whole.with(at, whole[at]! ^ 1)));
    expect(believed).toEqual([]);
    const some = [3, 40, 200, Math.floor(whole.length / 2), whole.length - 70, whole.length - 1];
    for (const at of some) {
      const text = hex(whole.with(at, whole[at]! ^ 1));
      const [, theirs] = await refusals(`byte-${at}`, { ...fileOf(...links), links: [text] });
      expect(theirs).toMatch(/the link from epoch 0 to 1/);
    }
  });
});
