// Several modules at once: who imports whom decides the order; a circle is refused (L3). Each module is checked against the
// interfaces of those before it, and of the library.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { FUEL_MAX } from "../kernel/normalizer.ts";
import type { Declaration, Module } from "../syntax/ast.ts";
import type { Library, ModuleInterface } from "./global.ts";
import { type CheckedModule, checkModule } from "./module.ts";

export type Parsed = {
  readonly source: Source;
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
};

export type CheckedProgram = {
  /** In the order of dependence; those with errors too. */
  readonly modules: readonly CheckedModule[];
  /** Of all sources, those of parsing first. */
  readonly diagnostics: readonly Diagnostic[];
};

export type ProgramOptions = {
  /** Declares what a module of the library has besides its source. */
  readonly builtins?: (module: string) => readonly Declaration[];
  readonly isLibrary?: boolean;
  /** What checking all modules together may take. */
  readonly fuel?: number;
};

export const isError = ({ severity }: Diagnostic): boolean => severity === "error";

export const moduleName = (module: Module): string | undefined =>
  module.name?.parts.map(({ text }) => text).join(".");

const complaint = (
  source: Source,
  range: Range,
  parts: { code: string; message: string; help: string },
): Diagnostic => ({
  ...parts,
  severity: "error",
  span: { source, start: range.start, end: range.end },
  notes: [],
  known: [],
});

const pathText = ({ path }: Module["imports"][number]): string =>
  path.parts.map(({ text }) => text).join(".");

export function checkProgram(
  parsed: readonly Parsed[],
  library: Library,
  options: ProgramOptions = {},
): CheckedProgram {
  const { builtins = () => [], isLibrary = false, fuel = Number.MAX_SAFE_INTEGER } = options;
  const diagnostics = parsed.flatMap((one) => one.diagnostics);
  const named = nameModules(parsed, isLibrary, diagnostics);
  const known = new Map<string, ModuleInterface>(library);
  const modules: CheckedModule[] = [];
  const faulty = new Set<string>();
  let left = fuel;
  for (const name of inOrder(named, diagnostics)) {
    const { source, module, diagnostics: ofParsing } = named.get(name)!;
    const sound = !ofParsing.some(isError) && !module.imports.some((one) => faulty.has(pathText(one)));
    const checked = checkModule({
      ...{ name, source, module, sound },
      builtins: builtins(name),
      library: known,
      fuel: Math.min(left, FUEL_MAX),
    });
    left = Math.max(0, left - checked.work());
    if (!sound || checked.diagnostics.some(isError)) faulty.add(name);
    diagnostics.push(...checked.diagnostics);
    known.set(name, checked.interface);
    modules.push(checked);
  }
  return { modules, diagnostics };
}

/** Names that begin with `std.` belong to the library. A deployed module may be given again, as its next version. */
function nameModules(
  parsed: readonly Parsed[],
  isLibrary: boolean,
  diagnostics: Diagnostic[],
): Map<string, Parsed> {
  const named = new Map<string, Parsed>();
  for (const one of parsed) {
    const { source, module } = one;
    const name = moduleName(module);
    const place = module.name ?? { start: 0, end: Math.min(1, source.text.length) };
    if (name === undefined) {
      const message = "this source does not say which module it is";
      const help = "begin the file with `module` and a name, such as `module demo.bank`";
      diagnostics.push(complaint(source, place, { code: "H0409", message, help }));
    } else if (named.has(name) || (!isLibrary && name.startsWith("std."))) {
      const message = `the module name \`${name}\` is taken`;
      const help = "give it another name; those that begin with `std.` belong to the library";
      diagnostics.push(complaint(source, place, { code: "H0411", message, help }));
    } else {
      named.set(name, one);
    }
  }
  return named;
}

/** Imported modules first; without recursion, since chains of imports may be long. */
function inOrder(named: ReadonlyMap<string, Parsed>, diagnostics: Diagnostic[]): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const importsOf = (name: string) =>
    named.get(name)!.module.imports.filter((one) => named.has(pathText(one)));
  for (const root of named.keys()) {
    if (state.has(root)) continue;
    state.set(root, "open");
    const stack = [{ name: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const imported = importsOf(top.name)[top.next];
      top.next += 1;
      if (imported === undefined) {
        state.set(top.name, "done");
        order.push(top.name);
        stack.pop();
        continue;
      }
      const name = imported.path.parts.map(({ text }) => text).join(".");
      if (state.get(name) === "open") {
        const circle = [
          ...stack.slice(stack.findIndex((one) => one.name === name)).map((one) => one.name),
          name,
        ];
        const message = `these modules import each other in a circle: ${circle.map((one) => `\`${one}\``).join(" → ")}`;
        const help = "move what both need into a third module";
        diagnostics.push(
          complaint(named.get(top.name)!.source, imported.path, { code: "H0410", message, help }),
        );
      } else if (!state.has(name)) {
        state.set(name, "open");
        stack.push({ name, next: 0 });
      }
    }
  }
  return order;
}
