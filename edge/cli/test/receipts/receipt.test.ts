// `juno receipt` against real servers over a ledger in memory: it waits for a proof, passes over nodes that
// show none, keeps the file in the form of E35, and replaces nothing.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex, signedBytes } from "@juno/base";
import type { Action } from "@juno/client";
import { type Attestation, decodeAck, encodeAck, type OutcomeProof } from "@juno/proof";
import type { Backend, CommandState } from "@juno/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { juno } from "../processes/juno-process.ts";
import { type MemoryNetworkOptions, memoryNetwork } from "./memory-network.ts";
import { verifyInPython } from "./python-verifier.ts";

type Network = Awaited<ReturnType<typeof memoryNetwork>>;

let opened: Network | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function network(options: MemoryNetworkOptions = {}): Promise<Network> {
  opened = await memoryNetwork(options);
  return opened;
}

const open = (of: Network, name: string): Action => ({
  ...{ module: "demo.accounts", action: "create" },
  args: { name, owner: { key: hex(of.signer.key) } },
});

const receipt = (of: Network, args: readonly string[]) => juno(["receipt", ...args, "--network", of.folder]);

/** A backend that tells another state than the truth. */
const telling = (backend: Backend, state: (truth: CommandState) => CommandState): Backend =>
  new Proxy(backend, {
    get: (target, name) => {
      if (name === "commandState") return async (id: never) => state(await target.commandState(id));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

/** Node `id` shows another proof than the true one. */
const showing =
  (change: (proof: OutcomeProof, id: number) => OutcomeProof) =>
  (backend: Backend, id: number): Backend =>
    telling(backend, (truth) =>
      truth.kind === "applied" && truth.proof !== undefined
        ? { ...truth, proof: change(truth.proof, id) }
        : truth,
    );

/** The same attestation by another voter, really signed. */
function attestedBy(of: Network, voter: number, { ack, path }: Attestation): Attestation {
  const { id, sign } = of.voters[voter - 1]!;
  const said = decodeAck(ack.body);
  if (!said.ok) throw new Error(said.error.detail);
  const body = encodeAck({ ...said.value, from: id });
  const message = signedBytes({ tag: "ack", network: of.genesis.network, body });
  return { ack: { voter: id, body, signature: sign(message) }, path };
}

describe("juno receipt", () => {
  it("writes a file that both verifiers believe, and tells what it proves (E35)", async () => {
    const of = await network();
    const { id } = await of.submit([open(of, "wjm")]);
    const path = join(of.folder, "receipt.json");
    const { code, stdout } = await receipt(of, [id, "--out", path]);
    expect(code).toBe(0);
    expect(stdout).toContain(id);
    expect(stdout).toContain(`The receipt is in ${path}.`);
    expect((await juno(["verify-receipt", path, "--genesis", of.files.genesis])).code).toBe(0);
    expect((await verifyInPython([path], of.files.genesis)).code).toBe(0);
  });

  it("prints the same file, and nothing else, where no file is named", async () => {
    const of = await network();
    const { id } = await of.submit([open(of, "wjm")]);
    const path = join(of.folder, "receipt.json");
    await receipt(of, [id, "--out", path]);
    const { code, stdout } = await receipt(of, [id]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(path, "utf8") });
  });

  it("replaces no file, and says so", async () => {
    const of = await network();
    const { id } = await of.submit([open(of, "wjm")]);
    const path = join(of.folder, "letter.txt");
    writeFileSync(path, "dear");
    const { code, stdout, stderr } = await receipt(of, [id, "--out", path]);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: "" });
    expect(stderr).toContain("exists already");
    expect(readFileSync(path, "utf8")).toBe("dear");
  });

  it("is asked of another node where one began from a snapshot, and has no proof; so is what became of a command", async () => {
    const unproved = (truth: CommandState): CommandState =>
      truth.kind === "applied" ? { ...truth, proof: undefined } : truth;
    const of = await network({
      disguise: (backend, id) => (id < 4 ? telling(backend, unproved) : backend),
    });
    const { id } = await of.submit([open(of, "wjm")]);
    expect(await of.client.fate(id)).toMatchObject({ state: "final", outcome: { id } });
    expect((await receipt(of, [id])).code).toBe(0);
  });

  it("asks again while a node says 202, until there is a proof", async () => {
    let asked = 0;
    const of = await network({
      waits: true,
      disguise: (backend) =>
        telling(backend, (truth) => {
          asked += 1;
          // All four are asked in the first round; the ledger goes on in the second.
          if (asked === 5) of.backend.commit();
          return truth;
        }),
    });
    const { id, signed } = await of.client.prepare(open(of, "wjm"));
    const [answer] = await of.backend.submit([signed]);
    expect(answer).toMatchObject({ kind: "accepted", state: { kind: "pending" } });
    const { code, stdout } = await receipt(of, [id]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ commandId: id });
    expect(asked).toBeGreaterThan(5);
  });

  it("gives up with 3 when time is up, and writes nothing", async () => {
    const of = await network({ waits: true });
    const { id, signed } = await of.client.prepare(open(of, "wjm"));
    await of.backend.submit([signed]);
    const path = join(of.folder, "receipt.json");
    const { code, stderr } = await receipt(of, [id, "--timeout", "0", "--out", path]);
    expect(code).toBe(EXIT.unreachable);
    expect(stderr).toContain("not proved yet");
    expect(existsSync(path)).toBe(false);
  });

  it("passes over nodes whose proof proves nothing, or something else", async () => {
    let first: OutcomeProof | undefined;
    const asked: number[] = [];
    const of = await network({
      disguise: showing((proof, id) => {
        asked.push(id);
        if (id === 1) return { ...proof, attestations: proof.attestations.slice(1) };
        if (id === 2) return { ...proof, header: { ...proof.header, time: proof.header.time + 1 } };
        return id === 3 ? (first ?? proof) : proof;
      }),
    });
    const one = await of.submit([open(of, "wjm")]);
    const { id } = await of.submit([open(of, "stu")]);
    first = one.proof;
    const { code, stdout } = await receipt(of, [id]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ commandId: id, header: { index: 3 } });
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it("puts into the form of the file what a node shows in another (E34, E35)", async () => {
    const shown: number[][] = [];
    const of = await network({
      disguise: showing((proof) => {
        const attestations = [attestedBy(of, 3, proof.attestations[0]!), ...proof.attestations.toReversed()];
        shown.push(attestations.map(({ ack }) => ack.voter));
        return { ...proof, attestations };
      }),
    });
    const { id } = await of.submit([open(of, "wjm")]);
    const path = join(of.folder, "receipt.json");
    expect((await receipt(of, [id, "--out", path])).code).toBe(0);
    expect(shown[0]).toEqual([3, 2, 1]);
    const { attestations } = JSON.parse(readFileSync(path, "utf8")) as { attestations: { voter: number }[] };
    expect(attestations.map(({ voter }) => voter)).toEqual([1, 2]);
    expect((await juno(["verify-receipt", path, "--genesis", of.files.genesis])).code).toBe(0);
  });

  it("says with its exit code what is unknown, unreachable or no id", async () => {
    const of = await network();
    const unknown = await receipt(of, ["00".repeat(32)]);
    expect(unknown).toMatchObject({ code: EXIT.refused, stdout: "" });
    const bad = await Promise.all(["00", "AB".repeat(32), "../status"].map((id) => receipt(of, [id])));
    expect(bad.map(({ code }) => code)).toEqual([EXIT.usage, EXIT.usage, EXIT.usage]);
    const { genesis } = of.files;
    const nobody = ["--url", "http://127.0.0.1:9", "--genesis", genesis];
    expect((await juno(["receipt", "00".repeat(32), ...nobody])).code).toBe(EXIT.unreachable);
  });
});
