// Declarations of what there is: types, resources, errors, events, capabilities, assets and tables.

import type { DeclarationBody, Field, Name, Parameter, TypeParameter, TypePart } from "./ast.ts";
import { declaredName } from "./declared-name.ts";
import { parameters, typeParts } from "./parameters.ts";
import type { Parser } from "./parser.ts";
import { skipGroup } from "./recovery.ts";
import { lines } from "./sequences.ts";
import { isCapitalised } from "./token.ts";
import { typeParameters } from "./type-expressions.ts";

/** `type` or `resource`: a record, a sum or an alias. A builtin's, alone in its source, may be nothing but a name. */
export function typeDeclaration(
  p: Parser,
  resource: boolean,
  bodies: "required" | "absent",
): DeclarationBody {
  p.bump();
  const name = declaredName(p, resource ? "a resource" : "a type", "capital");
  const params: readonly TypeParameter[] = p.is("<") ? typeParameters(p) : [];
  if (p.is("=")) return alias(p, { name, params, resource });
  if (!p.is("{")) {
    if (bodies === "absent" && p.atEnd) return { kind: "record", resource, name, params, fields: [] };
    p.expected("`{` and fields or constructors", { help: "an empty record is `{}`" });
    return { kind: "record", resource, name, params, fields: [] };
  }
  const first = p.peek();
  if (first.kind === "name" && isCapitalised(first.value)) {
    return { kind: "sum", resource, name, params, constructors: constructors(p) };
  }
  return { kind: "record", resource, name, params, fields: fields(p) };
}

type Head = { readonly name: Name; readonly params: readonly TypeParameter[]; readonly resource: boolean };

function alias(p: Parser, { name, params, resource }: Head): DeclarationBody {
  const { start, end } = p.bump();
  if (resource) {
    p.report({
      code: "H0101",
      start,
      end,
      message: "a resource is a record or has constructors",
      help: `another name for a type is \`type ${name.text} = …\`, whatever the type holds`,
    });
  }
  return { kind: "alias", name, params, type: p.rules.type(p) };
}

/** `{ account: Text, amount: Money<USD> }`; the brace is the current token. */
export function fields(p: Parser): Field[] {
  const mark = p.mark();
  const found: Field[] = [];
  lines(p, () => {
    const fieldMark = p.mark();
    const { start } = p.token;
    const before = p.position;
    const name = declaredName(p, "a field", "small");
    if (p.position === before) return;
    if (!p.expect(":", "`:` and the field's type", { help: `write \`${name.text}: Type\`` })) {
      p.close(fieldMark, "field");
      return;
    }
    const type = p.rules.type(p);
    if (p.is("=")) refuseDefault(p);
    p.close(fieldMark, "field");
    found.push({ name, type, ...p.rangeFrom(start) });
  });
  p.close(mark, "fields");
  return found;
}

function refuseDefault(p: Parser): void {
  p.expected("the next field", { help: "fields have no default: who makes a record says all of it" });
  p.bump();
  p.rules.expression(p);
}

function constructors(p: Parser): { name: Name; args: readonly TypePart[] }[] {
  const mark = p.mark();
  const found: { name: Name; args: readonly TypePart[] }[] = [];
  lines(p, () => {
    const oneMark = p.mark();
    const before = p.position;
    const name = declaredName(p, "a constructor", "capital");
    if (p.position === before) return;
    let args: readonly TypePart[] = [];
    if (p.is("(") && p.onSameLine) {
      const argsMark = p.mark();
      args = typeParts(p);
      p.close(argsMark, "parameters");
    } else if (p.is("{")) {
      p.expected("`(`", {
        help: `the parts of a constructor stand in parentheses: \`${name.text}(name: Type)\``,
      });
      skipGroup(p);
    }
    p.close(oneMark, "constructor");
    found.push({ name, args });
  });
  p.close(mark, "constructors");
  return found;
}

/** `error NotYet { until: Time }`; without fields the braces may be left out. */
export function notice(p: Parser, kind: "event" | "error"): DeclarationBody {
  p.bump();
  const name = declaredName(p, kind === "error" ? "an error" : "an event", "capital");
  if (p.is("(")) {
    p.expected("`{`", { help: `write \`${kind} ${name.text} { field: Type }\`` });
    skipGroup(p);
  }
  return { kind, name, fields: p.is("{") && p.onSameLine ? fields(p) : [] };
}

/** `capability Debit { account: Text, amount: Money<USD> } spends amount` */
export function capability(p: Parser): DeclarationBody {
  p.bump();
  const name = declaredName(p, "a capability", "capital");
  const found = p.is("{") ? fields(p) : [];
  const spends = p.onSameLine && p.eatWord("spends") ? p.name("the field that is spent") : undefined;
  return { kind: "capability", name, fields: found, spends };
}

/** `currency USD { decimals: 2, mint: operator }`, `asset SEC(isin: Text) { … }` */
export function asset(p: Parser, currency: boolean): DeclarationBody {
  p.bump();
  const name = declaredName(p, currency ? "a currency" : "an asset", "capital");
  let params: readonly Parameter[] = [];
  if (p.is("(")) {
    if (currency) {
      const help = "what there are many of is an `asset`";
      p.expected("`{` and the currency's settings", { help });
    }
    params = parameters(p, "typed");
  }
  const settings: { name: Name; value: ReturnType<Parser["rules"]["expression"]> }[] = [];
  const kind = "asset";
  if (!p.is("{")) {
    p.expected("`{` and the settings", { help: "write `{ decimals: 2, mint: policy }`" });
    return { kind, currency, name, params: currency ? [] : params, settings };
  }
  const mark = p.mark();
  lines(p, () => {
    const oneMark = p.mark();
    const before = p.position;
    const setting = p.name("a setting's name");
    if (p.position === before) return;
    if (p.expect(":", "`:` and a value")) settings.push({ name: setting, value: p.rules.expression(p) });
    p.close(oneMark, "field-value");
  });
  p.close(mark, "settings");
  return { kind, currency, name, params: currency ? [] : params, settings };
}

/** `table accounts: Text => Account` */
export function table(p: Parser): DeclarationBody {
  p.bump();
  const name = declaredName(p, "a table", "small");
  if (!p.expect(":", "`:` and the type of the keys", { help: "write `table name: Key => Row`" })) {
    if (p.is("{")) skipGroup(p);
    const missing = { kind: "error", ...p.place() } as const;
    return { kind: "table", name, key: missing, row: missing };
  }
  const key = p.rules.type(p);
  if (p.is("->")) {
    p.expected("`=>`", { help: "a table is written `table name: Key => Row`" });
    p.bump();
  } else p.expect("=>", "`=>` and the type of the rows");
  return { kind: "table", name, key, row: p.rules.type(p) };
}
