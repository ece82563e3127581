import { type CommandStateJson, parseOutcomeProof } from "@juno/api";
import type { LogIndex } from "@juno/base";
import { verifyOutcome } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { StreamHub } from "../../src/http/stream-hub.ts";
import { ask, askProblem, expectShape } from "./asking.ts";
import { call, createAccount, NOW, type PretendNetwork, pretendNetwork } from "./pretend-network.ts";

const COMMITTED = "/api/v1/commands?wait=committed";

function expectProved(under: PretendNetwork, json: unknown): void {
  const state = json as Extract<CommandStateJson, { state: "applied" }>;
  const proof = parseOutcomeProof(state.proof);
  expect(proof).toMatchObject({ ok: true });
  if (proof.ok) expect(verifyOutcome(under, proof.value)).toMatchObject({ ok: true });
}

describe("POST /commands", () => {
  it("answers 202 with a Location when a command is accepted", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    const reply = await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    expect(reply).toMatchObject({ status: 202, json: { id, state: "pending" } });
    expect(reply.headers.location).toBe(`/api/v1/commands/${id}`);
    expectShape("submit", reply);
  });

  it("answers 200 with state, outcome and a proof that verifies when waited for", async () => {
    const under = await pretendNetwork();
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    const reply = await ask(under, { method: "POST", url: COMMITTED, body: json });
    expect(reply).toMatchObject({ status: 200, json: { id, state: "applied", status: "ok", index: 2 } });
    expectProved(under, reply.json);
    expectShape("submit", reply);
  });

  it("says with the receipt why a command failed, and that it failed", async () => {
    const under = await pretendNetwork();
    const move = call("transfer", { from: "wjm", via: [], to: "stu", amount: "1.00 USD" });
    const { json } = under.command(["wjm"], [move]);
    const reply = await ask(under, { method: "POST", url: COMMITTED, body: json });
    expect(reply).toMatchObject({ status: 200, json: { state: "applied", status: "failed" } });
    expect(reply.text).toContain("NoSuchAccount");
    expectProved(under, reply.json);
  });

  it("answers 202 when the time to wait is over, and the same command again gets the outcome (A4)", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    const url = `${COMMITTED}&timeout=1`;
    const first = await ask(under, { method: "POST", url, body: json });
    expect(first).toMatchObject({ status: 202, json: { id, state: "pending" } });
    under.backend.commit();
    const second = await ask(under, { method: "POST", url: COMMITTED, body: json });
    expect(second).toMatchObject({ status: 200, json: { id, state: "applied", index: 2 } });
    expect(under.backend.chain.entries).toHaveLength(2);
  });

  it("answers a command that is final at once, also when nobody waits (A4)", async () => {
    const under = await pretendNetwork();
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    await ask(under, { method: "POST", url: COMMITTED, body: json });
    const again = await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    expect(again).toMatchObject({ status: 200, json: { id, state: "applied", status: "ok", index: 2 } });
  });

  it("does not call a command committed before its outcome is proved", async () => {
    const under = await pretendNetwork();
    const { json, id, signed } = under.command(["wjm"], [createAccount("wjm")]);
    await under.backend.submit([signed]);
    const unproved = { kind: "applied", status: "ok", index: 2 as LogIndex, proof: undefined } as const;
    const answer = { kind: "accepted", id: under.sha256(signed.payload), state: unproved } as const;
    under.backend.submit = async () => [answer];
    under.backend.commandState = async () => unproved;
    const accepted = await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    expect(accepted).toMatchObject({ status: 200, json: { id, state: "applied" } });
    expect(accepted.json).not.toHaveProperty("proof");
    const proved = await ask(under, { method: "POST", url: COMMITTED, body: json });
    expect(proved).toMatchObject({ status: 200, json: { id, proof: { commandId: id } } });
    under.backend.watchOutcome = () => () => undefined;
    const waited = await ask(under, { method: "POST", url: `${COMMITTED}&timeout=1`, body: json });
    expect(waited).toMatchObject({ status: 202, json: { id, state: "applied" } });
    const receipt = await ask(under, { url: `/api/v1/commands/${id}/receipt` });
    expect(receipt).toMatchObject({ status: 202, json: { id, state: "applied" } });
  });

  it("reports each command of an array apart", async () => {
    const under = await pretendNetwork();
    const good = under.command(["wjm"], [createAccount("wjm")]);
    const late = under.command(["wjm"], [createAccount("stu")], { expires: new Date(NOW - 1).toISOString() });
    const other = under.command(["stu"], [createAccount("bank")]);
    const body = [good.json, late.json, other.json];
    const reply = await ask(under, { method: "POST", url: COMMITTED, body });
    expect(reply).toMatchObject({
      status: 200,
      json: [
        { id: good.id, state: "applied", status: "ok" },
        { id: late.id, error: { code: "command_expired", outcome: "not_submitted" } },
        { id: other.id, state: "applied", status: "ok" },
      ],
    });
    expectShape("submit", reply);
  });

  it("answers an array with 202 while one of its commands is pending", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const body = [under.command(["wjm"], [createAccount("wjm")]).json];
    const reply = await ask(under, { method: "POST", url: "/api/v1/commands", body });
    expect(reply).toMatchObject({ status: 202, json: [{ state: "pending" }] });
  });

  it("refuses an array that is empty or too long (A13)", async () => {
    const under = await pretendNetwork();
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    for (const body of [[], Array.from({ length: 257 }, () => json)]) {
      const reply = await ask(under, { method: "POST", url: "/api/v1/commands", body });
      expect(reply).toMatchObject({ status: 400, json: { code: "malformed" } });
    }
    expect(under.backend.status().counters).toEqual({});
  });

  it("answers those who wait with what is known when the node shuts down", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    // Whoever is not released waits for as long as this test may take.
    const waiting = ask(under, { method: "POST", url: `${COMMITTED}&timeout=60000`, body: json });
    await expect.poll(() => under.server.waits.size).toBe(1);
    // Nobody was promised what nobody has sent.
    const hoping = ask(under, { url: `/api/v1/commands/${"0".repeat(64)}?wait=committed&timeout=60000` });
    await expect.poll(() => under.server.waits.size).toBe(2);
    expect(under.server.waits.promised).toBe(1);
    under.server.waits.release();
    expect(await hoping).toMatchObject({ status: 200, json: { state: "unknown" } });
    expect(await waiting).toMatchObject({ status: 202, json: { id, state: "pending" } });
  });
});

describe("GET /commands/{id}", () => {
  it("shows a command going from unknown to pending to applied (A4)", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    const url = `/api/v1/commands/${id}`;
    expect(await ask(under, { url })).toMatchObject({ status: 200, json: { id, state: "unknown" } });
    await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    expect(await ask(under, { url })).toMatchObject({ status: 200, json: { id, state: "pending" } });
    const waiting = ask(under, { url: `${url}?wait=committed` });
    await expect.poll(() => under.server.waits.size).toBe(1);
    under.backend.commit();
    const reply = await waiting;
    expect(reply).toMatchObject({ status: 200, json: { id, state: "applied", status: "ok", index: 2 } });
    expectProved(under, reply.json);
    expectShape("command", reply);
  });

  it("shows a command as expired once log time has passed it", async () => {
    let now = NOW;
    const under = await pretendNetwork({ commitsAtOnce: false, clock: () => now });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    now += 600_000;
    under.backend.drop(under.sha256(new TextEncoder().encode(json.payload)));
    under.backend.appendEntries([{ kind: "config", body: new Uint8Array(1) }]);
    const reply = await ask(under, { url: `/api/v1/commands/${id}` });
    expect(reply).toMatchObject({ status: 200, json: { id, state: "expired" } });
    expectShape("command", reply);
    const receipt = await ask(under, { url: `/api/v1/commands/${id}/receipt` });
    expect(receipt).toMatchObject({ status: 404, json: { code: "command_unknown" } });
  });

  it("proves that a command came too late when its entry says so", async () => {
    let now = NOW;
    const under = await pretendNetwork({ commitsAtOnce: false, clock: () => now });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    now += 600_000;
    under.backend.commit();
    const reply = await ask(under, { url: `/api/v1/commands/${id}?wait=committed` });
    expect(reply).toMatchObject({ status: 200, json: { id, state: "expired", index: 2 } });
    expectProved(under, reply.json);
  });
});

describe("GET /commands/{id}/receipt", () => {
  it("answers 202 with Retry-After until there is a proof, then the proof", async () => {
    const under = await pretendNetwork({ commitsAtOnce: false });
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    const url = `/api/v1/commands/${id}/receipt`;
    await ask(under, { method: "POST", url: "/api/v1/commands", body: json });
    const early = await ask(under, { url });
    expect(early).toMatchObject({ status: 202, json: { id, state: "pending" } });
    expect(early.headers["retry-after"]).toBe("1");
    under.backend.commit();
    const reply = await ask(under, { url });
    expect(reply.status).toBe(200);
    expectProved(under, { proof: reply.json });
    expectShape("receipt", reply);
  });
});

describe("a node that has left (V15)", () => {
  it("tells nobody what became of a command, and lets nobody follow its entries", async () => {
    const under = await pretendNetwork();
    const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
    await ask(under, { method: "POST", url: COMMITTED, body: json });
    under.backend.unavailable = { code: "read_only", detail: "it has left" };
    const urls = [`/commands/${id}`, `/commands/${id}?wait=committed`, `/commands/${id}/receipt`, "/stream"];
    for (const url of urls) {
      const problem = await askProblem(under, { url: `/api/v1${url}` });
      expect(problem).toMatchObject({ status: 503, code: "read_only", retryable: true });
    }
  });

  it("says of a command that it took before neither that it refused it nor what became of it", async () => {
    const { under, json, id } = await leavingWhileItAnswers();
    const reply = await ask(under, { method: "POST", url: COMMITTED, body: json });
    expect(reply).toMatchObject({ status: 202, json: { id, state: "unknown" } });
  });

  it("ends a stream that it let in before it left", async () => {
    const under = await pretendNetwork();
    const hub = new StreamHub(under.backend, {} as never);
    hub.open();
    let ended = 0;
    const reader = { frames: () => undefined, event: () => undefined, end: () => ended++ };
    under.backend.unavailable = { code: "halted", detail: "two certificates of one term conflict" };
    expect([hub.join(reader, hub.head + 1), ended]).toEqual([true, 1]);
  });
});

async function leavingWhileItAnswers() {
  const under = await pretendNetwork();
  const { json, id } = under.command(["wjm"], [createAccount("wjm")]);
  const submit = under.backend.submit.bind(under.backend);
  under.backend.submit = async (commands) => {
    const answers = await submit(commands);
    const state = await under.backend.commandState(answers[0]!.id);
    under.backend.unavailable = { code: "read_only", detail: "it has left" };
    return answers.map((answer) => (answer.kind === "accepted" ? { ...answer, state } : answer));
  };
  return { under, json, id };
}
