// Each checker before a good day and before days with one thing wrong. What is wrong must be found, by the
// checker whose business it is, and named.

import { describe, expect, it } from "vitest";
import { judge } from "../src/index.ts";
import { acknowledged, create, day, ENTRIES, entry, mint, read, transfer, write } from "./story.ts";

const sentences = (one: ReturnType<typeof day>) =>
  judge(one).map(({ checker, sentence }) => `${checker}: ${sentence}`);

const without = (id: string) => ENTRIES.filter((one) => one.id !== id);
const [OPEN, MOVE, MUCH, LOST] = ENTRIES;

describe("the judge accepts", () => {
  it("a good day, in which one unknown command took effect and one did not", () => {
    expect(sentences(day())).toEqual([]);
  });

  it("portraits of several nodes at several indexes", () => {
    const portraits = [
      { by: "node 1", index: 6, balances: new Map([["a", 75n] as const, ["b", 25n] as const]) },
      { by: "node 2", index: 2, balances: new Map([["b", 0n] as const, ["a", 100n] as const]) },
      { by: "node 3", index: 0, balances: new Map() },
    ];
    expect(sentences(day({ portraits }))).toEqual([]);
  });

  it("commands at the same time in either order", () => {
    const swapped = day({
      history: [
        write("x", [16, 20], [transfer("a", "b", 1n)], acknowledged(8, "ok")),
        write("y", [17, 18], [transfer("a", "b", 2n)], acknowledged(7, "ok")),
        read("z", [19, 21], 7, { a: 73n, b: 27n }),
      ],
      entries: [...ENTRIES, entry(7, "y", "ok"), entry(8, "x", "ok")],
    });
    expect(sentences({ ...swapped, ledger: { ...swapped.ledger, through: 8 } })).toEqual([]);
  });

  it("an unknown command that takes effect long after its client gave up", () => {
    const late = day({
      history: [write("gone", [11, 12], [transfer("b", "a", 7n)], { kind: "unknown" })],
      entries: [...ENTRIES, entry(9, "gone", "ok")],
    });
    expect(sentences({ ...late, ledger: { ...late.ledger, through: 9 } })).toEqual([]);
  });

  it("a batch under one transaction, with money in it", () => {
    const calls = [transfer("a", "b", 75n), mint("b", 1n)];
    const batch = { ...write("both", [16, 17], calls, acknowledged(7, "ok")), atomic: true };
    const more = [batch, read("sum", [18, 19], 7, { a: 0n, b: 101n })];
    const done = day({ history: more, entries: [...ENTRIES, entry(7, "both", "ok")] });
    expect(sentences({ ...done, ledger: { ...done.ledger, through: 7 } })).toEqual([]);
  });

  it("a repetition that the ledger calls one, and a command that expired in the log", () => {
    const expired = { kind: "acknowledged", index: 8, status: "expired", results: [] } as const;
    const repeated = day({
      history: [write("tardy", [16, 17], [mint("a", 5n)], expired)],
      entries: [
        ...ENTRIES,
        { index: 7, id: "move", status: "duplicate", results: [] },
        { index: 8, id: "tardy", status: "expired", results: [] },
      ],
    });
    const portraits = [{ by: "node 1", index: 8, balances: new Map(Object.entries({ a: 75n, b: 25n })) }];
    expect(sentences({ ...repeated, portraits, ledger: { ...repeated.ledger, through: 8 } })).toEqual([]);
  });
});

describe("the judge of linearizability finds", () => {
  it("a stale read", () => {
    const stale = day({ history: [read("between", [6, 8], 2, { a: 100n, b: 0n })] });
    expect(sentences(stale)).toEqual([
      "linearizable: linearizable read between of ben reflects 2 only, though linearizable read early of ben had named 3 before it began",
    ]);
  });

  it("linearizable reads that go back in time", () => {
    // Nobody was told of `lost` but by the first of the two.
    const back = day({ history: [read("after", [16, 17], 5, { a: 70n, b: 30n })] });
    expect(sentences(back)).toEqual([
      "linearizable: linearizable read after of ben reflects 5 only, though linearizable read last of ben had named 6 before it began",
    ]);
  });

  it("a linearizable read older than what a node had shown", () => {
    const peeped = day({
      history: [
        read("peep", [12, 13], 6, { a: 75n, b: 25n }, { linearizable: false }),
        read("last", [14, 15], 5, { a: 70n, b: 30n }),
      ],
    });
    expect(sentences(peeped)).toEqual([
      "linearizable: linearizable read last of ben reflects 5 only, though local read peep of ben had named 6 before it began",
    ]);
  });

  it("a read from the future", () => {
    // It names an index at which a command stands that is sent only later.
    const future = day({ history: [read("early", [3, 4], 5, { a: 70n, b: 30n })] });
    expect(sentences(future)).toContain(
      "linearizable: transfer much of ann takes effect at 5, though linearizable read early of ben had named 5 before it began",
    );
  });

  it("commands in another order than that of time", () => {
    const swapped = day({
      history: [
        write("much", [9, 10], [transfer("b", "a", 31n)], acknowledged(7, "Insufficient")),
        write("next", [11, 12], [mint("b", 1n)], acknowledged(5, "ok")),
        read("last", [14, 15], 7, { a: 75n, b: 26n }),
      ],
      entries: [OPEN!, MOVE!, entry(5, "next", "ok"), LOST!, entry(7, "much", "Insufficient")],
    });
    expect(sentences({ ...swapped, ledger: { ...swapped.ledger, through: 7 } })).toEqual([
      "linearizable: transfer lost of ann takes effect at 6, though transfer much of ann had named 7 before it began",
      "linearizable: mint next of ann takes effect at 5, though transfer much of ann had named 7 before it began",
    ]);
  });

  it("an unknown command that took effect before it was sent", () => {
    const early = day({
      history: [write("lost", [16, 17], [transfer("b", "a", 5n)], { kind: "unknown" })],
    });
    expect(sentences(early)).toEqual([
      "linearizable: transfer lost of ann takes effect at 6, though linearizable read last of ben had named 6 before it began",
    ]);
  });

  it("an outcome that the model does not give", () => {
    const generous = day({
      history: [write("much", [9, 10], [transfer("b", "a", 31n)], acknowledged(5, "ok"))],
      entries: [OPEN!, MOVE!, entry(5, "much", "ok"), LOST!],
    });
    expect(sentences(generous)).toEqual([
      "linearizable: transfer much of ann ends ok (ok) at 5, where the model says Insufficient",
    ]);
  });

  it("an acknowledgement with other results than the ledger's", () => {
    const other = day({
      history: [write("much", [9, 10], [transfer("b", "a", 31n)], acknowledged(5, "NoSuchAccount"))],
    });
    expect(sentences(other)).toEqual([
      "linearizable: transfer much of ann was acknowledged as failed (NoSuchAccount), but the ledger has failed (Insufficient)",
    ]);
  });

  it("a read of a state that never was", () => {
    const mixed = day({ history: [read("last", [14, 15], 6, { a: 70n, b: 30n })] });
    expect(sentences(mixed)).toEqual([
      "linearizable: linearizable read last of ben shows 70 for a, which holds 75 at 6",
    ]);
    const beyond = day({ history: [read("last", [14, 15], 7, { a: 75n, b: 25n })] });
    expect(sentences(beyond)).toEqual([
      "linearizable: linearizable read last of ben names 7, but the ledger ends at 6",
    ]);
  });
});

describe("the judge of exactly-once finds", () => {
  it("an acknowledged command that vanished", () => {
    expect(sentences(day({ entries: without("much") }))).toEqual([
      "exactly-once: transfer much of ann was acknowledged at 5, but is not in the ledger",
    ]);
  });

  it("an acknowledgement beyond the ledger's end", () => {
    const short = day();
    const found = sentences({ ...short, ledger: { entries: [OPEN!, MOVE!], through: 4 } });
    expect(found).toContain(
      "exactly-once: transfer much of ann was acknowledged at 5, but is not in the ledger, which ends at 4",
    );
  });

  it("a command that took effect twice", () => {
    const twice = day({ entries: [...without("lost"), entry(6, "move", "ok")], without: "last" });
    expect(sentences(twice)).toEqual([
      "exactly-once: transfer move of ann stands in the ledger 2 times, at 3 and 6",
    ]);
    const unknown = day({ entries: [OPEN!, MOVE!, entry(4, "lost", "ok"), MUCH!, LOST!], without: "last" });
    expect(sentences(unknown)).toContain(
      "exactly-once: transfer lost of ann stands in the ledger 2 times, at 4 and 6",
    );
  });

  it("a command at another index than was acknowledged", () => {
    const moved = day({
      history: [write("much", [9, 10], [transfer("b", "a", 31n)], acknowledged(4, "Insufficient"))],
    });
    expect(sentences(moved)).toContain(
      "exactly-once: transfer much of ann was acknowledged at 4, but stands at 5",
    );
  });

  it("a command with another outcome than was acknowledged", () => {
    const answer = { kind: "acknowledged", index: 5, status: "expired", results: [] } as const;
    const other = day({ history: [write("much", [9, 10], [transfer("b", "a", 31n)], answer)] });
    expect(sentences(other)).toContain(
      "exactly-once: transfer much of ann was acknowledged as expired at 5, but the ledger says failed",
    );
  });

  it("a refused command that took effect", () => {
    const taken = day({ entries: [...without("lost"), entry(6, "sent-back", "ok")], without: "last" });
    expect(sentences(taken)).toEqual([
      "exactly-once: transfer sent-back of ann was refused, but stands in the ledger at 6",
    ]);
  });

  it("a command that nobody sent", () => {
    expect(sentences(day({ without: "gone", entries: [...ENTRIES, entry(7, "gone", "ok")] }))).toEqual([
      "exactly-once: the ledger shows entry 7 after 6, and ends at 6",
      "exactly-once: the ledger holds command gone at 7, which nobody sent",
    ]);
  });

  it("a ledger out of order", () => {
    expect(sentences(day({ entries: [OPEN!, MOVE!, LOST!, MUCH!] }))).toContain(
      "exactly-once: the ledger shows entry 5 after 6, and ends at 6",
    );
  });
});

describe("the judge of conservation finds", () => {
  it("money from nowhere, in a read and in a portrait", () => {
    const values = { a: 75n, b: 26n };
    const portraits = [{ by: "node 3", index: 2, balances: new Map([["a", 99n]]) }];
    const rich = day({ history: [read("last", [14, 15], 6, values)], portraits });
    const found = sentences(rich).filter((sentence) => sentence.startsWith("conservation"));
    expect(found).toEqual([
      "conservation: node 3 shows 99 in all accounts at 2, where 100 was minted",
      "conservation: linearizable read last of ben shows 101 in all accounts at 6, where 100 was minted",
    ]);
  });

  it("money of a minting that failed", () => {
    const calls = [create("a"), mint("a", 1n)];
    const batch = { ...write("both", [16, 17], calls, acknowledged(7, "AlreadyOpen")), atomic: true };
    const failed = day({
      history: [batch, read("sum", [18, 19], 7, { a: 76n, b: 25n })],
      entries: [...ENTRIES, entry(7, "both", "AlreadyOpen")],
    });
    const found = sentences({ ...failed, ledger: { ...failed.ledger, through: 7 } });
    expect(found).toContain(
      "conservation: linearizable read sum of ben shows 101 in all accounts at 7, where 100 was minted",
    );
  });
});

describe("the judge of all assets", () => {
  const POINT = "lab.till.POINT";
  const call = { kind: "visit", till: "x" } as const;
  const opening = write(
    "deploy",
    [16, 17],
    [
      { kind: "deploy", module: "till", bonus: 3n, by: "operators" },
      call,
      { kind: "redeem", till: "x", minor: 1n },
    ],
    acknowledged(7, "ok", "ok", "ok"),
  );
  const supply = new Map([[POINT, 2n]]);
  const entries = [...ENTRIES, { ...entry(7, "deploy", "ok", "ok", "ok"), supply }];
  const balances = new Map(Object.entries({ a: 75n, b: 25n, "till x": 2n }));
  const shown = (coins: ReadonlyMap<string, bigint>, index = 7) => {
    const portraits = [{ by: "node 3", index, balances, coins }];
    const one = day({ history: [opening], entries, portraits });
    return sentences({ ...one, ledger: { ...one.ledger, through: 7 } });
  };

  it("accepts coins that are all accounted for, and counts no points as money", () => {
    expect(shown(supply)).toEqual([]);
  });

  it("finds coins that nobody made, and coins that are gone", () => {
    expect(shown(new Map([[POINT, 3n]]))).toEqual([
      `conservation: node 3 holds 3 of ${POINT} at 7, where 2 was made and not destroyed`,
    ]);
    expect(shown(new Map([["lab.till.GEM", 1n]]))).toEqual([
      `conservation: node 3 holds 0 of ${POINT} at 7, where 2 was made and not destroyed`,
      "conservation: node 3 holds 1 of lab.till.GEM at 7, where 0 was made and not destroyed",
    ]);
    expect(shown(supply, 6)).toContain(
      `conservation: node 3 holds 2 of ${POINT} at 6, where 0 was made and not destroyed`,
    );
  });
});

describe("the judge of reads finds", () => {
  it("a local read that shows no state that was", () => {
    const torn = day({
      history: [read("old", [6, 7], 2, { b: 30n }, { linearizable: false, accounts: ["b"] })],
    });
    expect(sentences(torn)).toEqual(["reads: local read old of ben shows 30 for b, which holds 0 at 2"]);
    const none = day({
      history: [read("old", [6, 7], 2, { c: 0n }, { linearizable: false, accounts: ["c"] })],
    });
    expect(sentences(none)).toEqual([
      "reads: local read old of ben shows 0 for c, which holds no account at 2",
    ]);
  });

  it("a node whose accounts are not what its ledger makes of them", () => {
    const balances = new Map(Object.entries({ a: 70n, b: 30n }));
    const portraits = [
      { by: "node 2", index: 6, balances },
      { by: "node 4", index: 8, balances },
    ];
    expect(sentences(day({ portraits }))).toEqual([
      "reads: node 2 shows 70 for a, which holds 75 at 6",
      "reads: node 4 names 8, but the ledger ends at 6",
    ]);
  });
});
