// The hand of somebody who makes up what redacted commands did, or that a payload which is missing was ordered out: in a node's
// databases, or in an archive of his own making. An audit finds it, whatever he writes; it never stumbles over it (P12).

import { join } from "node:path";
import { hex, type NodeId } from "@juno/base";
import { type AppliedEntry, encodeRedactedBody, redactedParts } from "@juno/proof";
import { describe, expect, it } from "vitest";
import type { ArchiveFeed } from "../../src/archive/archive-feed.ts";
import { exportArchive } from "../../src/archive/export-archive.ts";
import { NodeFeed } from "../../src/archive/node-feed.ts";
import type { AuditReport } from "../../src/audit/audit-report.ts";
import { sha256 } from "../../src/crypto/sodium.ts";
import type { SampleNetwork } from "./sample-network.ts";
import { entriesOf, inState, receiptIn, type Tamper } from "./tampering.ts";

export type RedactedNetwork = {
  readonly folder: string;
  readonly network: SampleNetwork;
  readonly node: NodeId;
  /** Payments that are redacted, in order; the last of them changes the account `wjm`. */
  readonly places: readonly { readonly index: number; readonly id: string }[];
  tampered(...changes: readonly Tamper[]): Promise<AuditReport>;
  audited(place: string): Promise<AuditReport>;
};

type Change = { key: string; module: string; table: string; before: unknown; after: unknown };
type Receipt = { actions: { changes: Change[] }[] };

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const row = (module: string, table: string, key: string, after: unknown): Change => ({
  ...{ after, before: null, key, module, table },
});
const keyOf = (index: number): string => String(index).padStart(16, "0");

export function forgedRedactionSuite(given: () => RedactedNetwork): void {
  describe("a made-up receipt", () => {
    const forged = async (change: (changes: Change[]) => void): Promise<AuditReport> => {
      const { network, node, places, tampered } = given();
      const { index } = places.at(-1)!;
      const receipt = JSON.parse(textOf(receiptIn(network.folderOf(node), index))) as Receipt;
      change(receipt.actions[0]!.changes);
      const text = JSON.stringify(receipt).replaceAll("'", "''");
      return tampered(inState(`UPDATE outcomes SET receipt = CAST('${text}' AS BLOB) WHERE idx = ${index}`));
    };
    const place = () => given().places.at(-1)!.index;

    it("with a row that no contract reads", async () => {
      const { findings } = await forged((changes) => {
        changes.find(({ key }) => key === "wjm")!.after = { nonsense: 1 };
      });
      expect(findings.length).toBeGreaterThan(0);
      expect(findings[0]!.index).toBeGreaterThanOrEqual(place());
    });

    it.each<[string, () => Change]>([
      ["a module", () => row("juno", "modules", "demo.accounts", "nonsense")],
      ["an order", () => row("juno", "redacted", keyOf(1), { by: place(), id: "ab".repeat(32) })],
    ])("with %s among the ledger's own rows", async (_, made) => {
      const { findings } = await forged((changes) => changes.push(made()));
      expect(findings[0]).toMatchObject({ index: place(), problem: expect.stringContaining("own rows") });
    });
  });

  describe("what a node says of when a redacted command expired", () => {
    it.each([
      ["before its entry", "1"],
      ["later than any may", "expires + 86400000"],
    ])("cannot be %s", async (_, expires) => {
      const { index } = given().places.at(-1)!;
      const { findings } = await given().tampered(
        inState(`DELETE FROM spent WHERE id = (SELECT id FROM commands WHERE idx = ${index});
          UPDATE commands SET expires = ${expires} WHERE idx = ${index};
          INSERT INTO spent SELECT expires, id FROM commands WHERE idx = ${index} AND expires > 1`),
      );
      expect(findings[0]).toMatchObject({ index, problem: expect.stringContaining("expires then") });
    });
  });

  describe("an archive of somebody's own making, of which nothing is executed", () => {
    let archives = 0;
    const made = async (
      to: number,
      entry: (applied: AppliedEntry) => AppliedEntry = (applied) => applied,
    ): Promise<AuditReport> => {
      const { folder, network, node, audited } = given();
      const own = new NodeFeed(network.folderOf(node), network.genesis);
      const feed: ArchiveFeed = {
        ...{ first: own.first, last: own.last },
        hashBefore: (index) => own.hashBefore(index),
        frontierBefore: (index) => own.frontierBefore(index),
        evidence: () => own.evidence(),
        async *entries(span) {
          for await (const portion of own.entries(span)) yield portion.map(entry);
        },
        certificates: (span, about) => own.certificates(span, about),
        links: () => own.links(),
      };
      const target = join(folder, `made-${++archives}`);
      await exportArchive({ feed, genesis: network.genesis, target, from: 2, to });
      own.close();
      return audited(target);
    };

    /** An entry that nobody ordered out, which is to lose its payload; one further on is to say so. */
    const victim = () => given().places[0]!.index - 2;
    const end = () => entriesOf(given().network.folderOf(given().node)).at(-1)!.index;
    const stripped = (applied: AppliedEntry): AppliedEntry => {
      const parts = redactedParts(sha256, applied.entry.body);
      if (!parts.ok) throw new Error(parts.error.detail);
      return { ...applied, entry: { ...applied.entry, body: encodeRedactedBody(parts.value) } };
    };
    const ordering = (applied: AppliedEntry, changes: readonly Change[]): AppliedEntry => ({
      ...applied,
      receipt: new TextEncoder().encode(JSON.stringify({ actions: [{ changes }] })),
    });
    const reason = { reason: "none", signers: ["ab".repeat(32)], time: "2026-01-01T00:00:00.000Z" };

    it("is not believed to order out what it lacks, where no voter has confirmed that", async () => {
      const { attested, last: to } = await made(end());
      expect(attested).toBeGreaterThan(victim());
      expect(attested).toBeLessThan(to);
      const by = attested + 1;
      let id = "";
      const { findings } = await made(to, (applied) => {
        const { index, body } = applied.entry;
        if (index === victim()) {
          const parts = redactedParts(sha256, body);
          id = parts.ok ? hex(parts.value.id) : "";
          return stripped(applied);
        }
        const order = () => row("juno", "redacted", keyOf(victim()), { by, id });
        return index === by
          ? ordering(applied, [order(), row("juno", "redactions", keyOf(by), reason)])
          : applied;
      });
      const problem = expect.stringContaining(`that entry ${by} redacts it cannot be believed`);
      expect(findings).toMatchObject([{ index: victim(), problem }]);
    });

    it.each<[string, (by: number) => Change[]]>([
      ["no reason", (by) => [row("juno", "redacted", keyOf(1), { by, id: "ab".repeat(32) })]],
      [
        "another entry that orders",
        (by) => [
          row("juno", "redacted", keyOf(1), { by: 1, id: "ab".repeat(32) }),
          row("juno", "redactions", keyOf(by), reason),
        ],
      ],
      ["no key", (by) => [row("juno", "redacted", "one", {}), row("juno", "redactions", keyOf(by), reason)]],
      ["no object", (by) => [row("juno", "redactions", keyOf(by), "because")]],
      ["no signers", (by) => [row("juno", "redactions", keyOf(by), { ...reason, signers: 1 })]],
      ["no time", (by) => [row("juno", "redactions", keyOf(by), { ...reason, time: "\u001b[2J" })]],
    ])("is found to tell of orders as no ledger does: %s", async (_, changes) => {
      const to = given().places.at(-1)!.index + 3;
      const { findings } = await made(to, (applied) =>
        applied.entry.index === to ? ordering(applied, changes(to)) : applied,
      );
      const problem = expect.stringContaining("tells of redactions what no order leads to");
      expect(findings).toContainEqual(expect.objectContaining({ index: to, problem }));
    });
  });
}
