// A module's imports (L53): names by which it calls what other modules declare. What is promised and not
// there is told once, here, and then taken for anything.

import type { Import } from "../syntax/ast.ts";
import type { Checker } from "./checker.ts";
import { isVisible, offeredBy } from "./global.ts";
import { notOffered } from "./qualified.ts";

export function importAll(checker: Checker, imports: readonly Import[]): ReadonlySet<string> {
  const modules = new Set<string>();
  for (const one of imports) {
    const module = one.path.parts.map(({ text }) => text).join(".");
    const found = checker.names.interface(module);
    if (found === undefined) {
      checker.complain(one.path, {
        code: "H0407",
        message: `there is no module \`${module}\``,
        help: "give its file as well, or put it beside this one",
      });
      for (const name of [...one.names, ...one.path.parts.slice(-1)]) checker.names.poison(name.text);
      continue;
    }
    modules.add(module);
    const last = one.path.parts.at(-1);
    if (last !== undefined) checker.names.qualify(last.text, module);
    for (const name of one.names) {
      const global = offeredBy(found).get(name.text);
      if (global === undefined || !isVisible(global)) {
        checker.complain(name, notOffered(found, name.text));
        checker.names.poison(name.text);
      } else if (!checker.names.import(name.text, global.ref)) {
        checker.complain(name, {
          code: "H0408",
          message: `\`${name.text}\` is imported twice, from two modules`,
          help: `import one of them, and write \`${last?.text}.${name.text}\` for the other`,
        });
      }
    }
  }
  return modules;
}
