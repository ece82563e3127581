// Acts on the command line: approvals that are made offline, what is told of acts, when a configuration counts as in force, and
// who is named as not ready.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StatusJson } from "@juno/api";
import { Epoch, Hash, hex, jsonObject, parseHex, utf8 } from "@juno/base";
import { JunoError } from "@juno/client";
import { createKeyPair, saveClientKeys, sha256, verifySignature } from "@juno/node";
import { actId, approvalCheck } from "@juno/proof";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeAct, readActDocument } from "../../src/admin/act-document.ts";
import { awaitedWords, demandReady, NOBODY, readinessFor } from "../../src/admin/act-readiness.ts";
import { contentWords, lackingOf } from "../../src/admin/act-view.ts";
import { approvalsOf } from "../../src/admin/approvals.ts";
import { keysThatDecide, withNames } from "../../src/admin/desk.ts";
import { entered } from "../../src/admin/follow-configuration.ts";
import { configurationJson } from "../../src/admin/next-configuration.ts";
import { actOfRow, OwnTables } from "../../src/admin/own-tables.ts";
import { askAll, readinessWords } from "../../src/admin/readiness.ts";
import { standstill } from "../../src/admin/standstill.ts";
import { namesOf } from "../../src/admin/words.ts";
import type { NodeReport } from "../../src/view/status-view.ts";
import { pretendStatus } from "../pretend-status.ts";
import { FOUR, keyHex, twoOf } from "./members.ts";

const NETWORK = Hash(new Uint8Array(32).fill(7));
const nameOf = namesOf(new Map());
const act = makeAct({ kind: "halt", reason: "a test", expires: 1_000, content: jsonObject({}) });
const inForce = { configuration: FOUR, before: () => undefined, operator: twoOf(7, 8) };
const approvedBy = (...keys: readonly number[]) =>
  keys.map((key) => ({ key: keyHex(key), signature: "", at: 1 }));

let folder: string;
const keyFiles: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-acts-"));
  for (const name of ["a", "b"]) {
    const path = join(folder, `${name}.json`);
    saveClientKeys(path, { name, ...createKeyPair() });
    keyFiles.push(path);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an act's document", () => {
  it("is identified by its exact bytes, and never made twice alike", () => {
    expect(act.id).toBe(hex(actId(sha256, utf8(act.text))));
    expect(readActDocument(act.text, "it").id).toBe(act.id);
    expect(readActDocument(`${act.text}\n`, "it").id).not.toBe(act.id);
    const again = makeAct({ kind: "halt", reason: "a test", expires: 1_000, content: jsonObject({}) });
    expect(again.id).not.toBe(act.id);
  });

  it("is refused with what is wrong with it", () => {
    expect(() => readActDocument("{}", "act.json")).toThrow(
      'act.json is no act: the member "format" is missing',
    );
    expect(() => readActDocument("x", "act.json")).toThrow("act.json is not JSON");
    const head = { kind: "halt", expires: 1_000, content: jsonObject({}) };
    expect(() => makeAct({ ...head, reason: "x".repeat(1_001) })).toThrow("1 to 1000 bytes expected");
  });
});

describe("names", () => {
  const told = {
    rows: [
      { key: keyHex(1), value: { name: null } },
      { key: keyHex(2), value: { name: "cfo" } },
    ],
  };
  const clientOf = new Map([1, 2, 3].map((id) => [keyHex(id), { name: `g${id}` }]));
  const fileNames = new Map([1, 2, 4].map((id) => [keyHex(id), `file ${id}`]));
  const namedBy = async (rows: () => Promise<unknown>) => {
    const desk = { client: { rows }, place: { genesis: { clientOf } }, fileNames };
    const named = await withNames(desk as never);
    return [1, 2, 3, 4, 5].map((id) => named.nameOf(keyHex(id)));
  };
  const short = (id: number) => keyHex(id).slice(0, 12);

  it("are those of the ledger; where they are one node's word, with the key", async () => {
    expect(await namedBy(async () => told)).toEqual([
      ...["file 1", `cfo (key ${short(2)})`, "g3", "file 4", `key ${short(5)}`],
    ]);
  });

  it("are those of genesis and key files where nobody tells others", async () => {
    const silent = () => Promise.reject(new JunoError("unreachable", "No node answers."));
    expect(await namedBy(silent)).toEqual(["g1", "g2", "g3", "file 4", `key ${short(5)}`]);
  });
});

describe("approvals", () => {
  it("are signatures of the act in ascending order of keys, and travel in files", async () => {
    const both = await approvalsOf(NETWORK, act.id, { key: keyFiles });
    expect(both.map(({ key }) => key)).toEqual([...both.map(({ key }) => key)].sort());
    for (const { key, signature } of both) {
      const approval = { key: parseHex(key, 32)!, signature: parseHex(signature, 64)! };
      expect(verifySignature(approvalCheck(NETWORK, Hash(parseHex(act.id, 32)!), approval))).toBe(true);
    }
    const path = join(folder, "approval.json");
    writeFileSync(path, JSON.stringify({ act: act.id, approvals: both.slice(0, 1) }));
    expect(await approvalsOf(NETWORK, act.id, { approval: [path], key: keyFiles })).toEqual(both);
    expect(await approvalsOf(NETWORK, act.id, { approval: [path] })).toEqual(both.slice(0, 1));
    await expect(approvalsOf(NETWORK, "00".repeat(32), { approval: [path] })).rejects.toThrow(
      `approves the act ${act.id}`,
    );
  });

  it("are asked for where none is given", async () => {
    await expect(approvalsOf(NETWORK, act.id, {})).rejects.toThrow("Give --key");
  });

  it("are completed with as few keys of the policy as decide, for judging", () => {
    expect(keysThatDecide(twoOf(1, 2, 3), [])).toEqual([1, 2].map(keyHex));
    expect(keysThatDecide(twoOf(1, 2, 3), [keyHex(3)])).toEqual([1, 3].map(keyHex));
    expect(keysThatDecide(twoOf(1, 2, 3), [keyHex(9)])).toEqual([1, 2, 9].map(keyHex));
  });
});

describe("what is told of an act", () => {
  it("is what it lacks, by any policy that may decide it", () => {
    const short = (key: number) => nameOf(keyHex(key));
    const halt = { kind: "halt", approvals: approvedBy(7) };
    expect(lackingOf(halt, inForce, nameOf)).toBe(`2 of ${[1, 2, 3].map(short).join(", ")}, or ${short(8)}`);
    expect(lackingOf({ kind: "halt", approvals: approvedBy(7, 8) }, inForce, nameOf)).toBeUndefined();
    expect(lackingOf({ kind: "clients", approvals: approvedBy(7, 8) }, inForce, nameOf)).toContain("2 of");
    expect(lackingOf({ kind: "clients", approvals: approvedBy(1, 3) }, inForce, nameOf)).toBeUndefined();
  });

  it("is what it does, of every kind", () => {
    const words = (kind: string, content: Parameters<typeof jsonObject>[0]) =>
      contentWords(
        makeAct({ kind, reason: "a test", expires: 1, content: jsonObject(content) }),
        inForce,
        nameOf,
      );
    const carol = jsonObject({ name: "carol", key: keyHex(5), roles: ["auditor"] });
    expect(words("clients", { set: [carol], remove: ["dave"] })).toEqual([
      "client carol: key 000000000000, roles auditor",
      "no client dave any more",
    ]);
    expect(words("step-down", { epoch: 2, term: 5 })[0]).toContain("term 5 of epoch 2");
    expect(words("operators", { policy: jsonObject({ key: keyHex(5) }) })).toEqual([
      "operators: key 000000000000",
    ]);
    expect(words("unheard-of", { x: 1 })).toEqual(['{"x":1}']);
  });
});

describe("an act that a node tells", () => {
  const row = (document: string) => ({
    ...{ kind: "halt", document, at: 1, time: "2026-01-01T00:00:00.000Z", by: keyHex(1), status: "open" },
    ...{ expires: "2026-01-02T00:00:00.000Z", since: 1, approvals: [], ready: [] },
  });

  it("is believed only with the document that its id is of", () => {
    expect(actOfRow(act.id, row(act.text))).toMatchObject({ act: { id: act.id }, document: act });
    const other = act.text.replace("a test", "another");
    expect(() => actOfRow(act.id, row(other))).toThrow("tells another document");
  });
});

describe("a configuration that was approved", () => {
  const report = (node: number, epoch: number): NodeReport => ({
    url: `http://${node}`,
    status: pretendStatus(node, { epoch }),
  });
  const next = { ...FOUR, epoch: Epoch(1) };

  it("is in force when a quorum of its voters says so, and none that answers is behind", () => {
    const down: NodeReport = { url: "http://4", problem: "it does not answer" };
    expect(
      entered(
        [1, 2, 3].map((node) => report(node, 1)),
        next,
      ),
    ).toEqual({ met: [1, 2, 3] });
    expect(entered([...[1, 2, 3].map((node) => report(node, 1)), down], next)).toEqual({ met: [1, 2, 3] });
    expect(entered([report(1, 1), report(2, 1), down], next)).toHaveProperty("lacking");
    const behind = entered([...[1, 2, 3].map((node) => report(node, 1)), report(4, 0)], next);
    expect(behind).toMatchObject({ lacking: expect.stringContaining("behind: 4") });
  });

  it("does not wait for nodes that have no vote in it", () => {
    const reports = [...[1, 2, 3, 4].map((node) => report(node, 1)), report(5, 0)];
    expect(entered(reports, next)).toEqual({ met: [1, 2, 3, 4] });
  });
});

describe("who is ready", () => {
  it("is counted by node, and who is not is named with the reason", async () => {
    const client = {
      readiness: async (url: string) => {
        if (url === "http://2") throw new JunoError("not_ready", "it has not caught up");
        return { node: Number(url.at(-1)), signature: "" };
      },
    };
    const nodes = [
      { url: "http://3" },
      { id: 1, url: "http://1" },
      { id: 2, url: "http://2" },
      { id: 9, url: "http://9" },
    ];
    const asked = await askAll(client, { act: act.text, next: FOUR, nodes });
    expect(asked.ready.map(({ node }) => node)).toEqual([1, 3]);
    expect(asked.notReady).toEqual([
      "node 2: it has not caught up",
      "node 4: none of the addresses asked is known to be its own; give its API with --url",
    ]);
    expect(readinessWords(asked, FOUR)[0]).toBe("Ready: 1, 3 (2 of 4 voters, 3 must be)");
  });

  it("is asked again when an act is approved, for the ledger knows who was when it was proposed", async () => {
    const content = configurationJson({ ...FOUR, epoch: Epoch(1) });
    const next = makeAct({ kind: "configure", reason: "a test", expires: 1_000, content });
    const nodes = FOUR.members.map(({ id }) => ({ id, url: `http://${id}` }));
    const place = { nodes };
    const askedWhile = async (...away: readonly number[]) => {
      const readiness = async (url: string) => {
        const node = Number(url.at(-1));
        if (away.includes(node)) throw new JunoError("unreachable", "it is away");
        return { node, signature: "" };
      };
      return await readinessFor({ client: { readiness }, place }, next, inForce);
    };
    const [oneAway, twoAway] = [await askedWhile(4), await askedWhile(3, 4)];
    expect(() => demandReady(oneAway)).not.toThrow();
    expect(() => demandReady(twoAway)).toThrow(
      "only 2 of the voters that must carry it are ready now, where 3 must",
    );
    expect(awaitedWords(twoAway)).toContain("  not ready, node 3: it is away");
    expect(() => demandReady(NOBODY)).not.toThrow();
  });

  it("is warned of where they are only just enough", () => {
    const ready = [1, 2, 3].map((node) => ({ node, signature: "" }));
    const warning = "  as long as the others are not, none of these may fail";
    expect(readinessWords({ ready, notReady: ["node 4: away"] }, FOUR)).toContain(warning);
    expect(readinessWords({ ready: ready.slice(1), notReady: ["node 4: away"] }, FOUR)).not.toContain(
      warning,
    );
  });
});

describe("a network without a quorum", () => {
  const stall = {
    ...{ waitingFor: "contact" as const, sinceMs: 9_000, need: 3, have: [1, 2], lacks: [3, 4] },
    detail: "2 of 3",
  };
  const seen = (patches: readonly Partial<StatusJson>[]) => {
    const client = {
      status: async (url: string) => pretendStatus(Number(url.at(-1)), patches[Number(url.at(-1)) - 1]),
    };
    const nodes = patches.map((_, at) => ({ url: `http://${at + 1}` }));
    return standstill(client, { nodes, voters: [1, 2, 3, 4] });
  };

  it("can decide nothing, whatever a node says that judges an act (C18)", async () => {
    expect(await seen([{ stall }, { stall }])).toContain("node 1 has 2 of 3");
    expect(await seen([{ stall }, {}])).toBeUndefined();
    expect(await seen([{}, {}])).toBeUndefined();
  });
});

describe("the ledger's own tables", () => {
  it("are read page by page", async () => {
    const rows = ["a", "b", "c"].map((key) => ({ key, value: { key } }));
    const client = {
      rows: async (_: unknown, { after }: { after?: string } = {}) => {
        const at = rows.findIndex(({ key }) => key === after) + 1;
        const next = at + 1 < rows.length ? { next: rows[at]!.key } : {};
        return { index: 1, root: "", rows: rows.slice(at, at + 1), ...next };
      },
    };
    const tables = await OwnTables.fetch(client, ["policies"]);
    expect(["a", "b", "c", "d"].map((key) => tables.row({ module: "juno", table: "policies", key }))).toEqual(
      [...["a", "b", "c"].map((key) => utf8(`{"key":"${key}"}`)), undefined],
    );
  });
});
