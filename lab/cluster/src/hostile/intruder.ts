// Somebody who holds the keys of one voter and speaks to the others in its name, over the real transport:
// anything it likes, signed or not. It keeps what it hears, and counts what it sends.

import { join } from "node:path";
import { type NodeId, type Sign, signedBytes } from "@juno/base";
import { bulk, decodeFrame, encodeFrame, type Frame, type MessageKind, signBody } from "@juno/consensus";
import {
  fixedKeys,
  loadGenesis,
  loadNodeConfig,
  loadNodeKeys,
  sha256,
  signerFrom,
  type TlsTransport,
  tlsTransport,
} from "@juno/node";
import { FIRST_EPOCH, type Genesis } from "@juno/proof";
import { until } from "../condition.ts";

/** It respects no limit of its own side. */
const LIMITS = {
  frameBytesMax: 64 * 1024 * 1024,
  queueBytesMax: 512 * 1024 * 1024,
  queueFramesMax: 1_000_000,
};
/** Frames kept of each kind. */
const KEPT_MAX = 100;

export class Intruder {
  readonly id: NodeId;
  readonly genesis: Genesis;
  readonly sent = new Map<NodeId, number>();
  readonly heard = new Map<MessageKind, Frame[]>();
  /** All frames ever heard, by kind. */
  readonly counts = new Map<MessageKind, number>();
  readonly #transport: TlsTransport;
  readonly #sign: Sign;

  private constructor(folder: string) {
    const config = loadNodeConfig(join(folder, "config.json"));
    const keys = loadNodeKeys(config.keysPath);
    this.genesis = loadGenesis(config.genesisPath);
    this.id = keys.id;
    this.#sign = signerFrom(keys.signSecret);
    const others = this.genesis.voters.filter(({ id }) => id !== keys.id);
    this.#transport = tlsTransport({
      self: keys.id,
      keys: fixedKeys(keys),
      listen: config.listen,
      addresses: config.peers,
      clock: { monotonicMs: () => performance.now() },
      limits: LIMITS,
    });
    this.#transport.admit({
      own: keys.transportKey,
      peers: others.map(({ id, transportKey }) => {
        return { id, transportKeys: [transportKey], address: undefined };
      }),
    });
    this.#transport.onFrame((_from, bytes) => this.#hear(bytes));
  }

  /** Takes the place of the node whose folder this is; that node must not run. */
  static async open(folder: string): Promise<Intruder> {
    const intruder = new Intruder(folder);
    await intruder.#transport.open();
    await intruder.connected();
    return intruder;
  }

  get peers(): readonly NodeId[] {
    return this.#transport.peers().map(({ id }) => id);
  }

  async connected(): Promise<void> {
    const isConnected = () => this.#transport.peers().every(({ connected }) => connected);
    await until({ what: "the intruder is connected", probe: () => isConnected() || undefined });
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (!frame.ok) throw new Error(`an honest node sent what is no frame: ${frame.error.detail}`);
    const { kind } = frame.value;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const kept = this.heard.get(kind) ?? [];
    this.heard.set(kind, kept);
    kept.push(frame.value);
    if (kept.length > KEPT_MAX) kept.shift();
  }

  /** Resolves with the newest frame of a kind that passes, once one was heard. */
  async hears<T>(kind: MessageKind, read: (frame: Frame) => T | undefined): Promise<T> {
    const probe = () => {
      const found = (this.heard.get(kind) ?? []).map(read).filter((value) => value !== undefined);
      return found.at(-1);
    };
    return await until({ what: `the intruder hears a ${kind} of use`, probe });
  }

  sign(kind: string, body: Uint8Array): Uint8Array {
    return this.#sign(signedBytes({ tag: kind, network: this.genesis.network, body }));
  }

  /** A frame in the own name with a good signature. */
  frame(kind: MessageKind, content: { body: Uint8Array; attachment?: Uint8Array }): Frame {
    const { body, attachment = new Uint8Array(0) } = content;
    const { network } = this.genesis;
    const signature = signBody({ network, sign: this.#sign }, kind, body);
    return { kind, from: this.id, body, signature, attachment };
  }

  /** The same for a kind whose body names the digest of what `write` attaches. */
  bulk(kind: MessageKind, write: Parameters<typeof bulk>[1]): Frame {
    return this.frame(kind, bulk({ epoch: FIRST_EPOCH, from: this.id, sha256 }, write));
  }

  send(to: NodeId, frame: Frame | Uint8Array): void {
    this.sent.set(to, (this.sent.get(to) ?? 0) + 1);
    this.#transport.send(to, frame instanceof Uint8Array ? frame : encodeFrame(frame));
  }

  /** Resolves once all that was sent has left; how many frames were lost on the way so far. */
  async flushed(): Promise<number> {
    const isEmpty = () => this.#transport.peers().every(({ queuedBytes }) => queuedBytes === 0);
    await until({ what: "all has been sent", probe: () => isEmpty() || undefined });
    return this.lost;
  }

  get lost(): number {
    return this.#transport.peers().reduce((sum, { droppedFrames }) => sum + droppedFrames, 0);
  }

  get queuedBytes(): number {
    return Math.max(...this.#transport.peers().map(({ queuedBytes }) => queuedBytes));
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}
