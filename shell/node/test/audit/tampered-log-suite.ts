// What the audit says to somebody who altered the entries of a log, with every hash made to fit.

import { Epoch, LogIndex, Term } from "@juno/base";
import type { BareEntry, Certificate, Entry } from "@juno/proof";
import { describe, it } from "vitest";
import {
  certificate,
  changed,
  entriesOf,
  inLog,
  otherSigner,
  payload,
  remembering,
  rewriting,
  signatures,
  signaturesOf,
} from "./tampering.ts";
import { entry, Tampering, type TamperingSetup } from "./tampering-case.ts";

const ofLowerTerm = (c: Certificate): Certificate => ({
  ...c,
  position: { ...c.position, term: Term(c.position.term - 1) },
});

export function tamperedLogSuite(setup: TamperingSetup): void {
  const found = new Tampering(setup);

  describe("the log", () => {
    it("lacks an entry", () =>
      found.first(entry(20, "missing"), inLog("DELETE FROM entries WHERE idx = 20")));

    it("lacks its beginning", () =>
      found.first(entry(1, "up to 2"), inLog("DELETE FROM entries WHERE idx <= 2")));

    it("lacks its end", async () => {
      await found.first(entry(11, "missing"), inLog("DELETE FROM entries WHERE idx > 10"));
      const { committed } = found.facts;
      await found.first(entry(committed, "missing"), inLog(`DELETE FROM entries WHERE idx >= ${committed}`));
    });

    it("has two entries exchanged", async () => {
      const exchange =
        "UPDATE entries SET idx = -1 WHERE idx = 20; UPDATE entries SET idx = 20 WHERE idx = 21";
      await found.first(entry(20), inLog(`${exchange}; UPDATE entries SET idx = 21 WHERE idx = -1`));
      const bodies = "SELECT body FROM entries AS other WHERE other.idx = 41 - entries.idx";
      await found.first(
        entry(20, "digest"),
        inLog(`UPDATE entries SET body = (${bodies}) WHERE idx IN (20, 21)`),
      );
    });

    it("has an entry repeated at its end", () =>
      found.first(
        entry(found.facts.last + 1, "entry 20 already"),
        rewriting((entries) => [...entries, { ...entries.at(-1)!, body: entries[19]!.body }]),
      ));

    it("has an entry of another term at its end", () =>
      found.first(
        { place: "log.db meta", problem: "not of its term" },
        remembering(({ certified }) => ({ certified: certificate(ofLowerTerm)(certified) })),
      ));

    it("has a command changed, and all above hashed anew", () =>
      found.first(
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
      found.first(
        entry(20, "signers[0]"),
        rewriting((entries) => changed(entries, 20, otherSigner)),
      ));

    it("has a command without its second signature", () => {
      const isPair = ({ kind, body }: Entry) => kind === "command" && signaturesOf(body).length === 2;
      const index = entriesOf(setup.history().network.folderOf(setup.history().witness)).find(isPair)!.index;
      return found.first(
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
      found.first(
        entry(20, "lifetime"),
        rewriting((entries) => entries.map((e) => (e.index >= 20 ? { ...e, time: e.time + 7_200_000 } : e))),
      ));

    it("goes back in time or in terms, changes epoch or configuration", async () => {
      const withTime = (entries: Entry[]) => entries.map((e) => (e.index === 20 ? { ...e, time: 5 } : e));
      await found.first(entry(20, "Its time is before"), rewriting(withTime));
      const withEpoch = (entries: Entry[]) =>
        entries.map((e) => (e.index === 20 ? { ...e, epoch: Epoch(1) } : e));
      await found.first(entry(20, "of epoch 1"), rewriting(withEpoch));
      const withTerm = (entries: Entry[]) =>
        entries.map((e) => (e.index > found.facts.election ? { ...e, term: Term(1) } : e));
      await found.first(entry(found.facts.election + 1, "term 1 is lower"), rewriting(withTerm));
      const withConfig = (entries: Entry[]): BareEntry[] =>
        entries.map((e) => (e.index === 20 ? { ...e, kind: "config" } : e));
      await found.first(entry(20, "may not end epoch 0"), rewriting(withConfig));
    });

    it("lacks an election, or has one too many", async () => {
      const { election } = found.facts;
      const without = (entries: Entry[]) => entries.filter(({ index }) => index !== election);
      await found.first(entry(election, "without its election"), rewriting(without));
      const twice = (entries: Entry[]) => entries.flatMap((e) => (e.index === election ? [e, e] : [e]));
      await found.first(entry(election + 1, "second election"), rewriting(twice));
    });

    it("has an election that was not won", async () => {
      const { election } = found.facts;
      const vote = (change: (certificate: Certificate) => Certificate) =>
        rewriting((entries) => changed(entries, election, certificate(change)));
      const fewer = vote((c) => ({ ...c, statements: c.statements.slice(1) }));
      await found.first(entry(election, "2 signers where 3 are needed"), fewer);
      const forged = vote((c) => ({
        ...c,
        statements: c.statements.map((s) => ({ ...s, signature: new Uint8Array(64) })),
      }));
      await found.first(entry(election, "not signed"), forged);
      const elsewhere = vote((c) => ({ ...c, position: { ...c.position, index: LogIndex(3) } }));
      await found.first(entry(election, "upon the entry before"), elsewhere);
    });

    it("has a committed command taken out, and all above hashed anew", async () => {
      const { committed } = found.facts;
      const without = rewriting((entries) => entries.filter(({ index }) => index !== committed - 1));
      await found.among({ index: committed, place: `log.db commit_proofs (${committed})` }, without);
      await found.among({ place: "log.db meta", problem: "certified entry" }, without);
      await found.first({ index: committed - 1, place: `state.db outcomes (${committed - 1})` }, without);
      const gone = found.facts.election - 2;
      const early = rewriting((entries) => entries.filter(({ index }) => index !== gone));
      await found.first(entry(found.facts.election - 1, "upon the entry before"), early);
    });
  });
}
