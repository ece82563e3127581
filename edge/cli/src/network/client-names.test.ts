// What clients are called, as the ledger has it by now, page by page, and where no node tells it.

import { JunoError } from "@juno/client";
import { expect, it } from "vitest";
import { clientNames } from "./client-names.ts";

const [ALICE, BOB, CAROL, DAN] = ["aa", "bb", "cc", "dd"].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
  string,
];
const genesis = {
  clientOf: new Map([
    [ALICE, { name: "alice", key: ALICE, roles: [] }],
    [BOB, { name: "bob", key: BOB, roles: [] }],
    [CAROL, { name: "carol", key: CAROL, roles: [] }],
  ]),
} as never;
const KEYS = [ALICE, BOB, CAROL, DAN];

it("are the names of the ledger, else those of the genesis (C28)", async () => {
  const pages: Record<string, unknown> = {
    "": { rows: [{ key: BOB, value: { name: null } }], next: BOB },
    [BOB]: {
      rows: [
        { key: CAROL, value: { name: "carolina" } },
        { key: DAN, value: { name: "dan" } },
      ],
    },
  };
  const rows = async (_: unknown, { after = "" }: { after?: string } = {}) => pages[after];
  expect(KEYS.map(await clientNames({ rows } as never, genesis))).toEqual([
    "alice",
    undefined,
    "carolina",
    "dan",
  ]);
});

it("are those of the genesis where nobody tells", async () => {
  const rows = () => Promise.reject(new JunoError("unreachable", "No node answers."));
  expect(KEYS.map(await clientNames({ rows } as never, genesis))).toEqual([
    "alice",
    "bob",
    "carol",
    undefined,
  ]);
});
