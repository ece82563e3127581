// A ledger without a network: commands are really signed, verified and applied in memory, one entry each,
// and proved by nobody. For tests of what stands on the client library.

import {
  CommandReceiptSchema,
  checkShape,
  jsonOf,
  type ModuleJson,
  type ModuleListJson,
  type StatusJson,
} from "@juno/api";
import { Epoch, hex, LogIndex, NodeId, parseUtf8, Term, utf8 } from "@juno/base";
import { type Action, JunoError, type Outcome, type Signer } from "@juno/client";
import { apply, describeModule, ledgerContext, listModules, MemoryView, query } from "@juno/ledger";
import { loadGenesis, sha256 } from "@juno/node";
import { chainEntry, Epochs, encodeCommand, firstEpoch, type OutcomeProof } from "@juno/proof";
import type { LedgerClient } from "../src/repl/session-context.ts";

const LIFETIME_MS = 60_000;

export class PretendLedger implements LedgerClient {
  readonly genesis;
  readonly epochs;
  /** The status that every node shows; without one they do not answer. */
  nodeStatus: StatusJson | undefined;
  /** Thrown in place of the next outcome. */
  nextError: Error | undefined;
  readonly #view = new MemoryView();
  readonly #outcomes = new Map<string, Outcome>();
  #previousHash;
  #index = 0;

  constructor(genesisPath: string) {
    this.genesis = loadGenesis(genesisPath);
    this.epochs = new Epochs(firstEpoch(this.genesis));
    this.#previousHash = this.genesis.network;
  }

  get #context() {
    return ledgerContext({ sha256, genesis: this.genesis });
  }

  async submit(
    actions: Action | readonly Action[],
    options: { readonly signers?: readonly Signer[] } = {},
  ): Promise<Outcome> {
    const error = this.nextError;
    this.nextError = undefined;
    if (error !== undefined) throw error;
    const signers = options.signers ?? [];
    this.#index += 1;
    const time = this.genesis.startTime + this.#index;
    const list: readonly Action[] = Array.isArray(actions) ? actions : [actions];
    const payload = utf8(
      JSON.stringify({
        network: hex(this.genesis.network),
        nonce: String(this.#index).padStart(32, "0"),
        expires: new Date(time + LIFETIME_MS).toISOString(),
        gasLimit: this.genesis.limits.commandGasMax,
        signers: signers.map(({ key }) => ({ key: hex(key) })),
        actions: list.map((action) =>
          "deploy" in action ? { deploy: { modules: action.deploy } } : { call: action },
        ),
      }),
    );
    const signatures = signers.map(({ key }) => ({ key, signature: new Uint8Array(64) }));
    const place = { epoch: Epoch(0), index: LogIndex(this.#index), term: Term(1), time };
    const body = encodeCommand({ payload, signatures });
    const entry = chainEntry(sha256, this.#previousHash, { ...place, kind: "command", body });
    if (!entry.ok) throw new Error(entry.error.detail);
    this.#previousHash = entry.value.hash;
    const applied = apply(this.#context, this.#view, entry.value);
    this.#view.accept(applied, entry.value);
    const receipt = checkShape(CommandReceiptSchema, JSON.parse(parseUtf8(applied.receipt)!));
    if (!receipt.ok) throw new Error(receipt.error.detail);
    const id = hex(sha256(payload));
    const { status } = receipt.value;
    if (status === "duplicate") throw new Error("nonces differ");
    const proof: OutcomeProof = {
      commandId: sha256(payload),
      signaturesHash: sha256(body),
      header: { ...place, kind: "command" },
      previousHash: this.#previousHash,
      receipt: applied.receipt,
      attestations: [1, 2].map((voter) => ({
        ack: { voter: NodeId(voter), body: new Uint8Array(), signature: new Uint8Array(64) },
        path: [],
      })),
    };
    const outcome = { id, status, index: this.#index, time, receipt: receipt.value, proof };
    this.#outcomes.set(id, outcome);
    return outcome;
  }

  async query(request: { readonly module: string; readonly query: string; readonly args?: unknown }) {
    const args = jsonOf(request.args ?? {});
    if (!args.ok) throw new JunoError("malformed", args.error.detail);
    const place = { index: this.#index, time: this.genesis.startTime + this.#index };
    const answer = query(this.#context, this.#view, { ...request, args: args.value }, place);
    if (!answer.ok) throw new JunoError("query_failed", answer.error.detail);
    const result: unknown = JSON.parse(parseUtf8(answer.value)!);
    return { index: this.#index, root: "00".repeat(32), result };
  }

  async modules(): Promise<ModuleListJson> {
    const modules: unknown = JSON.parse(parseUtf8(listModules(this.#context, this.#view))!);
    return { modules: modules as ModuleListJson["modules"] };
  }

  async module(name: string): Promise<ModuleJson> {
    const described = describeModule(this.#context, this.#view, name);
    if (described === undefined) throw new JunoError("module_unknown", `there is no module ${name}`);
    return JSON.parse(parseUtf8(described)!) as ModuleJson;
  }

  async status(url?: string): Promise<StatusJson> {
    if (this.nodeStatus === undefined) throw new JunoError("unreachable", `${url} does not answer.`);
    return this.nodeStatus;
  }

  async fate(id: string) {
    const outcome = this.#outcomes.get(id);
    return outcome === undefined ? ({ state: "unknown" } as const) : ({ state: "final", outcome } as const);
  }
}
