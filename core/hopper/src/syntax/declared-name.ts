// The name that a declaration introduces, with its case checked: types and constructors begin with a
// capital, functions, fields and tables do not (L53). The parser itself relies on it: `Name {` begins
// a record, `name {` does not.

import type { Name } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { isCapitalised } from "./token.ts";

export type Case = "capital" | "small" | "any";

/** The name at the current token; `what` is said with its article: "a table". */
export function declaredName(p: Parser, what: string, wanted: Case): Name {
  const name = p.name(`the name of ${what}`);
  if (name.text === "" || wanted === "any") return name;
  if (isCapitalised(name.text) === (wanted === "capital")) return name;
  const help =
    wanted === "capital"
      ? `write \`${camelCase(name.text)}\`: types, constructors, errors and events begin with a capital`
      : `write \`${snakeCase(name.text)}\`: functions, fields, tables and policies begin with a small letter`;
  const message = `the name of ${what} begins with a ${wanted === "capital" ? "capital" : "small letter"}`;
  p.report({ code: "H0124", start: name.start, end: name.end, message, help });
  return name;
}

function camelCase(name: string): string {
  const words = name.split("_").filter((word) => word !== "");
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

function snakeCase(name: string): string {
  if (/^[A-Z0-9_]+$/.test(name)) return name.toLowerCase();
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
