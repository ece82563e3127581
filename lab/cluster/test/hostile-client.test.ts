// Clients that do wrong, against four real nodes: every refusal of the API, requests that are not even
// HTTP, replays, and thousands of tampered commands. Each gets the answer it must get, what the nodes
// count adds up to what was sent, and the cluster still does its work. How many are tampered with,
// JUNO_HOSTILE_MESSAGES says.

import { once } from "node:events";
import { connect } from "node:net";
import type { SignedCommandJson } from "@juno/api";
import { hex, Prng } from "@juno/base";
import type { Signer } from "@juno/client";
import { createKeyPair, sha256, signerFrom } from "@juno/node";
import { parseGenesis } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS, callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { bendText, bendValue, CommandKit } from "../src/hostile/command-kit.ts";
import { addUp, increase, Metrics } from "../src/hostile/metrics.ts";
import { Poster } from "../src/hostile/poster.ts";
import { type Cast, refusedPosts } from "../src/hostile/refused-posts.ts";
import { openCluster } from "./opened.ts";

const MUTANTS = Number(process.env.JUNO_HOSTILE_MESSAGES ?? 1_000);
const COMMAND_CODES: ReadonlySet<string> = new Set([
  "command_malformed",
  "command_too_large",
  "command_expired",
  "expires_too_late",
  "wrong_network",
  "signature_invalid",
  "signers_mismatch",
  "client_unknown",
]);
const AT_ONCE = 8;

let cluster: Cluster;
let cast: Cast;

beforeAll(async () => {
  cluster = await openCluster({ nodes: 4, clients: ["ann", "ben"] });
  cluster.startAll();
  await cluster.leader();
  await cluster.caughtUp(...cluster.ids);
  const genesis = parseGenesis(sha256, cluster.genesis);
  if (!genesis.ok) throw new Error(genesis.error.detail);
  const [ann, ben] = cluster.clientSigners as [Signer, Signer];
  const { key, secret } = createKeyPair();
  const nobody = { key, sign: signerFrom(secret) };
  cast = { kit: new CommandKit(genesis.value.network), ann, ben, nobody };
});

const allMetrics = () => Promise.all(cluster.ids.map((id) => Metrics.of(cluster.url(id))));

/** What the nodes have answered on one route, by problem code and as successes. */
async function answered(): Promise<ReadonlyMap<string, number>> {
  const all = await allMetrics();
  const problems = addUp(all.map((metrics) => metrics.by("code", "http_problems_total")));
  const submits = addUp(
    all.map((metrics) => metrics.by("status", "http_requests_total", { route: "submit" })),
  );
  const ok = [...submits].filter(([status]) => status.startsWith("2"));
  return new Map([...problems, ["ok", ok.reduce((sum, [, count]) => sum + count, 0)]]);
}

/** A reply is counted when it has been sent, which may be after it was read here. */
async function expectCounted(before: ReadonlyMap<string, number>, tally: ReadonlyMap<string, number>) {
  const sent = increase(new Map(), tally);
  let counted = {};
  await cluster
    .until(
      "the nodes have counted every answer",
      async () => {
        counted = increase(before, await answered());
        return JSON.stringify(counted) === JSON.stringify(sent) ? true : undefined;
      },
      10_000,
    )
    .catch(() => undefined);
  expect(counted).toEqual(sent);
}

/** A command of a client of the SDK is applied, and all nodes agree on everything. */
async function expectStillAtWork(name: string): Promise<void> {
  const action = callAccounts("create", { name, owner: { key: hex(cast.ann.key) } });
  const { status } = await cluster.client().submit([action], { signers: [cast.ann] });
  expect(status).toBe("ok");
  await cluster.agreed();
  for (const id of cluster.ids) expect((await cluster.status(id))?.mode).toBe("normal");
}

describe("a client", () => {
  it("gets for every wrong request the refusal it must get, counted under its code", async () => {
    const poster = new Poster();
    const before = await answered();
    const found: Record<string, string> = {};
    const posts = await refusedPosts(cast);
    for (const [i, { name, post }] of posts.entries()) {
      const { code } = await poster.post(cluster.url(1 + (i % 4)), post);
      found[name] = code ?? "ok";
    }
    expect(found).toEqual(Object.fromEntries(posts.map(({ name, code }) => [name, code])));
    await expectCounted(before, poster.tally);
    // What got as far as being read as a command stands in the status of the nodes too.
    const ofCommands = [...poster.tally].filter(([code]) => COMMAND_CODES.has(code));
    const statuses = await Promise.all(cluster.ids.map((id) => cluster.status(id)));
    const counters = addUp(statuses.map((status) => new Map(Object.entries(status?.counters ?? {}))));
    for (const [code, count] of ofCommands)
      expect([code, counters.get(`refused_${code}`)]).toEqual([code, count]);
    await expectStillAtWork("refusals");
  });

  it("gets an answer also for what is not HTTP", async () => {
    const before = await answered();
    const { hostname, port } = new URL(cluster.url(1));
    const head = "POST /api/v1/commands HTTP/1.1\r\nhost: juno\r\ncontent-type: application/json\r\n";
    const broken = [
      "HELO juno\r\n\r\n",
      "GET /api/v1/status HTTP/9.9\r\n\r\n",
      `${head}content-length: -1\r\n\r\n{}`,
      `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      `GET /api/v1/status HTTP/1.1\r\nhost: juno\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`,
      "GET /api/v1/status HTTP/1.1\r\nhost: juno\r\na\0b: c\r\n\r\n",
    ];
    const statuses: string[] = [];
    for (const text of broken) {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write(text);
      let reply = "";
      socket.on("data", (chunk) => {
        reply += chunk;
      });
      await once(socket, "close");
      statuses.push(reply.split(" ")[1] ?? "none");
    }
    expect(statuses).toEqual(["400", "400", "400", "400", "400", "400", "431", "400"]);
    const counted = increase(before, await answered());
    expect(counted).toEqual({ headers_too_large: 1, malformed: 7 });
  });

  it("gets the first outcome for a command that is sent again, to any node, and it is applied once", async () => {
    const command = await cast.kit.command([cast.ann]);
    const body = JSON.stringify(command);
    const path = "/commands?wait=committed&timeout=30000";
    const poster = new Poster();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => poster.post(cluster.url(1 + (i % 4)), { body, path })),
    );
    for (const id of cluster.ids) replies.push(await poster.post(cluster.url(id), { body, path }));
    const indexes = replies.map(({ json }) => (json as { index: number }).index);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(indexes).size).toBe(1);
    const applied = await cluster.agreed();
    expect(applied.index).toBeGreaterThanOrEqual(indexes[0]!);
    const ids = await entryIds();
    expect(ids.filter((id) => id === (replies[0]!.json as { id: string }).id)).toHaveLength(1);
  });

  it("achieves nothing without the rights and the money it takes", async () => {
    const { kit, ann, ben } = cast;
    const action = (name: string, args: object) => ({ call: { module: ACCOUNTS, action: name, args } });
    const owner = { key: hex(ben.key) };
    const tries: readonly (readonly [string, readonly unknown[]])[] = [
      ["RequirementFailed", [action("adjust", { name: "bens", amount: "1000000.00 USD" })]],
      ["NotSigned", [action("transfer", { from: "bens", via: [], to: "anns", amount: "1.00 USD" })]],
      ["Insufficient", [action("transfer", { from: "anns", via: [], to: "bens", amount: "1.00 USD" })]],
      ["NoSuchAccount", [action("transfer", { from: "anns", via: [], to: "nobodys", amount: "1.00 USD" })]],
      ["AlreadyOpen", [action("create", { name: "bens", owner: { key: hex(ann.key) } })]],
      ["OutOfGas", [action("create", { name: "gas", owner })]],
    ];
    const submit = async (signers: readonly Signer[], actions: readonly unknown[], gasLimit = 100_000) => {
      const body = JSON.stringify(await kit.command(signers, { actions, gasLimit }));
      const path = "/commands?wait=committed&timeout=30000";
      const { json } = await new Poster().post(cluster.url(2), { body, path });
      return json as { status: string; proof: { receipt: unknown } };
    };
    const opened = await submit(
      [ann],
      [
        action("create", { name: "bens", owner }),
        action("create", { name: "anns", owner: { key: hex(ann.key) } }),
      ],
    );
    expect(opened.status).toBe("ok");
    for (const [error, actions] of tries) {
      const { status, proof } = await submit([ann], actions, error === "OutOfGas" ? 1 : 100_000);
      expect([error, status]).toEqual([error, "failed"]);
      expect(JSON.stringify(proof.receipt)).toContain(error);
    }
  });

  it(`gets a clear answer for each of ${MUTANTS} tampered commands, and none of them passes`, async () => {
    const prng = new Prng(1);
    const poster = new Poster();
    const before = await answered();
    let sent = 0;
    const send = async () => {
      while (sent < MUTANTS) {
        sent += 1;
        const { body, original, isSigned } = await tampered(prng);
        const { code } = await poster.post(cluster.url(1 + (sent % 4)), { body });
        if (code === undefined && !isSigned) expect(body).toSatisfy(() => sameCommand(body, original));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    const total = [...poster.tally.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(MUTANTS);
    await expectCounted(before, poster.tally);
    await expectStillAtWork("tampered");
  });
});

type Tampered = { readonly body: string; readonly original: SignedCommandJson; readonly isSigned: boolean };

/** A valid command, bent somewhere: in its payload (signed anew or not), in its signatures, in its JSON. */
async function tampered(prng: Prng): Promise<Tampered> {
  const { kit, ann, ben } = cast;
  const signers = prng.chance(1, 2) ? [ann] : [ann, ben];
  const fields = kit.fields(signers);
  const original = await kit.sign(JSON.stringify(fields), signers);
  const as = (value: unknown, isSigned = false): Tampered => ({
    body: typeof value === "string" ? value : JSON.stringify(value),
    original,
    isSigned,
  });
  switch (prng.below(7)) {
    case 0:
      return as(original);
    case 1:
      return as({ ...original, payload: bendText(prng, original.payload) });
    case 2:
      return as(await kit.sign(JSON.stringify(bendValue(prng, fields)), signers), true);
    case 3:
      return as(await kit.sign(bendText(prng, original.payload), signers), true);
    case 4:
      return as({ ...original, signatures: bendValue(prng, original.signatures) });
    case 5:
      return as(bendText(prng, JSON.stringify(original)));
    default:
      return as(bendValue(prng, original) ?? null);
  }
}

/** Whether a body still carries exactly the command it was made of. */
function sameCommand(body: string, original: SignedCommandJson): boolean {
  const parsed = JSON.parse(body) as SignedCommandJson | SignedCommandJson[];
  return [parsed].flat().every(({ payload, signatures }) => {
    const flat = (all: SignedCommandJson["signatures"]) => all.map(({ key, signature }) => key + signature);
    return payload === original.payload && flat(signatures).join() === flat(original.signatures).join();
  });
}

/** The ids of all commands in node 1's log. */
async function entryIds(): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 1; ; ) {
    const reply = await fetch(`${cluster.url(1)}/api/v1/entries?from=${from}&limit=1000`);
    const { entries } = (await reply.json()) as { entries: { index: number; commandId?: string }[] };
    if (entries.length === 0) return ids;
    for (const { commandId } of entries) if (commandId !== undefined) ids.push(commandId);
    from = entries.at(-1)!.index + 1;
  }
}
