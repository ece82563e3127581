// A small project's programs, bundled and run.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundledFile, bundlesOf, currentOf } from "../src/bundle.ts";
import { makeBundle } from "../src/make-bundle.ts";

const PROGRAM = `
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { greeting } from "./greeting.ts";
const text: string = readFileSync(new URL("../text/name.txt", import.meta.url), "utf8");
new Worker(
  new URL("./loud-thread.ts", import.meta.url),
  { workerData: greeting(text) },
);
`;
const THREAD = `
import { workerData } from "node:worker_threads";
import { end } from "./end.ts";
console.log((workerData as string).toUpperCase() + end);
`;
const OLD = new Date(Date.now() - 60_000);

let root: string;

function write(path: string, text: string, time = OLD): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, time, time);
}

const make = () => makeBundle({ root, programs: ["src/program.ts"] });
const run = (url: string | undefined): string =>
  execFileSync(process.execPath, [fileURLToPath(url ?? "file:///none")], { encoding: "utf8" });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "juno-bundle-"));
  write("src/program.ts", PROGRAM);
  write(
    "src/greeting.ts",
    'export const greeting = (name: string): string => "hello, ".concat(name, " 👋");\n',
  );
  write("src/loud-thread.ts", THREAD);
  write("src/end.ts", 'export const end: string = "!";\n');
  write("text/name.txt", "world");
});

afterEach(() => rmSync(root, { recursive: true }));

describe("a bundle", () => {
  it("runs as the sources do, its threads and the files beside them included", async () => {
    expect(await make()).toBe("made");
    expect(run(bundledFile("program", root))).toBe("HELLO, WORLD 👋!\n");
    write("text/name.txt", "moon");
    expect(run(bundledFile("program", root))).toBe("HELLO, MOON 👋!\n");
  });

  it("is made once", async () => {
    await make();
    const before = bundledFile("program", root);
    expect(await make()).toBe("fresh");
    expect(bundledFile("program", root)).toBe(before);
  });

  it("is used no more once a source changed, whichever, and made anew", async () => {
    await make();
    const before = bundledFile("program", root);
    const change = (path: string, afterMs: number) =>
      utimesSync(join(root, path), OLD, new Date(OLD.getTime() + afterMs));
    for (const path of ["src/program.ts", "src/greeting.ts", "src/end.ts", "src/loud-thread.ts"]) {
      change(path, 1_000);
      expect(bundledFile("program", root), path).toBeUndefined();
      change(path, 0);
      expect(bundledFile("program", root)).toBe(before);
    }
    change("src/end.ts", 1_000);
    expect(await make()).toBe("made");
    expect(bundledFile("program", root)).not.toBe(before);
  });

  it("holds what the sources say now", async () => {
    await make();
    write("src/end.ts", 'export const end: string = " ?";\n');
    await make();
    expect(run(bundledFile("program", root))).toBe("HELLO, WORLD 👋 ?\n");
  });

  it("is used no more once libraries changed", async () => {
    write("package-lock.json", "{}");
    await make();
    write("package-lock.json", '{"packages":{}}');
    expect(bundledFile("program", root)).toBeUndefined();
  });

  it("is none where a source is gone or what tells of it is spoiled", async () => {
    expect(bundledFile("program", root)).toBeUndefined();
    await make();
    expect(bundledFile("no-program", root)).toBeUndefined();
    rmSync(join(root, "src", "end.ts"));
    expect(bundledFile("program", root)).toBeUndefined();
    write("src/end.ts", 'export const end: string = "!";\n');
    expect(bundledFile("program", root)).toBeDefined();
    writeFileSync(currentOf(root), '{"folder":');
    expect(bundledFile("program", root)).toBeUndefined();
  });

  it("is not made of sources that cannot be read or change meanwhile, and leaves nothing behind", async () => {
    write("src/end.ts", "export const end: string = ;\n");
    await expect(make()).rejects.toThrow(/end\.ts/);
    write("src/end.ts", 'export const end: string = "!";\n', new Date(Date.now() + 60_000));
    await expect(make()).rejects.toThrow("src/end.ts changed while it was being bundled");
    expect(readdirSync(bundlesOf(root))).toEqual([]);
    expect(existsSync(currentOf(root))).toBe(false);
  });

  it("leaves the last few to processes that run from them, and no more", async () => {
    for (let i = 1; i <= 5; i++) {
      utimesSync(join(root, "src", "end.ts"), OLD, new Date(OLD.getTime() + i * 1_000));
      await make();
    }
    expect(readdirSync(bundlesOf(root)).filter((name) => name !== "current.json")).toHaveLength(4);
  });
});
