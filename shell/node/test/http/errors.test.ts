// Every code of the public table is reached through a running server (A10): a new code without a way
// to reach it fails here.

import { connect } from "node:net";
import { ERRORS, type ErrorCode, type Problem, READER_HEADER } from "@juno/api";
import { hex } from "@juno/base";
import { encodeCommand } from "@juno/proof";
import { describe, expect, it, vi } from "vitest";
import { askProblem, type Question } from "./asking.ts";
import {
  ACCOUNTS,
  createAccount,
  haltLedger,
  keyOf,
  NOW,
  type PretendNetwork,
  pretendNetwork,
} from "./pretend-network.ts";

type Way = (under: PretendNetwork) => Promise<Problem>;

const asking =
  (question: Question): Way =>
  (under) =>
    askProblem(under, question);

type Patch = Readonly<Record<string, unknown>>;

const submitting =
  (patch: Patch, signers: readonly string[] = ["wjm"]): Way =>
  (under) => {
    const { json } = under.command(signers, [createAccount("wjm")], patch);
    return askProblem(under, { method: "POST", url: "/api/v1/commands", body: json });
  };

const query = (body: Patch): Way => asking({ method: "POST", url: "/api/v1/query", body });

const unavailable =
  (code: ErrorCode, retryAfterMs?: number): Way =>
  (under) => {
    under.backend.unavailable = {
      code,
      detail: `It is ${code}.`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
    return query({ module: ACCOUNTS, query: "list", consistency: "linearizable" })(under);
  };

/** Of what nobody may read but who says so, by somebody who does not, or does it wrongly. */
const reading =
  (by?: { readonly time?: number; readonly key?: string }): Way =>
  async () => {
    const { time = NOW, key = "ab".repeat(32) } = by ?? {};
    const headers = by === undefined ? {} : { [READER_HEADER]: `${key}:${time}:${"ab".repeat(64)}` };
    const roles = [{ name: "default", submit: "*", read: [] }];
    return askProblem(await pretendNetwork({ genesis: { roles } }), { url: "/api/v1/entries", headers });
  };

/** What a raw connection is answered. */
const raw =
  (text: string): Way =>
  async (under) => {
    const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
    const socket = connect(port, "127.0.0.1");
    socket.write(text);
    let reply = "";
    for await (const chunk of socket) reply += chunk;
    await under.server.close();
    const [head, body] = reply.split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(head).toContain("content-type: application/problem+json");
    return JSON.parse(body ?? "");
  };

const WAYS: Readonly<Record<ErrorCode, Way>> = {
  malformed: asking({ method: "POST", url: "/api/v1/commands", body: "{" }),
  not_found: asking({ url: "/api/v2/commands" }),
  method_not_allowed: asking({ method: "DELETE", url: "/api/v1/commands" }),
  request_too_slow: raw("POST /api/v1/commands HTTP/1.1\r\nhost: juno\r\n"),
  body_too_large: asking({ method: "POST", url: "/api/v1/commands", body: " ".repeat(70_000) }),
  unsupported_media_type: asking({
    method: "POST",
    url: "/api/v1/commands",
    body: "a=b",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  }),
  headers_too_large: raw(`GET /api/v1/livez HTTP/1.1\r\nhost: juno\r\nlong: ${"x".repeat(40_000)}\r\n\r\n`),
  command_malformed: submitting({ nonce: "1" }),
  wrong_network: submitting({ network: "00".repeat(32) }),
  expires_too_late: submitting({ expires: new Date(NOW + 90_000_000).toISOString() }),
  signature_invalid: (under) => {
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    const [first] = json.signatures;
    const signature = `${"1".repeat(126)}00`;
    const body = { ...json, signatures: [{ key: first!.key, signature }] };
    return askProblem(under, { method: "POST", url: "/api/v1/commands", body });
  },
  signers_mismatch: (under) => {
    const { json } = under.command(["wjm", "stu"], [createAccount("wjm")]);
    const body = { ...json, signatures: json.signatures.slice(0, 1) };
    return askProblem(under, { method: "POST", url: "/api/v1/commands", body });
  },
  // A32
  order_refused: asking({
    method: "POST",
    url: "/api/v1/orders",
    body: { order: "{}", key: "ab".repeat(32), signature: "ab".repeat(64) },
  }),
  // A29
  not_ready: (under) => askProblem(under, { method: "POST", url: "/api/v1/ready", body: { act: "{}" } }),
  not_permitted: async () => {
    const roles = [{ name: "default", submit: ["demo.bank"], read: "*" }];
    return submitting({})(await pretendNetwork({ genesis: { roles } }));
  },
  quota_exceeded: async () => {
    const roles = [{ name: "default", submit: "*", read: "*", commandsPerMinute: 1 }];
    const under = await pretendNetwork({ genesis: { roles } });
    const { signed } = under.command(["wjm"], [createAccount("wjm")]);
    under.backend.chain.append([{ kind: "command", body: encodeCommand(signed) }], NOW);
    return submitting({})(under);
  },
  client_unknown: submitting({}, ["nobody"]),
  // A41, A42
  read_unsigned: reading(),
  read_expired: reading({ time: NOW - 60_001 }),
  read_forged: reading({ key: hex(keyOf("wjm")) }),
  reader_unknown: reading({}),
  ledger_halted: (under) => {
    haltLedger(under, "a theft");
    return submitting({})(under);
  },
  command_too_large: submitting({ padding: "x".repeat(5_000) }),
  command_expired: submitting({ expires: new Date(NOW - 60_000).toISOString() }),
  busy: (under) => {
    under.backend.unavailable = { code: "busy", detail: "Too much waits.", retryAfterMs: 2_500 };
    return submitting({})(under);
  },
  too_many_requests: async () =>
    askProblem(await pretendNetwork({ http: { requestsMax: 0 } }), { url: "/api/v1/livez" }),
  no_quorum: unavailable("no_quorum"),
  read_only: unavailable("read_only"),
  halted: unavailable("halted"),
  node_halted: unavailable("node_halted"),
  draining: unavailable("draining"),
  starting: unavailable("starting"),
  stopping: async (under) => {
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    await under.server.listen({ host: "127.0.0.1", port: 0 });
    const closing = under.server.close();
    const problem = await askProblem(under, { method: "POST", url: "/api/v1/commands", body: json });
    await closing;
    return problem;
  },
  timed_out: (under) => {
    under.backend.query = () => new Promise(() => undefined);
    return query({ module: ACCOUNTS, query: "list", consistency: "linearizable" })(under);
  },
  command_unknown: asking({ url: `/api/v1/commands/${"00".repeat(32)}/receipt` }),
  snapshot_unknown: asking({ url: "/api/v1/snapshots/9" }),
  entry_unknown: asking({ url: "/api/v1/entries/99" }),
  module_unknown: query({ module: "nothing", query: "list" }),
  table_unknown: asking({ url: "/api/v1/tables/demo.accounts/nothing" }),
  query_unknown: query({ module: ACCOUNTS, query: "nothing" }),
  pruned: (under) => {
    under.backend.prunedBelow = 5 as never;
    return askProblem(under, { url: "/api/v1/entries/1" });
  },
  query_failed: query({ module: ACCOUNTS, query: "balance", args: { name: "nobody" } }),
  internal: (under) => {
    under.backend.unavailable = { code: "no_such_code", detail: "secret" };
    return query({ module: ACCOUNTS, query: "list" })(under);
  },
};

describe("A10: every error code is reached, with the status, title and advice of the table", () => {
  it.each(Object.entries(ERRORS))("%s", async (code, entry) => {
    const under = await pretendNetwork({
      genesis: { limits: { payloadBytesMax: 4_096 } },
      http: {
        requestBytesMax: 65_536,
        headerTimeoutMs: 50,
        requestTimeoutMs: 100,
        checkIntervalMs: 20,
        readTimeoutMs: 50,
      },
      commitsAtOnce: false,
    });
    const problem = await WAYS[code as ErrorCode](under);
    expect(problem).toMatchObject({
      type: `/api/v1/docs#error-${code}`,
      code,
      status: entry.status,
      title: entry.title,
      retryable: entry.retryable,
      outcome: entry.outcome,
    });
    expect(problem.detail.length).toBeGreaterThan(3);
    expect(under.failures).toHaveLength(code === "internal" ? 1 : 0);
    expect(problem.detail).not.toContain("secret");
  });
});

describe("problems", () => {
  it("are counted by their code, whoever found them", async () => {
    const under = await pretendNetwork();
    const codes: ErrorCode[] = [
      "malformed",
      "not_found",
      "method_not_allowed",
      "client_unknown",
      "malformed",
    ];
    for (const code of codes) await WAYS[code](under);
    const { body } = await under.server.app.inject({ url: "/api/v1/metrics" });
    const counted = [...body.matchAll(/^juno_http_problems_total\{code="(\w+)"\} (\d+)$/gm)];
    expect(counted.map(([, code, count]) => [code, Number(count)]).sort()).toEqual([
      ["client_unknown", 1],
      ["malformed", 2],
      ["method_not_allowed", 1],
      ["not_found", 1],
    ]);
  });
});

describe("failures of the node itself", () => {
  it("are reported to the operator and answered without their words (A10)", async () => {
    const under = await pretendNetwork();
    under.backend.commandState = () => Promise.reject(new Error("secret"));
    const url = `/api/v1/commands/${"00".repeat(32)}`;
    const problem = await askProblem(under, { url });
    expect(problem).toMatchObject({ code: "internal", status: 500, outcome: "unknown", retryable: true });
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(under.failures).toMatchObject([{ at: `GET ${url}` }]);
  });
});

describe("back-pressure", () => {
  it("says when to come back, in the header and in the signed body (A10)", async () => {
    const under = await pretendNetwork();
    under.backend.unavailable = { code: "busy", detail: "Too much waits.", retryAfterMs: 2_500 };
    const { json } = under.command(["wjm"], [createAccount("wjm")]);
    const reply = await under.server.app.inject({ method: "POST", url: "/api/v1/commands", payload: json });
    expect(reply.headers["retry-after"]).toBe("3");
    expect(reply.json()).toMatchObject({ retryAfterMs: 2_500 });
  });

  it("names the leader where there is no quorum (A10)", async () => {
    const under = await pretendNetwork();
    const leader = { node: 3 as never, url: "http://10.0.0.3:8000" };
    under.backend.statusPatch = { leader };
    expect(await WAYS.no_quorum(under)).toMatchObject({ code: "no_quorum", leader });
  });
});

describe("a body of nothing but brackets and commas", () => {
  it.each(["[", "{},", "1,", '"a":1,'])("is refused before anything is made of it: %s", async (part) => {
    const parse = vi.spyOn(JSON, "parse");
    const under = await pretendNetwork({ http: { requestBytesMax: 4_000_000 } });
    const body = `[${part.repeat(200_000)}`;
    const { code, detail } = await askProblem(under, { method: "POST", url: "/api/v1/commands", body });
    expect([code, detail]).toEqual(["malformed", "The body has more than 131072 members and items."]);
    expect(parse.mock.calls.filter(([text]) => text.length > 100_000)).toEqual([]);
    parse.mockRestore();
  });
});
