// The modules of a genesis document (C8): deployed as version 1 before the first entry. Whoever reads a genesis asks
// first whether they are sound; afterwards they are taken to be.

import { assert, ok, type Refusal, type Result, refuse, type Sha256 } from "@juno/base";
import { compile, type Diagnostic, FIRST_LANGUAGE, moduleName, parse, positionOf } from "@juno/hopper";
import type { Genesis } from "@juno/proof";
import type { LedgerContext } from "./context.ts";
import { type DeployedModule, deployedModule, SYSTEM } from "./deployed-module.ts";
import { isModuleName } from "./payload-parts.ts";

const nameIn = (source: string): string | undefined => moduleName(parse({ name: "", text: source }).module);

/** Why no module may be called so. */
export function badModuleName(name: string): string | undefined {
  if (name === SYSTEM.module || name.startsWith(`${SYSTEM.module}.`)) {
    return `names that begin with \`${SYSTEM.module}\` are the ledger's own`;
  }
  if (name === "std" || name.startsWith("std.")) return "names that begin with `std` belong to the library";
  if (isModuleName(name)) return undefined;
  return "a module's name has at most nine parts of 64 characters";
}

const refused = (at: number, detail: string): Result<never, Refusal> =>
  refuse("bad_genesis", `modules[${at}]: ${detail}`);

function told(sources: readonly string[], { span, code, message, help }: Diagnostic): Result<never, Refusal> {
  const at = sources.indexOf(span.source.text);
  const { line, column } = positionOf(span.source, span.start);
  const mend = help === undefined ? "" : `; ${help}`;
  return refused(at, `line ${line}, column ${column}: error[${code}] ${message}${mend}`);
}

/** C8: whether the genesis's modules are sound; the refusal names the first fault. */
export function checkGenesisModules(genesis: Genesis): Result<undefined, Refusal> {
  const sources = genesis.modules;
  for (const [at, source] of sources.entries()) {
    const name = nameIn(source);
    const fault = name === undefined ? undefined : badModuleName(name);
    if (fault !== undefined) return refused(at, fault);
  }
  const { diagnostics, modules } = compile(
    sources.map((text, at) => ({ name: `modules[${at}]`, text })),
    { language: FIRST_LANGUAGE },
  );
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) return told(sources, error);
  for (const { code, source } of modules) {
    // Nobody signs a genesis, and there is no entry that a receipt could be of.
    const at = sources.indexOf(source.text);
    if (code.init !== undefined)
      return refused(at, "a module of the genesis has no `init`; deploy it instead");
  }
  return ok(undefined);
}

const known = new WeakMap<Genesis, ReadonlyMap<string, DeployedModule>>();

/** By name. */
export function genesisModules(
  context: Pick<LedgerContext, "genesis" | "sha256">,
): ReadonlyMap<string, DeployedModule> {
  const { genesis, sha256 } = context;
  let modules = known.get(genesis);
  if (modules === undefined) {
    modules = new Map(genesis.modules.map((source) => namedModule(sha256, source)));
    known.set(genesis, modules);
  }
  return modules;
}

function namedModule(sha256: Sha256, source: string): [string, DeployedModule] {
  const name = nameIn(source);
  assert(name !== undefined, "a genesis that was checked has named modules");
  const module = { name, version: 1, source, at: undefined, language: FIRST_LANGUAGE };
  return [name, deployedModule(sha256, module)];
}
