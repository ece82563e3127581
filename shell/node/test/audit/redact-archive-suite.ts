// Archives of before a redaction, from which the log's own orders take the payloads out (P37): they become what an export of a
// redacted node is, byte for byte, whatever moment ends it; and nothing is taken out that is not proved to be ordered.

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { redactArchive } from "../../src/archive/redact-archive.ts";
import { redactedName } from "../../src/archive/redacted-files.ts";
import { verifyFolder } from "../../src/audit/verify-archive.ts";
import type { rememberingVerifier } from "./altered-databases.ts";
import { manifestIn } from "./sample-archive.ts";
import type { SampleNetwork } from "./sample-network.ts";

export type RedactedHistory = {
  readonly folder: string;
  readonly network: SampleNetwork;
  readonly verifier: ReturnType<typeof rememberingVerifier>;
  /** Each order, of what and what becomes of it. */
  expected(): readonly { readonly index: number; readonly id: string; readonly payload: string }[];
  before(name: string, to?: number): Promise<string>;
  after(name: string): Promise<string>;
  /** What stands in each redacted payload, and nowhere else, as lines of an archive have it. */
  readonly marks: readonly string[];
  readonly orderedBy: number;
};

const isSegment = (name: string): boolean => name.startsWith("entries-");
const textOf = (place: string): string =>
  readdirSync(place)
    .map((name) => readFileSync(join(place, name), "utf8"))
    .join();

export function redactArchiveSuite(open: () => RedactedHistory): void {
  let history: RedactedHistory;
  /** With payloads; without any. */
  let held: string;
  let bare: string;
  let copies = 0;

  beforeAll(async () => {
    history = open();
    held = await history.before("to-redact");
    bare = await history.after("redacted-anyway");
  });

  const options = () => ({ verifier: history.verifier });
  const redacted = (place: string, isDry = false) =>
    redactArchive({
      ...{ folder: place, genesisBytes: history.network.genesisBytes, isDry },
      options: options(),
    });
  const audited = (place: string) =>
    verifyFolder({ folder: place, genesisBytes: history.network.genesisBytes, options: options() });
  const copyOf = (place: string): string => {
    const copy = `${place}-copy-${++copies}`;
    cpSync(place, copy, { recursive: true });
    return copy;
  };
  const isClean = (place: string): boolean => !history.marks.some((mark) => textOf(place).includes(mark));
  const told = (report: Awaited<ReturnType<typeof redacted>>) =>
    report.redactions.map(({ index, id, payload }) => ({ index, id, payload }));
  const fates = (payload: string) =>
    history.expected().map((one) => (one.payload === "void" ? one : { ...one, payload }));

  describe("an archive from which payloads are taken out (P37)", () => {
    it("is what an export of a redacted node is, and is accepted", async () => {
      const place = copyOf(held);
      expect(isClean(place)).toBe(false);
      const dry = await redacted(place, true);
      expect(told(dry)).toEqual(fates("removed"));
      expect(textOf(place)).toBe(textOf(held));
      const done = await redacted(place);
      expect(told(done)).toEqual(fates("removed"));
      expect(done.files).toEqual(dry.files);
      expect(isClean(place)).toBe(true);
      for (const name of readdirSync(bare).filter(isSegment)) {
        expect(readFileSync(join(place, name), "utf8")).toBe(readFileSync(join(bare, name), "utf8"));
      }
      expect(manifestIn(place).end).toEqual(manifestIn(bare).end);
      const report = await audited(place);
      expect(report).toMatchObject({ findings: [], remarks: (await audited(held)).remarks });
      const gone = ({ index, id, payload }: (typeof report.redactions)[number]) => ({ index, id, payload });
      expect(report.redactions.map(gone)).toEqual(history.expected());
      const again = await redacted(place);
      expect(told(again)).toEqual(fates("gone"));
      expect(again.files).toEqual([]);
    });

    it("is the old one or the new one, whatever moment ended it", async () => {
      const done = copyOf(held);
      const { files } = await redacted(done);
      expect(files.length).toBeGreaterThan(0);
      const draft = (place: string, name: string) => join(place, redactedName(name));
      // Written beside, and no manifest speaks of it: as if nothing had been.
      const early = copyOf(held);
      for (const name of files) cpSync(join(done, name), draft(early, name));
      expect((await audited(early)).findings).toEqual([]);
      expect(told(await redacted(early, true))).toEqual(fates("removed"));
      expect(readdirSync(early).some((name) => name.endsWith(".redacted"))).toBe(false);
      // The manifest speaks of it, and the file has not taken its place.
      const late = copyOf(held);
      for (const name of files) cpSync(join(done, name), draft(late, name));
      cpSync(join(done, "manifest.json"), join(late, "manifest.json"));
      expect((await audited(late)).findings).toContainEqual({
        place: files[0],
        problem: expect.stringContaining("interrupted"),
      });
      expect(told(await redacted(late))).toEqual(fates("gone"));
      expect(textOf(late)).toBe(textOf(done));
      expect((await audited(late)).findings).toEqual([]);
    });

    it("is left alone if it is not good, or there is none", async () => {
      const place = copyOf(held);
      const name = readdirSync(place).find(isSegment)!;
      writeFileSync(join(place, name), readFileSync(join(place, name), "utf8").replace('"ok', '"no'));
      const before = textOf(place);
      const report = await redacted(place);
      expect(report).toMatchObject({ audit: { ok: false }, redactions: [], files: [] });
      expect(textOf(place)).toBe(before);
      const nowhere = join(history.folder, "no-archive");
      await expect(redacted(nowhere)).rejects.toMatchObject({ code: "store_missing" });
      expect(existsSync(nowhere)).toBe(false);
    });

    it("keeps payloads that no order in it names, or whose receipt nobody has confirmed", async () => {
      const short = await history.before("short", history.orderedBy - 1);
      expect(await redacted(short)).toMatchObject({ audit: { ok: true }, redactions: [], files: [] });
      const doubtful = copyOf(held);
      const manifest = manifestIn(doubtful);
      const files = manifest.files.filter((file) => file.name !== "certificates.jsonl");
      const counts = { ...manifest.counts, certificates: 0 };
      rmSync(join(doubtful, "certificates.jsonl"));
      writeFileSync(
        join(doubtful, "manifest.json"),
        `${JSON.stringify({ ...manifest, counts, files }, null, 2)}\n`,
      );
      const report = await redacted(doubtful);
      expect(report.audit).toMatchObject({ ok: true, attested: 0 });
      expect(told(report)).toEqual(fates("waiting"));
      expect(isClean(doubtful)).toBe(false);
    });
  });
}
