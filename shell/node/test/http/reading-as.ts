// Networks whose roles limit what everybody reads, a question to each route that shows something, and asking it under a key.

import { NONCE_HEADER, pathOf, READER_HEADER, requestDigest } from "@juno/api";
import { type Hash, hex, NodeId, utf8 } from "@juno/base";
import { encodeCommand, renderSignedRead, signedReadBytes } from "@juno/proof";
import { expect } from "vitest";
import { sha256 } from "../../src/crypto/sodium.ts";
import { ask, type Question } from "./asking.ts";
import {
  ACCOUNTS,
  call,
  createAccount,
  keyOf,
  NOW,
  type PretendNetwork,
  payloadOf,
  pretendNetwork,
  signOf,
} from "./pretend-network.ts";

export const role = (name: string, read: readonly string[] | "*") => ({ name, submit: "*", read });

/** `treasury` reads everything, `risk` the accounts, and whoever has no role nothing. */
export const ROLES = [role("default", []), role("treasury", "*"), role("risk", [`${ACCOUNTS}/accounts`])];

const guarded = (roles: readonly object[] = ROLES) => pretendNetwork({ genesis: { roles } });

export type By = {
  readonly name: string;
  readonly node?: number;
  readonly time?: number;
  readonly network?: Hash;
  readonly url?: string;
};

/** The header that the holder of a key makes for a request, or for another one. */
export function readerHeader(
  under: PretendNetwork,
  { method = "GET", url, body, headers }: Question,
  by: By,
): string {
  const { name, node = 1, time = NOW, network = under.network } = by;
  const digest = requestDigest(sha256, {
    method,
    target: by.url ?? url,
    nonce: headers?.[NONCE_HEADER] ?? "",
    body: utf8(body === undefined ? "" : JSON.stringify(body)),
  });
  const signed = signedReadBytes(network, { node: NodeId(node), time, requestDigest: digest });
  const signature = signOf(name)(signed);
  return renderSignedRead({ key: keyOf(name), time, signature });
}

export const signedAs = (under: PretendNetwork, question: Question, by: By): Question => ({
  ...question,
  headers: { ...question.headers, [READER_HEADER]: readerHeader(under, question, by) },
});

/** `200`, or the code of the refusal. */
export async function answered(under: PretendNetwork, question: Question, name?: string): Promise<unknown> {
  const asked = name === undefined ? question : signedAs(under, question, { name });
  const { status, json } = await ask(under, asked);
  return status < 300 ? 200 : (json as { readonly code: string }).code;
}

export async function opened(roles?: readonly object[]) {
  const under = await guarded(roles);
  const made = under.command(["wjm"], [createAccount("wjm")]);
  const submitted = await ask(under, {
    method: "POST",
    url: "/api/v1/commands?wait=committed",
    body: made.json,
  });
  // A43: whoever submits is told what became of it, and signs nothing but the command.
  expect(submitted.json).toMatchObject({ state: "applied", status: "ok" });
  return { under, id: made.id };
}

export const simulating = (under: PretendNetwork, action: object): Question => ({
  method: "POST",
  url: "/api/v1/simulate",
  body: { payload: payloadOf(under.network, { signers: ["wjm"], actions: [action] }) },
});

/** A request to each route that shows something, and whether the answer is there for whoever may have it. */
export function questionsOf(under: PretendNetwork, id: string): Readonly<Record<string, Question>> {
  const rows = `${pathOf("rows", { module: ACCOUNTS, table: "accounts" })}`;
  return {
    command: { url: pathOf("command", { id }) },
    receipt: { url: pathOf("receipt", { id }) },
    query: { method: "POST", url: pathOf("query"), body: { module: ACCOUNTS, query: "list" } },
    simulate: simulating(under, call("create", { name: "stu", owner: { key: hex(keyOf("wjm")) } })),
    entries: { url: pathOf("entries") },
    entry: { url: pathOf("entry", { index: 1 }) },
    entryProof: { url: pathOf("entryProof", { index: 1 }) },
    modules: { url: pathOf("modules") },
    module: { url: pathOf("module", { name: ACCOUNTS }) },
    rows: { url: `${rows}?limit=5` },
    history: { url: `${pathOf("history")}?module=${ACCOUNTS}&table=accounts&key=wjm` },
    snapshots: { url: pathOf("snapshots") },
    snapshotManifest: { url: pathOf("snapshotManifest", { index: 9 }) },
    snapshotChunk: { url: pathOf("snapshotChunk", { index: 9, chunk: 0 }) },
    evidence: { url: pathOf("evidence") },
  };
}

/** An act of the only administrator, at once. */
export function decide(under: PretendNetwork, kind: string, content: object): void {
  const head = { format: 1, kind, nonce: hex(sha256(utf8(JSON.stringify(content)))).slice(0, 32) };
  const act = JSON.stringify({ ...head, expires: NOW + 60_000, reason: "x", content });
  const approvals = [{ key: hex(keyOf("admin")), signature: "ab".repeat(64) }];
  const { signed } = under.command(["wjm"], [{ propose: { act, approvals } }]);
  under.backend.appendEntries([{ kind: "command", body: encodeCommand(signed) }]);
}
