// Reads where the network's roles limit what everybody reads (A41 to A44), over a real server: who sees what of each route, what is
// no signature for this request, and streams whose readers lose the right.

import { get } from "node:http";
import { NONCE_HEADER, pathOf, READER_HEADER, ROUTES, type RouteName } from "@juno/api";
import { Hash, hex, ok, parseHex, parseUtf8, utf8 } from "@juno/base";
import { describe, expect, it, vi } from "vitest";
import { ask, askProblem, type Question } from "./asking.ts";
import { ACCOUNTS, call, keyOf, NOW, type PretendNetwork, pretendNetwork } from "./pretend-network.ts";
import {
  answered,
  type By,
  decide,
  opened,
  questionsOf,
  ROLES,
  readerHeader,
  role,
  signedAs,
  simulating,
} from "./reading-as.ts";

/** Who is answered at all; there are no snapshots to be had. */
async function seers(under: PretendNetwork, id: string, name?: string): Promise<string[]> {
  const seen: string[] = [];
  for (const [route, question] of Object.entries(questionsOf(under, id))) {
    const code = await answered(under, question, name);
    if (code === 200 || code === "snapshot_unknown") seen.push(route);
    else expect(code, `${route} by ${name}`).toBe(name === undefined ? "read_unsigned" : "not_permitted");
  }
  return seen;
}

describe("where roles limit what everybody reads (A41, A43)", () => {
  it("names each route that shows something", async () => {
    const { under, id } = await opened();
    const shown = (Object.keys(ROUTES) as RouteName[]).filter((name) => "shows" in ROUTES[name]);
    expect(Object.keys(questionsOf(under, id)).sort()).toEqual(
      shown.filter((name) => name !== "stream").sort(),
    );
  });

  it("shows each reader what its roles say, and nobody else anything", async () => {
    const { under, id } = await opened();
    const all = Object.keys(questionsOf(under, id));
    expect(await seers(under, id)).toEqual([]);
    expect(await seers(under, id, "treasury")).toEqual(all);
    // A member of the newest epoch, by its consensus key.
    expect(await seers(under, id, "voter 3")).toEqual(all);
    expect(await seers(under, id, "risk")).toEqual(["modules", "module", "rows", "history"]);
    // Without a role that says anything it has `default`; the command is its own.
    expect(await seers(under, id, "wjm")).toEqual(["command", "receipt", "modules", "module"]);
    expect(await seers(under, id, "stu")).toEqual(["modules", "module"]);
    expect(await answered(under, { url: pathOf("entries") }, "nobody")).toBe("reader_unknown");
  });

  it("shows whose key decides about the network what stands there", async () => {
    const { under } = await opened();
    const acts = { url: pathOf("rows", { module: "juno", table: "acts" }) };
    const head = { format: 1, kind: "halt", nonce: "00".repeat(16), expires: NOW + 60_000, reason: "x" };
    const act = JSON.stringify({ ...head, content: {} });
    const approvals = [{ key: hex(keyOf("operator")), signature: "ab".repeat(64) }];
    const halt = simulating(under, { propose: { act, approvals } });
    for (const name of ["admin", "operator"]) {
      expect(await answered(under, acts, name)).toBe(200);
      expect(await answered(under, halt, name)).toBe(200);
      expect(await answered(under, { url: pathOf("entries") }, name)).toBe("not_permitted");
    }
    expect(await answered(under, acts, "risk")).toBe("not_permitted");
    expect(await answered(under, halt, "risk")).toBe("not_permitted");
  });

  it("shows no simulation that would show rows beyond, or run what is brought along", async () => {
    const reader = [role("default", []), role("risk", [ACCOUNTS])];
    const { under } = await opened(reader);
    const create = call("create", { name: "stu", owner: { key: hex(keyOf("wjm")) } });
    expect(await answered(under, simulating(under, create), "risk")).toBe(200);
    const other = { call: { module: "demo.other", action: "x", args: {} } };
    expect(await answered(under, simulating(under, other), "risk")).toBe("not_permitted");
    const deploy = { deploy: { modules: ["module demo.spy version 1"] } };
    expect(await answered(under, simulating(under, deploy), "risk")).toBe("not_permitted");
    expect(await answered(under, simulating(under, deploy), "voter 1")).toBe(200);
  });

  it("shows the proof of a row, which tells a whole receipt and neighbours' digests, to who reads everything", async () => {
    const { under } = await opened();
    const table = pathOf("rows", { module: ACCOUNTS, table: "accounts" });
    for (const key of ["wjm", "no-such-account"]) {
      const proven = { url: `${table}?key=${key}&proof=1` };
      expect(await answered(under, proven)).toBe("read_unsigned");
      expect(await answered(under, proven, "risk")).toBe("not_permitted");
      expect(await answered(under, proven, "treasury")).toBe(200);
      expect(await answered(under, proven, "voter 2")).toBe(200);
    }
    expect(await answered(under, { url: `${table}?at=1` }, "risk")).toBe(200);
    const open = await opened([role("default", [ACCOUNTS])]);
    expect(await answered(open.under, { url: `${table}?key=wjm&proof=1` })).toBe("read_unsigned");
  });

  it("runs no simulation whose calls its reader may not read, and names no table that one would have changed", async () => {
    const { under } = await opened([role("default", []), role("risk", [ACCOUNTS])]);
    const simulate = vi.spyOn(under.backend, "simulate");
    const other = { call: { module: "demo.other", action: "x", args: {} } };
    const deploy = { deploy: { modules: ["module demo.spy version 1"] } };
    const redact = { redact: { commands: [{ index: 1, id: "ab".repeat(32) }], reason: "x" } };
    for (const action of [other, deploy, redact])
      expect(await answered(under, simulating(under, action), "risk")).toBe("not_permitted");
    expect(simulate).not.toHaveBeenCalled();
    const create = call("create", { name: "stu", owner: { key: hex(keyOf("wjm")) } });
    expect(await answered(under, simulating(under, create), "risk")).toBe(200);
    expect(simulate).toHaveBeenCalledOnce();
    const [yielded] = simulate.mock.results;
    const answer = await (yielded!.value as ReturnType<typeof under.backend.simulate>);
    if (!answer.ok) throw new Error(answer.error.detail);
    const receipt = parseUtf8(answer.value.receipt)!.replace(
      '"module":"demo.accounts"',
      '"module":"demo.secret"',
    );
    simulate.mockResolvedValueOnce(ok({ ...answer.value, receipt: utf8(receipt) }));
    const problem = await askProblem(under, signedAs(under, simulating(under, create), { name: "risk" }));
    expect(problem).toMatchObject({ code: "not_permitted" });
    expect(problem.detail).not.toContain("demo");
  });

  it("lets everybody read what `default` says, and asks no more than that", async () => {
    const { under, id } = await opened([role("default", [ACCOUNTS])]);
    expect(await seers(under, id)).toEqual(["query", "simulate", "modules", "module", "rows", "history"]);
    const other = { url: pathOf("rows", { module: "juno", table: "acts" }) };
    expect(await answered(under, other)).toBe("read_unsigned");
  });

  it("looks at no signature while everybody reads everything", async () => {
    for (const roles of [[], [role("default", "*"), role("risk", [])]]) {
      const { under, id } = await opened(roles);
      expect(await seers(under, id)).toEqual(Object.keys(questionsOf(under, id)));
      const question = { url: pathOf("entries"), headers: { [READER_HEADER]: "no signature" } };
      expect((await ask(under, question)).status).toBe(200);
    }
  });

  it("answers everybody what is no row, nor tells of any", async () => {
    const { under } = await opened();
    for (const name of ["status", "epochs", "live", "ready", "metrics", "openapi", "docs"] as const)
      expect((await ask(under, { url: pathOf(name) })).status).toBe(200);
  });
});

describe("a signed read (A42, E63)", () => {
  const question: Question = { url: "/api/v1/entries?from=1" };
  const refusal = async (under: PretendNetwork, by: By, asked: Question = question) =>
    await askProblem(under, signedAs(under, asked, by));

  it("says nothing in another network, at another node, or for another request", async () => {
    const { under } = await opened();
    const treasury = { name: "treasury" };
    const network = Hash(parseHex("ab".repeat(32), 32)!);
    expect(await refusal(under, { ...treasury, network })).toMatchObject({ code: "read_forged" });
    // A member's, too: whoever relays what was signed for another node gets nothing with it.
    for (const name of ["treasury", "voter 3"])
      expect(await refusal(under, { name, node: 2 })).toMatchObject({ code: "read_forged" });
    expect(await refusal(under, { ...treasury, url: "/api/v1/entries?from=2" })).toMatchObject({
      code: "read_forged",
    });
    const header = readerHeader(under, question, treasury);
    const headers = { [READER_HEADER]: header };
    expect((await ask(under, { ...question, headers })).status).toBe(200);
    const nonced = { ...headers, [NONCE_HEADER]: "ab".repeat(8) };
    expect(await askProblem(under, { ...question, headers: nonced })).toMatchObject({ code: "read_forged" });
    const asked: Question = {
      method: "POST",
      url: pathOf("query"),
      body: { module: ACCOUNTS, query: "list" },
    };
    const other = { ...asked, body: { module: ACCOUNTS, query: "balance", args: { name: "wjm" } } };
    const [good] = [signedAs(under, asked, treasury)];
    expect((await ask(under, good!)).status).toBe(200);
    expect(await askProblem(under, { ...good!, body: other.body })).toMatchObject({ code: "read_forged" });
  });

  it("is one for its method alone, and nobody asks in another way", async () => {
    const { under } = await opened();
    const query: Question = {
      method: "POST",
      url: pathOf("query"),
      body: { module: ACCOUNTS, query: "list" },
    };
    for (const got of [{ url: query.url }, { ...query, method: "GET" as const }]) {
      const headers = { [READER_HEADER]: readerHeader(under, got, { name: "treasury" }) };
      expect(await askProblem(under, { ...query, headers })).toMatchObject({ code: "read_forged" });
    }
    for (const url of [question.url, pathOf("rows", { module: ACCOUNTS, table: "accounts" })])
      for (const method of ["GET", "HEAD"] as const) {
        const header = readerHeader(under, { url, method: method as "GET" }, { name: "treasury" });
        const headers = { [READER_HEADER]: header };
        const { statusCode, body } = await under.server.app.inject({ method: "HEAD", url, headers });
        expect({ statusCode, body: body.includes("wjm") }).toEqual({ statusCode: 405, body: false });
      }
  });

  it("is over the path as it is written, and judged by what that means", async () => {
    const { under } = await opened();
    const plain = pathOf("rows", { module: ACCOUNTS, table: "accounts" });
    const spelled = plain.replace("demo.accounts/a", "%64emo%2Eaccounts/%61");
    expect(spelled).not.toBe(plain);
    expect(await answered(under, { url: spelled }, "risk")).toBe(200);
    expect(await refusal(under, { name: "risk", url: plain }, { url: spelled })).toMatchObject({
      code: "read_forged",
    });
    expect(await answered(under, { url: spelled })).toBe("read_unsigned");
    expect(await answered(under, { url: spelled }, "stu")).toBe("not_permitted");
    const history = `${pathOf("history")}?module=%6auno&table=acts&key=x`;
    for (const url of ["/api/v1/tables/%6auno/acts", "/api/v1/tables/%6auno/%61cts?at=1", history])
      expect(await answered(under, { url }, "risk")).toBe("not_permitted");
    // What its role calls a table is no module, whose tables it reads.
    const asModule = { url: pathOf("rows", { module: `${ACCOUNTS}/accounts`, table: "accounts" }) };
    expect(await answered(under, asModule, "risk")).toBe("module_unknown");
    for (const url of ["/api/v1/Entries", "/api/v1/entries/?from=1", "/api/v1//entries"])
      expect(await answered(under, { url }), url).toMatch(/^(?:not_found|malformed)$/);
  });

  it("is good for a minute, and tells both clocks beyond that", async () => {
    const { under } = await opened();
    for (const time of [NOW - 60_000, NOW + 60_000])
      expect((await ask(under, signedAs(under, question, { name: "treasury", time }))).status).toBe(200);
    const problem = await refusal(under, { name: "treasury", time: NOW - 60_001 });
    expect(problem).toMatchObject({ code: "read_expired", status: 401 });
    expect(problem.detail).toContain("2026-01-31T11:58:59.999Z by the reader's clock");
    expect(problem.detail).toContain("2026-01-31T12:00:00.000Z");
    const far = { name: "treasury", time: Number.MAX_SAFE_INTEGER };
    expect((await refusal(under, far)).code).toBe("read_expired");
  });

  it("is verified for known keys only, and has one form", async () => {
    let verified = 0;
    const { under } = await opened();
    const forged = readerHeader(under, question, { name: "treasury" }).replace(/..$/, "00");
    const asked = (header: string) =>
      askProblem(under, { ...question, headers: { [READER_HEADER]: header } });
    const told = await asked(forged);
    expect(told).toMatchObject({ code: "read_forged", status: 401 });
    // Whose key it is, is told to who has it.
    expect(told.detail).toContain(hex(keyOf("treasury")));
    expect(told.detail).not.toContain("client");
    for (const header of ["", "x", `${forged}0`, forged.toUpperCase(), forged.replace(":", ":0")])
      expect((await asked(header)).code).toBe("malformed");
    const counting = await pretendNetwork({
      genesis: { roles: ROLES },
      verify: () => {
        verified += 1;
        return true;
      },
    });
    expect(await refusal(counting, { name: "nobody" })).toMatchObject({
      code: "reader_unknown",
      status: 403,
    });
    expect(verified).toBe(0);
    expect((await ask(counting, signedAs(counting, question, { name: "treasury" }))).status).toBe(200);
    expect(verified).toBe(1);
  });
});

function streamAt(port: number, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; text: () => string; ended: Promise<void> }>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/api/v1/stream?from=1", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      const ended = new Promise<void>((done) => response.once("end", () => done()));
      resolve({ status: response.statusCode ?? 0, text: () => text, ended });
    });
    request.once("error", reject);
  });
}

describe("a stream of one who may read no more (A44)", () => {
  it("ends before the entry that takes the right away, and cannot be opened again", async () => {
    const { under } = await opened();
    const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
    const headers = () => ({
      [READER_HEADER]: readerHeader(under, { url: "/api/v1/stream?from=1" }, { name: "treasury" }),
    });
    expect((await streamAt(port, {})).status).toBe(401);
    const stream = await streamAt(port, headers());
    await expect.poll(() => stream.text()).toContain("id: 2\n");
    decide(under, "roles", { define: [role("risk", [])], remove: [] });
    await expect.poll(() => stream.text()).toContain("id: 3\n");
    decide(under, "roles", { define: [role("treasury", [])], remove: [] });
    await stream.ended;
    expect(stream.text().includes("id: 4\n")).toBe(false);
    expect((await streamAt(port, headers())).status).toBe(403);
    await under.server.close();
  });

  it("was opened by a signature for a while and from one place on", async () => {
    const under = await pretendNetwork({ genesis: { roles: ROLES }, http: { streamSignedMs: 50 } });
    const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
    const signed = {
      [READER_HEADER]: readerHeader(under, { url: "/api/v1/stream?from=1" }, { name: "treasury" }),
    };
    for (const id of ["0", "1", "7"])
      expect((await streamAt(port, { ...signed, "last-event-id": id })).status).toBe(400);
    expect((await streamAt(port, { "last-event-id": "1" })).status).toBe(401);
    const later = { url: "/api/v1/stream?from=2" };
    expect(
      (await streamAt(port, { [READER_HEADER]: readerHeader(under, later, { name: "treasury" }) })).status,
    ).toBe(401);
    const stream = await streamAt(port, signed);
    expect(stream.status).toBe(200);
    await stream.ended;
    expect(stream.text()).toContain("id: 1\n");
    await under.server.close();
  });

  it("was opened by anybody while everybody read everything", async () => {
    const { under } = await opened([]);
    const { port } = await under.server.listen({ host: "127.0.0.1", port: 0 });
    const stream = await streamAt(port, {});
    await expect.poll(() => stream.text()).toContain("id: 2\n");
    decide(under, "roles", { define: [role("default", [])], remove: [] });
    await stream.ended;
    expect(stream.text().includes("id: 3\n")).toBe(false);
    await under.server.close();
  });
});
