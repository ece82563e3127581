// What the audit says to somebody who altered databases with care. Each case names what must be found
// first: an entry by its index, or a place.

import { LogIndex, NodeId, Term } from "@juno/base";
import type { BareEntry, Certificate, Entry } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import type { SampleHistory } from "./sample-history.ts";
import {
  applying,
  certificate,
  changed,
  entriesOf,
  inLog,
  inState,
  memoryOf,
  otherSigner,
  payload,
  remembering,
  rewriting,
  signatures,
  signaturesOf,
  type Tamper,
} from "./tampering.ts";

export type TamperingSetup = {
  history(): SampleHistory;
  tampered(...changes: readonly Tamper[]): Promise<AuditReport>;
};

type Expected = { readonly index?: number; readonly place: string; readonly problem?: string };

/** Facts about the log that cases speak of. */
type Facts = { readonly committed: number; readonly last: number; readonly election: number };

const ofLowerTerm = (c: Certificate): Certificate => ({
  ...c,
  position: { ...c.position, term: Term(c.position.term - 1) },
});

export function tamperingSuite({ history, tampered }: TamperingSetup): void {
  let facts: Facts;

  beforeAll(() => {
    const folder = history().network.folderOf(history().witness);
    const entries = entriesOf(folder);
    facts = {
      committed: memoryOf(folder).committed.index,
      last: entries.length,
      election: entries.findLast(({ kind }) => kind === "election")!.index,
    };
  });

  async function expectFirst(expected: Expected, ...changes: readonly Tamper[]): Promise<void> {
    const { ok, findings } = await tampered(...changes);
    expect(ok).toBe(false);
    const { problem = "", ...rest } = expected;
    expect(findings[0]).toMatchObject({ ...rest, problem: expect.stringContaining(problem) });
  }

  async function expectAmong(expected: Expected, ...changes: readonly Tamper[]): Promise<void> {
    const { findings } = await tampered(...changes);
    const { problem = "", ...rest } = expected;
    const finding = expect.objectContaining({ ...rest, problem: expect.stringContaining(problem) });
    expect(findings).toContainEqual(finding);
  }

  const entry = (index: number, problem?: string): Expected => ({
    index,
    place: "log.db entries",
    ...(problem === undefined ? {} : { problem }),
  });

  describe("the log", () => {
    it("lacks an entry", () =>
      expectFirst(entry(20, "missing"), inLog("DELETE FROM entries WHERE idx = 20")));

    it("lacks its beginning", () =>
      expectFirst(entry(1, "up to 2"), inLog("DELETE FROM entries WHERE idx <= 2")));

    it("lacks its end", async () => {
      await expectFirst(entry(11, "missing"), inLog("DELETE FROM entries WHERE idx > 10"));
      const { committed } = facts;
      await expectFirst(entry(committed, "missing"), inLog(`DELETE FROM entries WHERE idx >= ${committed}`));
    });

    it("has two entries exchanged", async () => {
      const exchange =
        "UPDATE entries SET idx = -1 WHERE idx = 20; UPDATE entries SET idx = 20 WHERE idx = 21";
      await expectFirst(entry(20), inLog(`${exchange}; UPDATE entries SET idx = 21 WHERE idx = -1`));
      const bodies = "SELECT body FROM entries AS other WHERE other.idx = 41 - entries.idx";
      await expectFirst(
        entry(20, "digest"),
        inLog(`UPDATE entries SET body = (${bodies}) WHERE idx IN (20, 21)`),
      );
    });

    it("has an entry repeated at its end", () =>
      expectFirst(
        entry(facts.last + 1, "entry 20 already"),
        rewriting((entries) => [...entries, { ...entries.at(-1)!, body: entries[19]!.body }]),
      ));

    it("has an entry of another term at its end", () =>
      expectFirst(
        { place: "log.db meta", problem: "not of its term" },
        remembering(({ certified }) => ({ certified: certificate(ofLowerTerm)(certified) })),
      ));

    it("has a command changed, and all above hashed anew", () =>
      expectFirst(
        entry(20, "signature"),
        rewriting((entries) =>
          changed(
            entries,
            20,
            payload((text) => text.replace(/"nonce":"0/, '"nonce":"1')),
          ),
        ),
      ));

    it("has a command signed by somebody else", () =>
      expectFirst(
        entry(20, "signers[0]"),
        rewriting((entries) => changed(entries, 20, otherSigner)),
      ));

    it("has a command without its second signature", () => {
      const isPair = ({ kind, body }: Entry) => kind === "command" && signaturesOf(body).length === 2;
      const index = entriesOf(history().network.folderOf(history().witness)).find(isPair)!.index;
      return expectFirst(
        entry(index, "signers are named"),
        rewriting((entries) =>
          changed(
            entries,
            index,
            signatures((all) => all.slice(0, 1)),
          ),
        ),
      );
    });

    it("has a command out of its lifetime", () =>
      expectFirst(
        entry(20, "lifetime"),
        rewriting((entries) => entries.map((e) => (e.index >= 20 ? { ...e, time: e.time + 7_200_000 } : e))),
      ));

    it("goes back in time, in terms, changes its configuration", async () => {
      const withTime = (entries: Entry[]) => entries.map((e) => (e.index === 20 ? { ...e, time: 5 } : e));
      await expectFirst(entry(20, "time"), rewriting(withTime));
      const withTerm = (entries: Entry[]) =>
        entries.map((e) => (e.index > facts.election ? { ...e, term: Term(1) } : e));
      await expectFirst(entry(facts.election + 1, "term 1 is lower"), rewriting(withTerm));
      const withConfig = (entries: Entry[]): BareEntry[] =>
        entries.map((e) => (e.index === 20 ? { ...e, kind: "config" } : e));
      await expectFirst(entry(20, "configuration"), rewriting(withConfig));
    });

    it("lacks an election, or has one too many", async () => {
      const { election } = facts;
      const without = (entries: Entry[]) => entries.filter(({ index }) => index !== election);
      await expectFirst(entry(election, "without its election"), rewriting(without));
      const twice = (entries: Entry[]) => entries.flatMap((e) => (e.index === election ? [e, e] : [e]));
      await expectFirst(entry(election + 1, "second election"), rewriting(twice));
    });

    it("has an election that was not won", async () => {
      const { election } = facts;
      const vote = (change: (certificate: Certificate) => Certificate) =>
        rewriting((entries) => changed(entries, election, certificate(change)));
      const fewer = vote((c) => ({ ...c, statements: c.statements.slice(1) }));
      await expectFirst(entry(election, "2 signers where 3 are needed"), fewer);
      const forged = vote((c) => ({
        ...c,
        statements: c.statements.map((s) => ({ ...s, signature: new Uint8Array(64) })),
      }));
      await expectFirst(entry(election, "not signed"), forged);
      const elsewhere = vote((c) => ({ ...c, position: { ...c.position, index: LogIndex(3) } }));
      await expectFirst(entry(election, "upon the entry before"), elsewhere);
    });

    it("has a committed command taken out, and all above hashed anew", async () => {
      const { committed } = facts;
      const without = rewriting((entries) => entries.filter(({ index }) => index !== committed - 1));
      await expectAmong({ index: committed, place: `log.db commit_proofs (${committed})` }, without);
      await expectAmong({ place: "log.db meta", problem: "certified entry" }, without);
      await expectFirst({ index: committed - 1, place: `state.db outcomes (${committed - 1})` }, without);
      const early = rewriting((entries) => entries.filter(({ index }) => index !== 20));
      await expectFirst(entry(facts.election - 1, "upon the entry before"), early);
    });
  });

  describe("the voter's memory", () => {
    const memory = (problem: string): Expected => ({ place: "log.db meta", problem });
    const say = (change: Parameters<typeof remembering>[0]) => remembering(change);

    it("is missing", () => expectAmong(memory("missing"), inLog("DELETE FROM meta")));

    it("claims another certificate", async () => {
      const unsigned = certificate((c) => ({
        ...c,
        statements: c.statements.map((s) => ({ ...s, signature: new Uint8Array(64) })),
      }));
      await expectAmong(
        memory("signature"),
        say(({ certified }) => ({ certified: unsigned(certified) })),
      );
      const higher = certificate((c) => ({
        ...c,
        position: { ...c.position, term: Term(c.position.term + 1) },
      }));
      await expectAmong(
        memory("not valid"),
        say(({ certified, term }) => ({ certified: higher(certified), term: Term(term + 1) })),
      );
    });

    it("claims another commit", async () => {
      const proof = { index: facts.committed, place: `log.db commit_proofs (${facts.committed})` };
      const back: Tamper = (folder) => {
        const { hash } = entriesOf(folder)[9]!;
        say(() => ({ committed: { index: LogIndex(10), hash } }))(folder);
      };
      await expectAmong({ ...proof, problem: "more than" }, back);
      await expectAmong(
        memory("not in the log"),
        say(({ committed, network }) => ({ committed: { ...committed, hash: network } })),
      );
    });

    it("claims a term that nothing proves, or one that is over", async () => {
      await expectAmong(
        memory("entered term"),
        say(({ term }) => ({ term: Term(term + 7) })),
      );
      await expectAmong(
        memory("has not reached"),
        say(() => ({ term: Term(1) })),
      );
    });

    it("claims another base", () =>
      expectAmong(
        memory("base"),
        say(({ base }) => ({ base: { ...base, index: LogIndex(base.index - 1) } })),
      ));

    it("claims another node", () =>
      expectAmong(
        memory("no voter"),
        say(() => ({ node: NodeId(9) })),
      ));
  });

  describe("the kept documents", () => {
    it("lack the proof of the commit", () =>
      expectFirst(
        { index: facts.committed, place: "log.db commit_proofs" },
        inLog("DELETE FROM commit_proofs"),
      ));

    it("hold a proof of something else", () =>
      expectFirst(
        { index: 10, place: "log.db commit_proofs (10)" },
        inLog("INSERT INTO commit_proofs SELECT 10, epoch, bytes FROM commit_proofs"),
      ));

    it("are exchanged between terms", () =>
      expectFirst(
        { place: "log.db certificates (election-certificate, 1)", problem: "certificate of term" },
        inLog(`UPDATE certificates SET bytes = (SELECT bytes FROM certificates AS other
          WHERE other.kind = certificates.kind AND other.term <> certificates.term LIMIT 1)`),
      ));

    it("hold a kind that is not kept", () =>
      expectFirst(
        { place: "log.db certificates (promise, 1)", problem: "not kept" },
        inLog("INSERT INTO certificates VALUES ('promise', 1, x'00')"),
      ));

    it("hold evidence that shows nothing", async () => {
      await expectFirst(
        { place: "log.db evidence (2)", problem: "decoded" },
        inLog("INSERT INTO evidence VALUES (2, 1, x'00')"),
      );
      await expectFirst(
        { place: "log.db evidence (1)", problem: "evidence of term" },
        inLog("UPDATE evidence SET term = term + 1"),
      );
    });
  });

  describe("the state", () => {
    for (const [table, key] of [
      ["outcomes", "idx = 20"],
      ["commands", "idx = 20"],
      ["history", "idx = (SELECT min(idx) FROM history)"],
      ["rows", "key = CAST('wjm' AS BLOB)"],
      ["spent", "id = (SELECT id FROM commands WHERE idx = 20)"],
      ["nodes", "level = 1 AND position = 9"],
      ["meta", "id = 1"],
    ] as const) {
      it(`lacks a row of ${table}`, async () => {
        const { findings } = await tampered(inState(`DELETE FROM ${table} WHERE ${key}`));
        expect(findings.map(({ place }) => place)).toContainEqual(
          expect.stringContaining(`state.db ${table}`),
        );
      });
    }

    for (const [table, row] of [
      ["outcomes", "SELECT 999, id, receipt, receipt_hash, hash FROM outcomes WHERE idx = 20"],
      ["commands", "SELECT x'00', idx, status, expires, spends FROM commands WHERE idx = 20"],
      [
        "history",
        "SELECT module, tbl, key, 21 FROM history WHERE idx = 1 OR key = CAST('stu' AS BLOB) GROUP BY key",
      ],
      ["rows", "VALUES ('accounts', 'accounts', x'31', x'7b7d')"],
      ["spent", "VALUES (1, x'00')"],
      ["nodes", "SELECT 60, 0, hash FROM nodes WHERE level = 1 AND position = 0"],
    ] as const) {
      it(`has a row too many in ${table}`, async () => {
        const { findings } = await tampered(inState(`INSERT INTO ${table} ${row}`));
        expect(findings).toHaveLength(1);
        expect(findings[0]!.place).toContain(`state.db ${table}`);
        expect(findings[0]!.problem).toContain("no such row");
      });
    }

    it("has an account made richer", () =>
      expectFirst(
        { place: "state.db rows (accounts, accounts, stu)", problem: "value" },
        inState(`UPDATE rows SET value = CAST(replace(CAST(value AS TEXT), 'funds":"', 'funds":"9') AS BLOB)
          WHERE key = CAST('stu' AS BLOB)`),
      ));

    it("has two outcomes exchanged", () =>
      expectFirst(
        { index: 20, place: "state.db outcomes (20)", problem: "receipt" },
        inState(`UPDATE outcomes SET receipt = (SELECT receipt FROM outcomes AS other
          WHERE other.idx = 41 - outcomes.idx) WHERE idx IN (20, 21)`),
      ));

    it("claims to be further than the log", () =>
      expectFirst(
        { place: "state.db meta", problem: "has applied" },
        applying(({ index }) => ({ index: LogIndex(index + 1) })),
      ));

    it("claims to be less far than it is", async () => {
      const { findings } = await tampered(applying(({ index }) => ({ index: LogIndex(index - 1) })));
      expect(findings).toContainEqual(expect.objectContaining({ place: "state.db meta (1)" }));
    });
  });

  describe("the tables", () => {
    it("have a trigger, a view, a table or a column too many", async () => {
      await expectFirst(
        { place: "log.db schema (trigger forget)", problem: "No node makes it" },
        inLog("CREATE TRIGGER forget AFTER INSERT ON entries BEGIN DELETE FROM evidence; END"),
      );
      await expectFirst({ place: "state.db schema (view v)" }, inState("CREATE VIEW v AS SELECT 1"));
      await expectFirst({ place: "log.db schema (table t)" }, inLog("CREATE TABLE t (a)"));
      await expectFirst(
        { place: "state.db schema (table rows)", problem: "not made as" },
        inState("ALTER TABLE rows ADD COLUMN more TEXT"),
      );
    });

    it("are missing", async () => {
      await expectFirst(
        { place: "log.db schema (table evidence)", problem: "missing" },
        inLog("DROP TABLE evidence"),
      );
      await expectFirst(
        { place: "state.db schema (table nodes)", problem: "missing" },
        inState("DROP TABLE nodes"),
      );
    });
  });
}
