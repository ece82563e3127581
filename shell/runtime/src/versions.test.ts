// Versions as a node tells of them (C36), and when it stops because of them (C37).

import { UNGOVERNED } from "@juno/ledger";
import { expect, it } from "vitest";
import { VersionWatch, versionFailure, versionsOf } from "./versions.ts";

const FIRST = { ledger: 1, language: 1 };
const [old, current] = [{ known: FIRST }, { known: { ledger: 2, language: 1 } }];
const activation = { act: "cd".repeat(32), at: 9, from: FIRST, to: { ledger: 2, language: 1 } };

it("are shown as known, in force and ahead", () => {
  expect(versionsOf(old, undefined, 3)).toMatchObject({ known: FIRST, inForce: FIRST });
  expect(versionsOf(old, undefined, 3)).not.toMatchObject({ next: expect.anything() });
  const { act } = activation;
  const ahead = { inForce: FIRST, next: { index: 9, act, ledger: 2, language: 1 } };
  expect(versionsOf(current, activation, 7)).toEqual({ ...current, ...ahead, stopsBefore: undefined });
  expect(versionsOf(old, activation, 7)).toEqual({ ...old, ...ahead, stopsBefore: 9 });
  const inForce = { inForce: { ledger: 2, language: 1 }, next: undefined };
  expect(versionsOf(current, activation, 8)).toEqual({ ...current, ...inForce, stopsBefore: undefined });
});

it("stop whoever does not know them when the entry before is applied, and nobody else", () => {
  expect(versionFailure(old, activation, 7)).toBeUndefined();
  expect(versionFailure(old, activation, 8)).toMatchObject({ code: "too_old" });
  expect(versionFailure(old, activation, 100)).toMatchObject({ code: "too_old" });
  expect(versionFailure(current, activation, 100)).toBeUndefined();
  expect(versionFailure(old, { ...activation, to: FIRST }, 100)).toBeUndefined();
});

it("are told once when they are decided, and again when that changes; then the node fails", () => {
  const notices: unknown[] = [];
  const failures: Error[] = [];
  const announcer = { notice: (code: string, facts: object) => notices.push([code, facts]) };
  const watch = new VersionWatch({ ledger: old, announcer, failed: (cause) => failures.push(cause) });
  watch.heed(UNGOVERNED, 4);
  expect(notices).toEqual([]);
  watch.heed({ activation }, 5);
  watch.heed({ activation }, 6);
  const told = (at: number) => [
    "too_old_ahead",
    { stopsBefore: at, message: expect.stringContaining("newer") },
  ];
  expect(notices).toEqual([told(9)]);
  watch.heed({ activation: { ...activation, at: 6, to: FIRST } }, 6);
  watch.heed({ activation: { ...activation, at: 20 } }, 8);
  expect(notices).toEqual([told(9), told(20)]);
  expect(failures).toEqual([]);
  watch.heed({ activation: { ...activation, at: 20 } }, 19);
  expect(failures).toMatchObject([{ code: "too_old" }]);
});
