// What a commit proof proves (E17, S13): an entry at or below every certified point, on one chain.

import { Epoch, LogIndex, Term } from "@juno/base";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../test/signing.ts";
import { ackOf, commitProofOf, context, headerAt, headers, pointAt } from "../test/statements.ts";
import { type CommitProof, checkCommitProof } from "./certificate.ts";
import { type EntryHeader, entryHash } from "./entry.ts";

const refused = (code: string) => ({ ok: false, error: { code } });
const accepted = { ok: true };

describe("what a commit proof proves (S13)", () => {
  const check = (change: Partial<CommitProof>) => checkCommitProof(context, commitProofOf(change));
  const acks = [11, 13, 12].map((index, i) => ackOf(i + 1, { certified: pointAt(index) }));
  const between = headers.slice(1, 3);

  it("is an entry at or below every Ack's certified point, on one chain", () => {
    expect(check({ acks, headers: between })).toMatchObject(accepted);
  });

  it("needs the headers between the points: none missing, doubled or out of order", () => {
    const [twelve, thirteen] = between as [EntryHeader, EntryHeader];
    for (const wrong of [
      [],
      [twelve],
      [thirteen],
      [twelve, twelve],
      [thirteen, twelve],
      headers.slice(0, 3),
    ]) {
      expect(check({ acks, headers: wrong })).toMatchObject(refused("bad_certificate"));
    }
  });

  it("needs headers whose indexes follow, even where Acks vouch for their hashes", () => {
    const stray = headerAt(99);
    const certified = { index: LogIndex(12), hash: entryHash(sha256, pointAt(11).hash, stray) };
    const vouching = [1, 2, 3].map((voter) => ackOf(voter, { certified }));
    expect(check({ acks: vouching, headers: [stray] })).toMatchObject(refused("bad_certificate"));
  });

  it("takes no header above the highest point: nobody vouches for it", () => {
    expect(check({ acks, headers: headers.slice(1) })).toMatchObject(refused("bad_certificate"));
    expect(check({ headers: [headerAt(12)] })).toMatchObject(refused("bad_certificate"));
  });

  it("feels every field of every header", () => {
    const changes: Partial<EntryHeader>[] = [
      { epoch: Epoch(9) },
      { term: Term(9) },
      { time: 9 },
      { kind: "config" },
      { bodyDigest: digestOf("other") },
    ];
    for (const i of [0, 1]) {
      for (const change of changes) {
        const wrong = between.with(i, { ...between[i]!, ...change });
        expect(check({ acks, headers: wrong })).toMatchObject(refused("bad_certificate"));
      }
    }
  });

  it("is not an entry above what an Ack certified, nor another entry", () => {
    const low = ackOf(3, { certified: pointAt(10) });
    expect(check({ acks: [ackOf(1), ackOf(2), low] })).toMatchObject(refused("bad_certificate"));
    expect(check({ hash: digestOf("fork") })).toMatchObject(refused("bad_certificate"));
    expect(check({ index: LogIndex(12) })).toMatchObject(refused("bad_certificate"));
  });

  it("is not one that was merely stored", () => {
    const stored = [1, 2, 3].map((voter) => ackOf(voter, { certified: pointAt(10), stored: pointAt(11) }));
    expect(check({ acks: stored })).toMatchObject(refused("bad_certificate"));
  });

  it("is of the term it names", () => {
    expect(check({ term: Term(4) })).toMatchObject(refused("bad_certificate"));
  });
});
