// Names of other modules: `bank.open`, and the names that an import asks for. What a module does not have, and what it keeps
// to itself, is told here.

import type { Expr, Name } from "../syntax/ast.ts";
import type { Checker, Complaint, Context } from "./checker.ts";
import { type Global, isVisible, type ModuleInterface, offeredBy } from "./global.ts";
import { findLocal } from "./scope.ts";
import { suggest } from "./suggest.ts";
import { laterHelp } from "./unknown-name.ts";

/** What is to be said of a name that the module does not offer. */
export function notOffered(from: ModuleInterface, name: string): Complaint {
  const module = from.name;
  const globals = offeredBy(from);
  const global = globals.get(name);
  if (global === undefined) {
    return {
      code: "H0403",
      message: `the module \`${module}\` has no \`${name}\``,
      ...(laterHelp(module, name) ??
        suggest(name, [...globals.keys()], `look at what \`${module}\` declares`)),
    };
  }
  return {
    code: "H0404",
    message: `\`${name}\` is private to the module \`${module}\``,
    help:
      global.kind === "table"
        ? `a table's rows are touched by its own module alone: call what \`${module}\` offers`
        : "mark it as `pub` there, or use what the module offers",
  };
}

/** A module's declaration by its qualifier, `bank.open`; undefined if `of` is no qualifier. */
export function qualified(
  checker: Checker,
  context: Context,
  of: Expr,
  name: Name,
): Global | "unknown" | undefined {
  if (of.kind !== "name" || findLocal(context.scope, of.name.text) !== undefined) return undefined;
  if (checker.names.isPoisoned(of.name.text)) return "unknown";
  const module = checker.names.qualifier(of.name.text);
  if (module === undefined || checker.names.find(of.name.text) !== undefined) return undefined;
  const found = checker.names.interface(module);
  const global = found && offeredBy(found).get(name.text);
  if (global !== undefined && isVisible(global)) return global;
  if (found !== undefined) checker.complain(name, notOffered(found, name.text));
  return "unknown";
}
