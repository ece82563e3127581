// The fields of a record literal and of `with`: `owner`, `funds: kept`, divided by commas or newlines.

import type { Expr, FieldValue, Name } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { lines } from "./sequences.ts";

/** `{ owner, funds: kept }`; the brace is the current token. */
export function fieldValues(p: Parser): FieldValue[] {
  const mark = p.mark();
  const fields: FieldValue[] = [];
  lines(p, () => {
    const field = fieldValue(p);
    if (field !== undefined) fields.push(field);
  });
  p.close(mark, "field-values");
  return fields;
}

function fieldValue(p: Parser): FieldValue | undefined {
  const mark = p.mark();
  const before = p.position;
  const name: Name = p.name("a field's name");
  if (p.position === before) return undefined;
  let value: Expr | undefined;
  if (p.is("=") || p.is("=>")) {
    p.expected("`:`", { help: "a field and its value are written `name: value`" });
    p.bump();
    value = p.rules.expression(p);
  } else if (p.eat(":")) value = p.rules.expression(p);
  p.close(mark, "field-value");
  return { name, value };
}
