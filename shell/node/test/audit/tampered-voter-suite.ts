// What the audit says to somebody who altered a voter's memory, checksum included, or its documents.

import { hex, LogIndex, NodeId, Term } from "@juno/base";
import type { Entry } from "@juno/proof";
import { describe, it } from "vitest";
import { accusationOf, electionOf, evidenceOf } from "./sample-history.ts";
import { accusing, certificate, entriesOf, inLog, remembering, type Tamper } from "./tampering.ts";
import { type Expected, Tampering, type TamperingSetup } from "./tampering-case.ts";

export function tamperedVoterSuite(setup: TamperingSetup): void {
  const found = new Tampering(setup);

  describe("the voter's memory", () => {
    const memory = (problem: string): Expected => ({ place: "log.db meta", problem });
    const say = remembering;

    it("is missing", () => found.among(memory("missing"), inLog("DELETE FROM meta")));

    it("claims another certificate", async () => {
      const unsigned = certificate((c) => ({
        ...c,
        statements: c.statements.map((s) => ({ ...s, signature: new Uint8Array(64) })),
      }));
      await found.among(
        memory("signature"),
        say(({ certified }) => ({ certified: unsigned(certified) })),
      );
      const higher = certificate((c) => ({
        ...c,
        position: { ...c.position, term: Term(c.position.term + 1) },
      }));
      await found.among(
        memory("not valid"),
        say(({ certified, term }) => ({ certified: higher(certified), term: Term(term + 1) })),
      );
    });

    it("claims another commit", async () => {
      const proof = {
        index: found.facts.committed,
        place: `log.db commit_proofs (${found.facts.committed})`,
      };
      const back: Tamper = (folder) => {
        const { hash } = entriesOf(folder)[9]!;
        say(() => ({ committed: { index: LogIndex(10), hash } }))(folder);
      };
      await found.among({ ...proof, problem: "more than" }, back);
      await found.among(
        memory("not in the log"),
        say(({ committed, network }) => ({ committed: { ...committed, hash: network } })),
      );
    });

    it("claims a term that nothing proves, or one that is over", async () => {
      await found.among(
        memory("entered term"),
        say(({ term }) => ({ term: Term(term + 7) })),
      );
      await found.among(
        memory("has not reached"),
        say(() => ({ term: Term(1) })),
      );
    });

    it("claims another base", () =>
      found.among(
        memory("base"),
        say(({ base }) => ({ base: { ...base, index: LogIndex(base.index - 1) } })),
      ));

    it("claims another node", () =>
      found.among(
        memory("no voter"),
        say(() => ({ node: NodeId(9) })),
      ));
  });

  describe("the kept documents", () => {
    it("lack the proof of the commit", () =>
      found.first(
        { index: found.facts.committed, place: "log.db commit_proofs" },
        inLog("DELETE FROM commit_proofs"),
      ));

    it("hold a proof of something else", () =>
      found.first(
        { index: 10, place: "log.db commit_proofs (10)", problem: "It proves entry" },
        inLog("INSERT INTO commit_proofs SELECT 10, epoch, bytes FROM commit_proofs"),
      ));

    it("hold a proof for another epoch", () =>
      found.first(
        {
          index: found.facts.committed,
          place: `log.db commit_proofs (${found.facts.committed})`,
          problem: "epoch",
        },
        inLog("UPDATE commit_proofs SET epoch = 1"),
      ));

    it("hold an election upon another base than the log's", () => {
      const { network, witness } = setup.history();
      const first = entriesOf(network.folderOf(witness))[0]!;
      const { term } = found.facts;
      const rival = electionOf(network, term, { term: Term(1), index: first.index, hash: first.hash });
      return found.first(
        { place: `log.db certificates (election-certificate, 0, ${term})`, problem: "another base" },
        inLog(
          `INSERT OR REPLACE INTO certificates VALUES ('election-certificate', 0, ${term}, x'${hex(rival)}')`,
        ),
      );
    });

    it("hold evidence against a node that did not lead", () => {
      const { network, witness } = setup.history();
      const [first, second] = entriesOf(network.folderOf(witness)).slice(-2) as [Entry, Entry];
      const bytes = evidenceOf(network, Term(1), [first, second], NodeId(4));
      return found.first(
        { place: "log.db evidence (2)", problem: "does not lead" },
        accusing({ ...accusationOf(network, Term(1)), accused: NodeId(4) }, bytes),
      );
    });

    it("are exchanged between terms", () =>
      found.first(
        {
          place: `log.db certificates (election-certificate, 0, ${found.facts.term})`,
          problem: "certificate of term",
        },
        inLog(`UPDATE certificates SET bytes = (SELECT bytes FROM certificates AS other
          WHERE other.kind = certificates.kind AND other.term <> certificates.term LIMIT 1)
          WHERE kind = 'election-certificate' AND term = ${found.facts.term}`),
      ));

    it("stand under another term", () =>
      found.first(
        { place: "log.db certificates (term-certificate, 0, 77)", problem: "certificate of term" },
        inLog("UPDATE certificates SET term = 77 WHERE kind = 'term-certificate' AND term = 1"),
      ));

    it("hold a kind that is not kept", () =>
      found.first(
        { place: "log.db certificates (promise, 0, 1)", problem: "not kept" },
        inLog("INSERT INTO certificates VALUES ('promise', 0, 1, x'00')"),
      ));

    it("hold evidence that shows nothing, or something else (E36)", async () => {
      const { network } = setup.history();
      await found.first(
        { place: "log.db evidence (2)", problem: "not valid" },
        accusing(accusationOf(network, Term(1)), new Uint8Array([0])),
      );
      await found.first(
        { place: "log.db evidence (5)", problem: "should be 1" },
        inLog("UPDATE evidence SET id = 5"),
      );
      for (const change of [
        "place = place + 1",
        "accused = accused % 4 + 1",
        "epoch = 1",
        "kind = 'stale-vote'",
      ]) {
        await found.first(
          { place: "log.db evidence (1)", problem: "another lie" },
          inLog(`UPDATE evidence SET ${change}`),
        );
      }
    });

    it("hold evidence that was seen at another time", () =>
      found.first(
        { place: "log.db evidence (1)", problem: "checksum" },
        inLog("UPDATE evidence SET seen = seen - 1"),
      ));
  });
}
