// A ledger whose network is governed: three administrators of whom two decide, the operators of the small network, and
// acts made from a few words. Signatures are as in test/network.ts: nobody could verify them.

import { compareText, hex, NodeId, parseHex, utf8 } from "@juno/base";
import { actId, type ConfigBody, type Entry, encodeCommand, encodeConfigBody } from "@juno/proof";
import { type Applied, apply, type LedgerContext, MemoryView, renderTime } from "../src/index.ts";
import {
  commandOf,
  contextOf,
  entryOf,
  keyOf,
  Ledger,
  MINUTE,
  NOW,
  payloadOf,
  type ReceiptText,
  receiptOf,
  sha256,
} from "./network.ts";

export const ADMINS = ["ada", "ben", "cleo"];
export const ADMIN_POLICY = { atLeast: 2, of: ADMINS.map((name) => ({ key: keyOf(name) })) };
export const DAY = 24 * 60 * MINUTE;

let nonces = 0;

/** The text of an act's document. */
export function actOf(kind: string, content: object = {}, change: object = {}): string {
  nonces += 1;
  const nonce = nonces.toString(16).padStart(32, "0");
  const head = { format: 1, kind, nonce, expires: NOW + DAY, reason: `why ${kind}` };
  return JSON.stringify({ ...head, content, ...change });
}

export const idOf = (document: string): string => hex(actId(sha256, utf8(document)));

const SIGNATURE = "ab".repeat(64);
/** By name, as a command brings them. */
export const approvalsBy = (names: readonly string[]) =>
  names.map((name) => ({ key: keyOf(name), signature: SIGNATURE })).sort((a, b) => compareText(a.key, b.key));

export const readyOf = (nodes: readonly number[]) => nodes.map((node) => ({ node, signature: SIGNATURE }));

/** A node whose keys are those of the genesis, or of a later generation. */
export const nodeOf = (id: number, { role = "voter", generation = "" } = {}) => ({
  ...{ id, role },
  signKey: keyOf(`sign ${id}${generation}`),
  transportKey: keyOf(`transport ${id}${generation}`),
});

export const configuration = (
  ids: readonly number[],
  { epoch = 1, admin = ADMIN_POLICY as object, nodes = ids.map((id) => nodeOf(id)) as object[] } = {},
) => ({ epoch, nodes, policies: { admin } });

/** The body of the config entry that an act leads to (E55). */
export function configBody(document: string, names: readonly string[], ready: readonly number[]): Uint8Array {
  const signature = parseHex(SIGNATURE, 64)!;
  const body: ConfigBody = {
    document: utf8(document),
    approvals: approvalsBy(names).map(({ key }) => ({ key: parseHex(key, 32)!, signature })),
    ready: ready.map((node) => ({ node: NodeId(node), signature })),
  };
  return encodeConfigBody(body);
}

export const governedContext = (limits: object = {}): LedgerContext =>
  contextOf({ limits, policies: { admin: ADMIN_POLICY } });

export class GoverningLedger {
  readonly ledger: Ledger;
  readonly entries: Entry[] = [];

  constructor(context: LedgerContext = governedContext()) {
    this.ledger = new Ledger(new MemoryView(), context);
  }

  get view(): MemoryView {
    return this.ledger.view;
  }

  /** Applies a command with one action as the next entry; its receipt. */
  enter(action: object, rest: Parameters<typeof payloadOf>[1] = {}): ReceiptText {
    return receiptOf(this.applied(action, rest));
  }

  applied(action: object, rest: Parameters<typeof payloadOf>[1] = {}): Applied {
    const fixed = { network: this.ledger.context.networkHex, gasLimit: 5_000_000 };
    const expires = renderTime(this.ledger.time + MINUTE);
    return this.submit(payloadOf([action], { ...fixed, expires, ...rest }));
  }

  submit(payload: ReturnType<typeof payloadOf>): Applied {
    return this.#apply(encodeCommand(commandOf(payload)), "command");
  }

  /** Applies a config entry as the next one. */
  configure(body: Uint8Array): Applied {
    return this.#apply(body, "config");
  }

  #apply(body: Uint8Array, kind: Entry["kind"]): Applied {
    const { ledger, view } = this;
    ledger.index += 1;
    const entry = entryOf(body, { index: ledger.index, time: ledger.time, kind });
    this.entries.push(entry);
    const applied = apply(ledger.context, view, entry);
    view.accept(applied, entry);
    return applied;
  }

  propose(document: string, by: readonly string[], ready?: readonly number[]): ReceiptText {
    const more = ready === undefined ? {} : { ready: readyOf(ready) };
    return this.enter({ propose: { act: document, approvals: approvalsBy(by), ...more } });
  }

  approve(act: string, by: readonly string[]): ReceiptText {
    return this.enter({ approve: { act, approvals: approvalsBy(by) } });
  }

  /** A row of the ledger's own. */
  row(table: string, key: string): Record<string, unknown> | undefined {
    const row = this.view.row({ module: "juno", table, key });
    return row === undefined
      ? undefined
      : (JSON.parse(new TextDecoder().decode(row)) as Record<string, unknown>);
  }
}

/** The code with which the only action of a command was refused; undefined if it was done. */
export const refusalOf = (receipt: ReceiptText): unknown => {
  const [action] = receipt.actions;
  return action?.error?.fields.code;
};
