// Acts of a trial's administrators (C24): proposed, with what nodes say they are ready for, and what the ledger answered.

import { dirname, join } from "node:path";
import { hex, signedBytes, utf8 } from "@juno/base";
import { type ActReadiness, type JunoClient, JunoError } from "@juno/client";
import { loadClientKeys, sha256, signerFrom } from "@juno/node";
import { actId } from "@juno/proof";
import type { Cluster } from "../cluster.ts";

/** Needs language version 2 (C34). */
const CALENDAR = `module trial.calendar
import std.date {date}
upgrade by never
query day() -> Text = date(2024, 1, 31).to_text()
`;
const ADMINS = ["admin-1", "admin-2"];
const HOUR_MS = 3_600_000;

export type Said = { readonly act: string; readonly code: string | undefined; readonly index: number };

export class ActDesk {
  readonly #cluster: Cluster;
  readonly #client: JunoClient;
  #acts = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#client = cluster.client();
  }

  document(kind: string, content: object): string {
    this.#acts += 1;
    const nonce = String(this.#acts).padStart(32, "0");
    const head = { format: 1, kind, nonce, expires: Date.now() + HOUR_MS, reason: "a trial" };
    return JSON.stringify({ ...head, content });
  }

  /** Which nodes say that they are ready, and why the others do not. */
  async readiness(
    act: string,
    nodes: readonly number[],
  ): Promise<{ readonly ready: readonly ActReadiness[]; readonly refusals: readonly string[] }> {
    const ready: ActReadiness[] = [];
    const refusals: string[] = [];
    for (const node of nodes) {
      try {
        ready.push(await this.#client.readiness(this.#cluster.url(node), act));
      } catch (error) {
        if (!(error instanceof JunoError)) throw error;
        refusals.push(error.message);
      }
    }
    return { ready, refusals };
  }

  /** Deploys a module that speaks the later language; the code of the refusal, if it was refused. */
  async deploy(): Promise<string | undefined> {
    const signers = [this.#cluster.clientSigners[0]!, ...this.#cluster.operatorSigners.slice(0, 2)];
    const { receipt } = await this.#client.submit([{ deploy: [CALENDAR] }], { signers });
    const code = receipt.actions[0]?.error?.fields.code;
    return code === undefined ? undefined : String(code);
  }

  /** Approved by `count` administrators; the code of the refusal, if it was refused. */
  async propose(
    document: string,
    {
      count = ADMINS.length,
      ready,
    }: { readonly count?: number; readonly ready?: readonly ActReadiness[] } = {},
  ): Promise<Said> {
    const body = actId(sha256, utf8(document));
    const message = signedBytes({ tag: "act", network: this.#client.network, body });
    const approvals = ADMINS.slice(0, count).map((name) => {
      const folder = dirname(this.#cluster.genesisPath);
      const { key, secret } = loadClientKeys(join(folder, "admins", `${name}.json`));
      return { key: hex(key), signature: hex(signerFrom(secret)(message)) };
    });
    approvals.sort((a, b) => (a.key < b.key ? -1 : 1));
    const propose = { act: document, approvals, ...(ready === undefined ? {} : { ready }) };
    const [signer] = this.#cluster.clientSigners;
    const { index, receipt } = await this.#client.submit([{ propose }], { signers: [signer!] });
    const code = receipt.actions[0]?.error?.fields.code;
    return { act: hex(body), index, code: code === undefined ? undefined : String(code) };
  }
}
