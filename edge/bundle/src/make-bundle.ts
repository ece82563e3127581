// Makes the bundle anew where it is not fresh: into a folder of its own, then named as the current one, so
// that whoever starts meanwhile finds the old or the new one whole.

import { globSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "rolldown";
import { BUNDLES, type Bundle, CURRENT, freshBundle, ROOT, type Stamp, stampOf } from "./bundle.ts";
import { bundledName, isThread, renameFiles } from "./module-files.ts";

/** Each is what a start file beside it hands over to. */
const PROGRAMS = [
  "edge/cli/src/program.ts",
  "edge/cli/src/demo/demo-program.ts",
  "edge/cli/src/hopper/hopper-program.ts",
];
/** Which file a package's name leads to; how bundles are made. */
const ALSO_SOURCES = ["{core,shell,edge}/*/package.json", "edge/bundle/src/*.ts"];
/** It loads a native file that stands in its own package. */
const NATIVE = ["sodium-native"];
/** A process that runs from an older bundle loads some of its files late. */
const KEPT = 4;

const isOwn = (path: string): boolean =>
  path.startsWith(ROOT) && !path.slice(ROOT.length).startsWith("node_modules");

/** A thread's source becomes a file of the bundle; whatever else a module names stays where it is. */
function findingFiles(folder: string): Plugin {
  return {
    name: "find files that modules name",
    transform: {
      filter: { code: /import\.meta\.url/, id: { exclude: /node_modules/ } },
      handler(code, module) {
        return renameFiles(code, module, (path) => {
          if (!isThread(path)) return relative(folder, path);
          const fileName = `${bundledName(path)}.mjs`;
          this.emitFile({ type: "chunk", id: path, fileName });
          return `./${fileName}`;
        });
      },
    },
  };
}

function removeOld(): void {
  const folders = readdirSync(BUNDLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const byAge = folders
    .map(({ name }) => ({ name, changed: statSync(join(BUNDLES, name)).mtimeMs }))
    .sort((a, b) => b.changed - a.changed);
  for (const { name } of byAge.slice(KEPT)) rmSync(join(BUNDLES, name), { recursive: true, force: true });
}

async function writeBundle(folder: string): Promise<string[]> {
  const { rolldown } = await import("rolldown");
  const modules: string[] = [];
  const build = await rolldown({
    cwd: ROOT,
    platform: "node",
    external: NATIVE,
    input: Object.fromEntries(PROGRAMS.map((path) => [bundledName(path), join(ROOT, path)])),
    plugins: [
      findingFiles(folder),
      {
        name: "list modules",
        buildEnd: {
          handler() {
            modules.push(...this.getModuleIds());
          },
        },
      },
    ],
  });
  try {
    await build.write({
      dir: folder,
      format: "esm",
      entryFileNames: "[name].mjs",
      chunkFileNames: "part-[hash].mjs",
      keepNames: true,
    });
  } finally {
    await build.close();
  }
  return modules.filter(isOwn).map((path) => relative(ROOT, path));
}

function stampsOf(paths: readonly string[], began: number): Record<string, Stamp> {
  const stamps = paths.map((path) => [path, stampOf(path)] as const);
  const changed = stamps.find(([, [, time]]) => time >= began)?.[0];
  if (changed !== undefined) throw new Error(`${changed} changed while it was being bundled`);
  return Object.fromEntries(stamps);
}

/**
 * Says whether there was anything to do.
 * @throws Error if the sources cannot be bundled, or change meanwhile
 */
export async function makeBundle(): Promise<"made" | "fresh"> {
  if (freshBundle() !== undefined) return "fresh";
  const began = Date.now();
  const name = `${process.pid}-${began}`;
  const folder = join(BUNDLES, name);
  mkdirSync(folder, { recursive: true });
  try {
    const sources = [...(await writeBundle(folder)), ...globSync(ALSO_SOURCES, { cwd: ROOT })].sort();
    const bundle: Bundle = { folder: name, sources: stampsOf(sources, began) };
    const next = join(folder, "bundle.json");
    writeFileSync(next, JSON.stringify(bundle));
    renameSync(next, CURRENT);
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
  removeOld();
  return "made";
}
