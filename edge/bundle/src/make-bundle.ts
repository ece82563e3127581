// Makes the bundle anew where it is not fresh: into a folder of its own, then named as the current one, so
// that whoever starts meanwhile finds the old or the new one whole.

import { globSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Plugin } from "rolldown";
import { type Bundle, bundlesOf, currentOf, freshBundle, ROOT, type Stamp, stampOf } from "./bundle.ts";
import { bundledName, isThread, renameFiles } from "./module-files.ts";

export type Project = {
  readonly root: string;
  /** Paths of the programs. A thread that one of them starts is found where it is named. */
  readonly programs: readonly string[];
};

/** Each program is what a start file beside it hands over to. */
const JUNO: Project = {
  root: ROOT,
  programs: [
    "edge/cli/src/program.ts",
    "edge/cli/src/demo/demo-program.ts",
    "edge/cli/src/hopper/hopper-program.ts",
  ],
};
/** Which file a package's name leads to; which libraries there are; how bundles are made. */
const ALSO_SOURCES = ["package-lock.json", "{core,shell,edge}/*/package.json", "edge/bundle/src/*.ts"];
/** The module of a package that looks for the package's native file, in some dozen places. */
const NATIVE = /node_modules\/sodium-native\/binding\.js$/;
const HOST = `${process.platform}-${process.arch}`;
/** A process that runs from an older bundle loads some of its files late. */
const KEPT = 4;

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

function removeOld(root: string): void {
  const bundles = bundlesOf(root);
  const byAge = readdirSync(bundles, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ path: join(bundles, name), changed: statSync(join(bundles, name)).mtimeMs }))
    .sort((a, b) => b.changed - a.changed);
  for (const { path } of byAge.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}

/** Every thread loads the native file, and looking for it costs as much as loading it: a bundle knows where it was found. */
const findingNativeFile = (folder: string): Plugin => ({
  name: "find the native file",
  transform: {
    filter: { id: NATIVE },
    handler(_, module) {
      const require = createRequire(module);
      require(module);
      const ofPackage = (path: string) => path.startsWith(dirname(module)) && path.endsWith(".node");
      const found = Object.keys(require.cache).find(ofPackage);
      if (found === undefined) throw new Error(`${module} loads no native file`);
      const parts = JSON.stringify(relative(folder, found).split(HOST));
      return `module.exports = require(${parts}.join(process.platform + "-" + process.arch));`;
    },
  },
});

/** Text of ASCII alone takes half the memory, and is compared faster with what was compiled from it. Nothing bundled names raw text. */
const asciiOnly: Plugin = {
  name: "escape characters beyond ASCII",
  generateBundle(_, files) {
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = inAscii(file.code);
  },
};

const inAscii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The paths of the sources. */
async function writeBundle({ root, programs }: Project, folder: string): Promise<string[]> {
  const { rolldown } = await import("rolldown");
  const modules: string[] = [];
  const listModules: Plugin = {
    name: "list modules",
    buildEnd() {
      modules.push(...this.getModuleIds());
    },
  };
  const build = await rolldown({
    cwd: root,
    platform: "node",
    input: Object.fromEntries(programs.map((path) => [bundledName(path), join(root, path)])),
    plugins: [findingFiles(folder), findingNativeFile(folder), listModules, asciiOnly],
  });
  try {
    await build.write({
      dir: folder,
      format: "esm",
      entryFileNames: "[name].mjs",
      chunkFileNames: "part-[hash].mjs",
      keepNames: true,
      comments: false,
    });
  } finally {
    await build.close();
  }
  return modules
    .filter(isAbsolute)
    .map((path) => relative(root, path))
    .filter((path) => !path.startsWith("..") && !path.includes("node_modules"));
}

const thisSecond = (): number => Math.floor(Date.now() / 1000);

/** Whatever changes from now on bears another time than what has changed before. A timer may ring a moment early. */
const nextSecond = async (): Promise<number> => {
  const second = thisSecond();
  while (thisSecond() === second) await setTimeout(1000 - (Date.now() % 1000));
  return thisSecond();
};

function stampsOf(root: string, paths: readonly string[], began: number): Record<string, Stamp> {
  const stamps = paths.map((path) => [path, stampOf(root, path)] as const);
  const changed = stamps.find(([, [, time]]) => time >= began)?.[0];
  if (changed !== undefined) throw new Error(`${changed} changed while it was being bundled`);
  return Object.fromEntries(stamps);
}

/**
 * Says whether there was anything to do.
 * @throws Error if the sources cannot be bundled, or change meanwhile
 */
export async function makeBundle(project = JUNO): Promise<"made" | "fresh"> {
  const { root } = project;
  if (freshBundle(root) !== undefined) return "fresh";
  const began = await nextSecond();
  const name = `${process.pid}-${began}`;
  const folder = join(bundlesOf(root), name);
  mkdirSync(folder, { recursive: true });
  try {
    const sources = [...(await writeBundle(project, folder)), ...globSync(ALSO_SOURCES, { cwd: root })];
    const bundle: Bundle = { folder: name, sources: stampsOf(root, sources.sort(), began) };
    const next = join(folder, "bundle.json");
    writeFileSync(next, JSON.stringify(bundle));
    renameSync(next, currentOf(root));
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
  removeOld(root);
  return "made";
}

/** A bundle is a convenience: where none can be made, this says so, and programs run from their sources. */
export async function tryToMakeBundle(): Promise<void> {
  try {
    await makeBundle();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    console.error(`juno: programs run from their sources, which takes longer to start: ${reason}`);
  }
}
