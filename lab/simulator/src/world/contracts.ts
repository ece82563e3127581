// The contracts of the simulated bank: which modules there are, in which versions, where their coins lie, and what an
// order's calls are in a command's payload. Few different sources, since each is compiled once in a process.

import { readFileSync } from "node:fs";
import { hex } from "@juno/base";
import { type AnyCall, tillName, versionOf } from "@juno/judge";
import { simulatedKey } from "../crypto.ts";

export const ACCOUNTS = "demo.accounts";
export const TILL = "lab.till";
export const DESK = "lab.desk";
/** Have the roles of their names, which the contracts ask for, and are the network's operators. */
export const OFFICERS = ["treasury", "risk", "cfo"] as const;
export type Officer = (typeof OFFICERS)[number];
/** The points that the versions of the till give for a visit. */
export const BONUSES = [1n, 3n] as const;

const sourceIn = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

export const ACCOUNTS_SOURCE = sourceIn("examples/contracts/accounts.hop");

const deployed = {
  till: sourceIn("lab/judge/contracts/till.hop"),
  desk: sourceIn("lab/judge/contracts/desk.hop"),
  broken: sourceIn("lab/judge/contracts/broken.hop"),
} as const;

type Deployment = Extract<AnyCall, { readonly kind: "deploy" }>;

const sourceOf = ({ module, bonus }: Deployment): string => versionOf(deployed[module], bonus);

/** Who must sign a call besides the client that asks for it, and what it may cost. */
export function demandsOf(call: AnyCall): { readonly officers: readonly Officer[]; readonly gas: number } {
  switch (call.kind) {
    case "mint":
      return { officers: ["treasury", "risk"], gas: 20_000 };
    case "deploy":
      // The operators are two of three; an upgrade takes the risk officer.
      return { officers: call.by === "risk" ? ["risk"] : ["treasury", "cfo"], gas: 900_000 };
    case "redact":
      return { officers: ["treasury", "cfo"], gas: 200_000 };
    default:
      return { officers: [], gas: 20_000 };
  }
}

/** A call as an action of a payload. */
export function actionOf(call: AnyCall): object {
  switch (call.kind) {
    case "create":
      return inAccounts("create", { name: call.account, owner: { key: keyOf(call.account) } });
    case "mint":
      return inAccounts("adjust", { name: call.account, amount: amountOf(call.minor) });
    case "transfer": {
      const { from, via = [], to, minor } = call;
      return inAccounts("transfer", { from, via, to, amount: amountOf(minor) });
    }
    case "deploy":
      return { deploy: { modules: [sourceOf(call)] } };
    case "visit": {
      const { till, version } = call;
      return { call: { module: TILL, action: "visit", args: { till }, ...(version && { version }) } };
    }
    case "redeem":
      return {
        call: { module: TILL, action: "redeem", args: { till: call.till, asked: Number(call.minor) } },
      };
    case "wander":
      return { call: { module: TILL, action: "wander", args: { till: call.till } } };
    case "redact":
      return { redact: { commands: call.commands, reason: "a storm rages" } };
    case "pass": {
      const { to, from, minor } = call;
      return { call: { module: DESK, action: "pass", args: { to, from, asked: Number(minor) } } };
    }
  }
}

const inAccounts = (action: string, args: object): object => ({ call: { module: ACCOUNTS, action, args } });

const keyOf = (client: string): string => hex(simulatedKey(`client ${client}`).key);

const amountOf = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, "0")} USD`;

/** Cents of an amount as the ledger writes it. */
export const minorOf = (amount: string): bigint => BigInt(amount.replace(" USD", "").replace(".", ""));

/** What a row holds: whose it is in the judge's words, and how much of which asset. */
type Holding = { readonly name: string; readonly asset: string; readonly minor: bigint };

type Row = {
  readonly module: string;
  readonly table: string;
  readonly key: string;
  readonly value: Uint8Array;
};

/** Undefined if it is none of the tables in which coins lie. */
export function holdingIn({ module, table, key, value }: Row): Holding | undefined {
  const row = JSON.parse(new TextDecoder().decode(value)) as {
    readonly funds?: string;
    readonly points?: { readonly amount: number };
  };
  if (module === ACCOUNTS && table === "accounts" && row.funds !== undefined) {
    return { name: key, asset: `${ACCOUNTS}.USD`, minor: minorOf(row.funds) };
  }
  if (module === TILL && table === "tills" && row.points !== undefined) {
    return { name: tillName(key), asset: `${TILL}.POINT`, minor: BigInt(row.points.amount) };
  }
  return undefined;
}
