// The client of a Juno network: made from its genesis and the addresses of some of its nodes. It
// signs, sends, waits, and believes outcomes only by proof (A12). Reads are one node's word, signed by
// it; who must not trust one node orders a query as a command.

import {
  CommandStateSchema,
  EntryPageSchema,
  type EvidencePageJson,
  EvidencePageSchema,
  type HistoryJson,
  HistorySchema,
  type ModuleJson,
  type ModuleListJson,
  ModuleListSchema,
  ModuleSchema,
  parseEntry,
  parseEntryProof,
  type QueryReplyJson,
  QueryReplySchema,
  type RowPageJson,
  RowPageSchema,
  type SimulateReplyJson,
  SimulateReplySchema,
  SnapshotListSchema,
  type SnapshotSummaryJson,
  type StatusJson,
} from "@juno/api";
import {
  type AppliedEntry,
  checkEntryProof,
  type EntryProof,
  Epochs,
  firstEpoch,
  type Genesis,
  parseGenesis,
  type SignedCommand,
} from "@juno/proof";
import { type ClientCrypto, defaultCrypto, type Signer } from "./client-crypto.ts";
import type { JunoClientOptions } from "./client-options.ts";
import { EpochLearner } from "./epoch-learner.ts";
import { JunoError } from "./juno-error.ts";
import { NodeCaller } from "./node-caller.ts";
import { badReply, NodeExchange } from "./node-exchange.ts";
import { giveOrder, type OrderWish } from "./node-order.ts";
import { below, NodeReads } from "./node-reads.ts";
import { NodeSet, type NodeState } from "./node-set.ts";
import { statusOf } from "./node-status.ts";
import { type BeliefContext, believe, type Fate, type Outcome } from "./outcome.ts";
import {
  type Action,
  type ActReadiness,
  type CommandOptions,
  EXPIRES_IN_MS,
  type PayloadContext,
  type PreparedCommand,
  payloadText,
  prepareCommand,
  preparedFrom,
} from "./payload.ts";
import { type ProvenRead, readProven } from "./proven-row.ts";
import { askReadiness } from "./readiness.ts";
import { type FetchedReceipt, fetchReceiptFile } from "./receipt-file.ts";
import { fetchSender, type Sender } from "./sender.ts";
import { type ClientEvent, followStream, type StreamOptions } from "./stream.ts";
import { SUBMITTER_LIMITS, Submitter } from "./submitter.ts";
import { rememberingVerify } from "./verdict-cache.ts";

/** Longer than a node works at a read, so that its own word is heard. */
const READ_TIMEOUT_MS = 12_000;

const nodeAt = (url: string): NodeState => new NodeSet([url], () => performance.now()).pick();

export class JunoClient {
  readonly genesis: Genesis;
  readonly #learner: EpochLearner;
  readonly #crypto: ClientCrypto;
  readonly #signers: readonly Signer[];
  readonly #sender: Sender;
  readonly #exchange: NodeExchange;
  readonly #nodes: NodeSet;
  readonly #caller: NodeCaller;
  readonly #belief: BeliefContext;
  readonly #submitter: Submitter;
  readonly #clock: () => number;
  readonly #reads: NodeReads;

  constructor(options: JunoClientOptions) {
    const crypto = { ...defaultCrypto(), ...options.crypto };
    const genesis = parseGenesis(crypto.sha256, options.genesis);
    if (!genesis.ok) throw new JunoError("bad_genesis", genesis.error.detail);
    if (options.nodes.length === 0) throw new JunoError("unreachable", "No node's address is given.");
    this.#crypto = crypto;
    this.genesis = genesis.value;
    this.#signers = options.signers ?? [];
    this.#sender = options.sender ?? fetchSender();
    this.#clock = options.clock ?? Date.now;
    this.#nodes = new NodeSet(options.nodes, () => performance.now());
    const { reader = this.#signers[0] } = options;
    const reading = { network: this.genesis.network, reader, clock: this.#clock };
    const exchange = new NodeExchange(this.#sender, crypto, reading);
    this.#exchange = exchange;
    const epochs = options.epochs ?? new Epochs(firstEpoch(this.genesis));
    this.#learner = new EpochLearner({
      ...{ epochs, exchange, nodes: this.#nodes, context: crypto, now: () => performance.now() },
    });
    const learner = this.#learner;
    this.#belief = { epochs, learner, sha256: crypto.sha256, verify: rememberingVerify(crypto.verify) };
    this.#caller = new NodeCaller({ sender: this.#sender, crypto, exchange, learner, nodes: this.#nodes });
    this.#reads = new NodeReads(this.#caller, this.#nodes, options.readTimeoutMs ?? READ_TIMEOUT_MS);
    this.#submitter = new Submitter({
      ...{ caller: this.#caller, nodes: this.#nodes, belief: this.#belief, clock: this.#clock },
      limits: { ...SUBMITTER_LIMITS, ...options.limits },
    });
  }

  get network(): Genesis["network"] {
    return this.genesis.network;
  }

  /** Who votes when, as far as it was learned: by verified links from the genesis, never by a node's word. */
  get epochs(): Epochs {
    return this.#learner.epochs;
  }

  /** Asks the nodes for later epochs; whether there were any. */
  learnEpochs(): Promise<boolean> {
    return this.#learner.learn();
  }

  /** Whether the node at this address is ready for a configuration or for versions, by the act's document (A29). */
  readiness(url: string, act: string): Promise<ActReadiness> {
    const { configuration } = this.epochs.last;
    const context = { exchange: this.#exchange, crypto: this.#crypto, network: this.network, configuration };
    return askReadiness(context, nodeAt(url), act);
  }

  /** Has the node at this address obey its operator (A32), who signs. */
  order(url: string, wish: OrderWish): ReturnType<typeof giveOrder> {
    const context = { caller: this.#caller, network: this.network, clock: this.#clock };
    return giveOrder(context, nodeAt(url), wish);
  }

  get #payloadContext(): PayloadContext {
    return { genesis: this.genesis, crypto: this.#crypto, clock: this.#clock };
  }

  /**
   * Makes and signs a command without sending it. Keep it before `send` if the outcome must not be lost
   * with this process: sending it again later is safe and answers the first outcome (A4).
   */
  prepare(actions: Action | readonly Action[], options: CommandOptions = {}): Promise<PreparedCommand> {
    const signers = options.signers ?? this.#signers;
    const list = Array.isArray(actions) ? actions : [actions];
    return prepareCommand(this.#payloadContext, list, { ...options, signers });
  }

  /** A command that was signed elsewhere, or kept from earlier, to be sent again. */
  prepared(signed: SignedCommand, expiresMs = this.#clock() + EXPIRES_IN_MS): PreparedCommand {
    return preparedFrom(this.#payloadContext, signed, expiresMs);
  }

  /** Resolves with the proved outcome, also of a command that failed; else rejects with a JunoError. */
  send(command: PreparedCommand): Promise<Outcome> {
    return this.#submitter.submit(command);
  }

  /** How often a command was sent once more, because no node had told its outcome yet (A11). */
  get resent(): number {
    return this.#submitter.resent;
  }

  /** `prepare` and `send`. Several actions are a batch under one signature. */
  async submit(actions: Action | readonly Action[], options: CommandOptions = {}): Promise<Outcome> {
    return this.send(await this.prepare(actions, options));
  }

  /** What became of a command, asked of one node after another; a final answer is proved. */
  async fate(id: string): Promise<Fate> {
    const refusal: { error?: JunoError } = {};
    let isUnproved = false;
    for (const node of this.#reads.nodesInTurn()) {
      try {
        const json = await this.#reads.readFrom(node, CommandStateSchema, "command", { id });
        if (json.id !== id) throw badReply(node, "it speaks of another command");
        if (json.state === "unknown" || json.state === "pending") return { state: json.state };
        if (json.proof === undefined) {
          if (json.state === "expired" && json.index === undefined) return { state: "expired" };
          // A node that began from a snapshot knows how it ended, and no proof of it: others may have one.
          isUnproved = true;
          continue;
        }
        const believed = await believe(this.#belief, id, json.proof);
        if (believed.ok) {
          const { redactedBy } = json;
          const redaction = redactedBy === undefined ? {} : { redactedBy };
          return { state: "final", outcome: believed.value, ...redaction };
        }
        refusal.error = new JunoError("bad_proof", `${node.url}: ${believed.error.detail}`);
      } catch (error) {
        if (!(error instanceof JunoError)) throw error;
        refusal.error = error;
      }
    }
    if (isUnproved) return { state: "pending" };
    throw refusal.error ?? new JunoError("unreachable", "No node answers.");
  }

  /** The receipt of a command, to be kept as a file that convinces whoever has the genesis (E35). */
  receipt(id: string): Promise<FetchedReceipt> {
    return fetchReceiptFile(this.#reads, this.#belief, id);
  }

  query(
    request: { readonly module: string; readonly query: string; readonly args?: unknown },
    options: { readonly consistency?: "local" | "linearizable" } = {},
  ): Promise<QueryReplyJson> {
    const body = JSON.stringify({ ...request, ...options });
    return this.#reads.read(QueryReplySchema, { method: "POST", path: "/query", body });
  }

  /** What a command would do now; nothing is sent to be ordered. */
  simulate(actions: readonly Action[], options: CommandOptions = {}): Promise<SimulateReplyJson> {
    const signers = options.signers ?? this.#signers;
    const { text } = payloadText(this.#payloadContext, actions, { ...options, signers });
    const body = JSON.stringify({ payload: text });
    return this.#reads.read(SimulateReplySchema, { method: "POST", path: "/simulate", body });
  }

  /** The status of the node that answers first, or of the one at this address. */
  async status(url?: string): Promise<StatusJson> {
    const status = statusOf(
      await (url === undefined
        ? this.#reads.ask({ method: "GET", path: below("status") })
        : this.#reads.answerOf(nodeAt(url), "status")),
    );
    if (status.epoch > this.epochs.last.electorate.epoch) await this.#learner.learn();
    return status;
  }

  /** The snapshots that the node at this address has; what it says of them is proved by their certificates only. */
  async snapshots(url: string): Promise<readonly SnapshotSummaryJson[]> {
    return (await this.#reads.readFrom(nodeAt(url), SnapshotListSchema, "snapshots")).snapshots;
  }

  /** A page of what the node at this address keeps against voters. It proves itself: nothing of it is checked here. */
  evidence(
    url: string,
    range: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<EvidencePageJson> {
    return this.#reads.readFrom(nodeAt(url), EvidencePageSchema, "evidence", {}, range);
  }

  /** Applied entries, each hashed onto the one before it. */
  async entries(range: { readonly from?: number; readonly limit?: number } = {}): Promise<{
    readonly entries: readonly AppliedEntry[];
    readonly applied: number;
    readonly next: number | undefined;
  }> {
    const page = await this.#reads.get(EntryPageSchema, "entries", {}, range);
    let previous: string | undefined;
    const entries = page.entries.map((json) => {
      const entry = parseEntry(this.#crypto.sha256, json);
      if (!entry.ok) throw new JunoError("bad_reply", entry.error.detail, { retryable: true });
      if (previous !== undefined && json.previousHash !== previous) {
        throw new JunoError("bad_reply", `entry ${json.index} does not follow the one before`);
      }
      previous = json.hash;
      return entry.value;
    });
    return { entries, applied: page.applied, next: page.next };
  }

  /** Proof, checked, that the log holds this entry at this index; undefined while there is none yet. */
  async entryProof(index: number): Promise<EntryProof | undefined> {
    const said = await this.#reads.ask({ method: "GET", path: below("entryProof", { index }) });
    if (said.status === 202) return undefined;
    const proof = parseEntryProof(said.json);
    if (!proof.ok) throw new JunoError("bad_reply", proof.error.detail);
    const context = { epochs: this.epochs, sha256: this.#crypto.sha256 };
    const checks = await this.#learner.judged(() => checkEntryProof(context, proof.value));
    if (!checks.ok) throw new JunoError("bad_proof", checks.error.detail);
    for (const check of checks.value) {
      if (!(await this.#belief.verify(check)))
        throw new JunoError("bad_proof", "a signature does not verify");
    }
    if (proof.value.header.index !== index) throw new JunoError("bad_proof", "it is of another entry");
    return proof.value;
  }

  rows(
    table: { readonly module: string; readonly table: string },
    range: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      /** As they were after this entry. */
      readonly at?: number;
    } = {},
  ): Promise<RowPageJson> {
    return this.#reads.get(RowPageSchema, "rows", table, range);
  }

  /**
   * A row, or that there is none, proved as of a checkpoint. Unless told, an old one is good enough: its
   * time is part of the answer.
   */
  provenRow(
    row: { readonly module: string; readonly table: string; readonly key: string },
    options: { readonly maxAgeMs?: number } = {},
  ): Promise<ProvenRead> {
    const parts = { reads: this.#reads, belief: this.#belief, clock: this.#clock };
    return readProven(parts, row, options.maxAgeMs ?? Number.POSITIVE_INFINITY);
  }

  history(
    row: { readonly module: string; readonly table: string; readonly key: string },
    range: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<HistoryJson> {
    return this.#reads.get(HistorySchema, "history", {}, { ...row, ...range });
  }

  modules(): Promise<ModuleListJson> {
    return this.#reads.get(ModuleListSchema, "modules");
  }

  /** A module's source and interface. */
  module(name: string): Promise<ModuleJson> {
    return this.#reads.get(ModuleSchema, "module", { name });
  }

  /** Entries from an index on as they are applied, across nodes that come and go. */
  stream(options: StreamOptions = {}): AsyncGenerator<ClientEvent, void, undefined> {
    const { sha256, verify } = this.#crypto;
    return followStream(
      { caller: this.#caller, nodes: this.#nodes, learner: this.#learner, sha256, verify },
      options,
    );
  }

  /** Ends everything; commands that are not decided are rejected with what is known of them. */
  close(): void {
    this.#submitter.close();
    this.#sender.close();
  }
}
