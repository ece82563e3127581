// What the audit says to somebody who altered a log of three epochs, the links between them, or what is kept beside it.

import { Epoch, hex, LogIndex } from "@juno/base";
import {
  type BareEntry,
  type Certificate,
  decodeConfigBody,
  type Entry,
  encodeConfigBody,
  encodeEpochLink,
} from "@juno/proof";
import { describe, expect, it } from "vitest";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { Alterations } from "./alteration.ts";
import { AlteredLog } from "./altered-databases.ts";
import type { EpochHistory } from "./epoch-history.ts";
import { certificate, changed, entriesOf, inLog, remembering, rewriting, type Tamper } from "./tampering.ts";

export type TamperedEpochs = {
  history(): EpochHistory;
  audited(place: string): Promise<AuditReport>;
  /** A copy of the node's folder. */
  copy(name: string): string;
};

export function tamperedEpochsSuite({ history, audited, copy }: TamperedEpochs): void {
  describe("what is found in a log of three epochs (P38, P39)", () => {
    const found = async (...changes: readonly Tamper[]) => {
      const place = copy("tampered");
      for (const change of changes) change(place);
      const { ok, findings } = await audited(place);
      expect(ok).toBe(false);
      return findings;
    };
    const first = async (expected: object, ...changes: readonly Tamper[]) => {
      const [finding] = await found(...changes);
      expect(finding).toMatchObject(expected);
    };
    const entry = (index: number, problem: string) => ({
      ...{ index, place: "log.db entries", problem: expect.stringContaining(problem) },
    });
    const link = (epoch: number, problem: string) => ({
      ...{ place: `log.db epochs (${epoch})`, problem: expect.stringContaining(problem) },
    });
    const withoutLinks = inLog("DELETE FROM epochs");
    const end = (at: 0 | 1): number => history().ends[at]!;

    it("a config entry whose commit nothing proves", async () => {
      await first(
        entry(end(0) + 1, "Nothing shows that the config entry before it was committed"),
        withoutLinks,
      );
      await first(
        entry(end(1) + 1, "Nothing shows that the config entry before it was committed"),
        inLog("DELETE FROM epochs WHERE epoch = 2"),
      );
      const ended: Tamper = (place) => {
        const { hash } = entriesOf(place)[end(1) - 1]!;
        inLog(`DELETE FROM entries WHERE idx > ${end(1)}; DELETE FROM epochs WHERE epoch = 2;
        DELETE FROM commit_proofs WHERE idx > ${end(1)}`)(place);
        remembering(() => ({ committed: { index: LogIndex(end(1)), hash } }))(place);
      };
      expect(await found(ended)).toContainEqual(
        expect.objectContaining({ index: end(1), ...link(2, "its link is missing") }),
      );
    });

    it("a link that is left out, exchanged, or too weakly signed", async () => {
      await first(
        link(1, "It is missing; the link to epoch 2 stands in its place"),
        inLog("DELETE FROM epochs WHERE epoch = 1"),
      );
      await first(
        link(1, "the link from epoch 0 to 1"),
        inLog("UPDATE epochs SET bytes = (SELECT bytes FROM epochs WHERE epoch = 2) WHERE epoch = 1"),
      );
      const known = history().chain.epochs.of(Epoch(2))!.link!;
      const weak = { ...known, proof: { ...known.proof, acks: known.proof.acks.slice(1) } };
      await first(
        link(2, "3 signers where 4 are needed"),
        inLog(`UPDATE epochs SET bytes = x'${hex(encodeEpochLink(weak))}' WHERE epoch = 2`),
      );
    });

    it("a link of another fork", async () => {
      const known = history().chain.epochs.of(Epoch(1))!.link!;
      const later = { ...known, entry: { ...known.entry, time: known.entry.time + 1 } };
      await first(
        link(1, "the commit proof is not of the config entry alone"),
        inLog(`UPDATE epochs SET bytes = x'${hex(encodeEpochLink(later))}' WHERE epoch = 1`),
      );
    });

    it("an altered byte in any link, and its row named", async () => {
      const log = new AlteredLog(history().network, copy("altered"));
      expect(await log.audit()).toEqual([]);
      const alterations = new Alterations(log.db, "main", ["epochs"]);
      let count = 0;
      for (const spot of alterations.spots("every byte")) {
        if (spot.column === "bytes" && spot.byte % 37 !== 0) continue;
        await alterations.during(spot, async () => {
          const [finding] = await log.audit();
          expect(`${spot.column} ${spot.byte}: ${finding?.place}`).toMatch(/log\.db epochs \([123]\)$/);
          count += 1;
        });
      }
      expect(count).toBeGreaterThan(100);
    });

    it("an entry above the config entry that ended its epoch", async () => {
      const above = (entries: Entry[]): BareEntry[] => entries.toSpliced(end(0), 0, entries[end(0) - 2]!);
      await first(entry(end(0) + 1, "It stands above the config entry"), rewriting(above));
    });

    it("an epoch that falls, or is left out", async () => {
      const inEpoch = (at: number, epoch: number) =>
        rewriting((entries) => entries.map((e) => (e.index === at ? { ...e, epoch: Epoch(epoch) } : e)));
      await first(entry(end(0) + 3, "It is of epoch 0; the log is in epoch 1"), inEpoch(end(0) + 3, 0));
      await first(entry(end(0) + 1, "It is of epoch 2; the log is in epoch 1"), inEpoch(end(0) + 1, 2));
      await first(entry(end(1) + 2, "It is of epoch 3; the log is in epoch 2"), inEpoch(end(1) + 2, 3));
    });

    it("another entry than the config entry that was committed", async () => {
      const later = (entries: Entry[]): BareEntry[] =>
        entries.map((e) => (e.index === end(0) ? { ...e, time: e.time + 1 } : e));
      await first(entry(end(0), "Voters have committed another entry"), rewriting(later));
      const without = (entries: Entry[]): BareEntry[] => entries.filter(({ index }) => index !== end(0));
      await first(entry(end(0), "It is of epoch 1; the log is in epoch 0"), rewriting(without));
      const early = (entries: Entry[]): BareEntry[] => {
        const { kind, body } = entries[end(0) - 1]!;
        return entries.map((e) => (e.index === end(0) - 1 ? { ...e, kind, body } : e));
      };
      await first(entry(end(0) - 1, "It would end epoch 0, which ends with entry"), rewriting(early));
    });

    it("a config entry that its administrators or voters did not want", async () => {
      const change = (what: Parameters<typeof reshaped>[0]) =>
        rewriting((entries) => changed(entries, end(0), reshaped(what)));
      await first(
        entry(end(0), "the approvals do not satisfy the admin policy"),
        withoutLinks,
        change(({ approvals, ...body }) => ({ ...body, approvals: approvals.slice(1) })),
      );
      await first(
        entry(end(0), "voters are ready where 4 are needed"),
        withoutLinks,
        change(({ ready, ...body }) => ({ ...body, ready: ready.slice(0, 3) })),
      );
      const unsigned = change(({ approvals, ...body }) => ({
        ...body,
        approvals: approvals.map((approval) => ({ ...approval, signature: new Uint8Array(64) })),
      }));
      expect(await found(withoutLinks, unsigned)).toContainEqual(
        expect.objectContaining(entry(end(0), "not signed by whom it names")),
      );
    });

    it("an election of an epoch by the voters of the one before, or under an old key", async () => {
      const elected = (at: number, change: (given: Certificate) => Certificate) =>
        rewriting((entries) => changed(entries, at, certificate(change)));
      await first(
        entry(end(0) + 1, "3 signers where 4 are needed"),
        elected(end(0) + 1, (given) => ({ ...given, statements: given.statements.slice(0, 3) })),
      );
      await first(
        entry(end(1) + 1, "Its certificate is not of an election"),
        elected(end(1) + 1, (given) => ({
          ...given,
          position: { ...given.position, index: LogIndex(end(1) - 1) },
        })),
      );
      const ofEpoch0 = entriesOf(history().folder)[0]!.body;
      await first(
        entry(end(1) + 1, "Its certificate is not of an election"),
        rewriting((entries) => changed(entries, end(1) + 1, () => ofEpoch0)),
      );
    });

    it("a term that goes on where it must begin anew", async () => {
      const inTerm = (term: number) =>
        rewriting((entries) =>
          entries.map((e) => (e.index === end(0) + 1 ? { ...e, term: term as Entry["term"] } : e)),
        );
      await first(entry(end(0) + 1, "Its certificate is not of an election"), inTerm(2));
      await first(entry(end(0) + 1, "It is of term 0"), inTerm(0));
    });

    it("documents of one epoch under another", async () => {
      await first(
        {
          place: "log.db certificates (election-certificate, 3, 1)",
          problem: expect.stringContaining("of epoch 2"),
        },
        inLog("UPDATE certificates SET epoch = 3 WHERE epoch = 2"),
      );
      await first(
        { place: "log.db certificates (election-certificate, 2, 1)" },
        inLog(`UPDATE certificates SET bytes = (SELECT bytes FROM certificates AS other WHERE other.epoch = 1)
        WHERE epoch = 2`),
      );
      await first(
        { index: history().last, problem: expect.stringContaining("another epoch") },
        inLog(`UPDATE commit_proofs SET epoch = 1 WHERE idx = ${history().last}`),
      );
      await first(
        { index: end(0), place: `log.db commit_proofs (${end(0)})` },
        inLog(`INSERT OR REPLACE INTO commit_proofs SELECT ${end(0)}, 0, bytes FROM commit_proofs
        WHERE idx = ${history().last}`),
      );
    });

    it("a memory of another epoch than its certificate's", () =>
      first(
        { place: "log.db meta" },
        remembering(() => ({ epoch: Epoch(1) })),
      ));
  });
}

const reshaped =
  (change: (body: ConfigBodyOf) => ConfigBodyOf) =>
  (bytes: Uint8Array): Uint8Array => {
    const body = decodeConfigBody(bytes);
    if (!body.ok) throw new Error(body.error.detail);
    return encodeConfigBody(change(body.value));
  };
type ConfigBodyOf = Extract<ReturnType<typeof decodeConfigBody>, { ok: true }>["value"];
