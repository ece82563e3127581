// Surface trees in one line, for tests: brackets around each node, its kind or operator first. Ranges are left
// out; they are tested on their own.

import type { Block, Declaration, Expr, Pattern, Statement, TypeExpr } from "../src/syntax/ast.ts";

const pathText = (path: { readonly parts: readonly { readonly text: string }[] }): string =>
  path.parts.map(({ text }) => text).join(".");

const joined = (parts: readonly string[]): string => parts.map((part) => ` ${part}`).join("");

const decimal = (coefficient: bigint, scale: number): string =>
  scale === 0 ? `${coefficient}` : `${coefficient}e-${scale}`;

const once = (flag: boolean): string => (flag ? "once " : "");

export function typeSketch(type: TypeExpr): string {
  const part = ({ name, type: of }: { name: { text: string } | undefined; type: TypeExpr }): string =>
    name === undefined ? typeSketch(of) : `${name.text}:${typeSketch(of)}`;
  switch (type.kind) {
    case "named": {
      const args = type.args.map((arg) =>
        arg.kind === "type" ? typeSketch(arg.type) : `=${sketch(arg.expr)}`,
      );
      return args.length === 0 ? pathText(type.path) : `${pathText(type.path)}<${args.join(", ")}>`;
    }
    case "tuple":
      return `(${type.parts.map(part).join(", ")})`;
    case "function": {
      const result = type.result === undefined ? "" : ` -> ${typeSketch(type.result)}`;
      const effect = type.effect === undefined ? "" : ` ${type.effect}`;
      return `[${once(type.once)}fn(${type.params.map(part).join(", ")})${result}${effect}]`;
    }
    case "exists":
      return `[exists ${type.name.text}:${typeSketch(type.type)} ${typeSketch(type.body)}]`;
    case "error":
      return "<error>";
  }
}

export function patternSketch(pattern: Pattern): string {
  switch (pattern.kind) {
    case "wildcard":
      return "_";
    case "variable":
      return pattern.name.text;
    case "constructor":
      return `(${pathText(pattern.path)}${joined(pattern.args.map(patternSketch))})`;
    case "record": {
      const fields = pattern.fields.map(({ name, pattern: of }) =>
        of === undefined ? name.text : `${name.text}:${patternSketch(of)}`,
      );
      return `{${pathText(pattern.path)}${joined(fields)}}`;
    }
    case "tuple":
      return `(tuple${joined(pattern.parts.map(patternSketch))})`;
    case "list": {
      const rest = pattern.rest === undefined ? [] : [`..${patternSketch(pattern.rest)}`];
      return `[${[...pattern.items.map(patternSketch), ...rest].join(" ")}]`;
    }
    case "integer":
    case "boolean":
      return String(pattern.value);
    case "text":
      return JSON.stringify(pattern.value);
    case "error":
      return "<error>";
  }
}

function statementSketch(statement: Statement): string {
  if (statement.kind === "expression") return sketch(statement.expr);
  const type = statement.type === undefined ? "" : `:${typeSketch(statement.type)}`;
  return `(let ${patternSketch(statement.pattern)}${type} ${sketch(statement.value)})`;
}

function blockSketch(block: Block): string {
  const result = block.result === undefined ? "" : ` => ${sketch(block.result)}`;
  return `{${block.statements.map((one) => `${statementSketch(one)};`).join(" ")}${result}}`;
}

const fieldSketch = ({ name, value }: { name: { text: string }; value: Expr | undefined }): string =>
  value === undefined ? name.text : `${name.text}:${sketch(value)}`;

function literalSketch(expr: Expr): string | undefined {
  switch (expr.kind) {
    case "integer":
    case "boolean":
      return String(expr.value);
    case "decimal":
      return decimal(expr.coefficient, expr.scale);
    case "money":
      return `${decimal(expr.coefficient, expr.scale)}:${pathText(expr.currency)}`;
    case "percent":
      return `${decimal(expr.coefficient, expr.scale)}%`;
    case "text":
      return JSON.stringify(expr.value);
    case "name":
      return expr.name.text;
    case "hole":
      return `?${expr.name.text}`;
    case "error":
      return "<error>";
    default:
      return undefined;
  }
}

export function sketch(expr: Expr): string {
  const literal = literalSketch(expr);
  if (literal !== undefined) return literal;
  switch (expr.kind) {
    case "field":
      return `(. ${sketch(expr.of)} ${expr.name.text})`;
    case "call":
      return `(call ${sketch(expr.callee)}${joined(expr.args.map(sketch))})`;
    case "index":
      return `(index ${sketch(expr.of)} ${sketch(expr.key)})`;
    case "record":
      return `(record ${pathText(expr.path)}${joined(expr.fields.map(fieldSketch))})`;
    case "with":
      return `(with ${sketch(expr.of)}${joined(expr.fields.map(fieldSketch))})`;
    case "tuple":
      return `(tuple${joined(expr.parts.map(sketch))})`;
    case "list":
      return `(list${joined([...expr.items.map(sketch), ...(expr.rest === undefined ? [] : [`..${sketch(expr.rest)}`])])})`;
    case "binary":
      return `(${expr.operator} ${sketch(expr.left)} ${sketch(expr.right)})`;
    case "unary":
      return `(${expr.operator} ${sketch(expr.operand)})`;
    case "block":
      return blockSketch(expr);
    case "match":
      return `(match ${sketch(expr.scrutinee)}${joined(expr.arms.map((arm) => `(${patternSketch(arm.pattern)} => ${sketch(arm.body)})`))})`;
    default:
      return controlSketch(expr);
  }
}

function controlSketch(expr: Expr): string {
  switch (expr.kind) {
    case "if":
      return `(if ${sketch(expr.condition)} ${blockSketch(expr.then)}${expr.else === undefined ? "" : ` ${sketch(expr.else)}`})`;
    case "lambda": {
      const params = expr.params.map(({ name, type }) =>
        type === undefined ? name.text : `${name.text}:${typeSketch(type)}`,
      );
      const result = expr.result === undefined ? "" : ` -> ${typeSketch(expr.result)}`;
      return `(${once(expr.once)}fn (${params.join(", ")})${result} ${blockSketch(expr.body)})`;
    }
    case "require":
      return `(require ${sketch(expr.condition)}${expr.otherwise === undefined ? "" : ` ${sketch(expr.otherwise)}`})`;
    case "abort":
      return `(abort ${sketch(expr.error)})`;
    case "emit":
      return `(emit ${sketch(expr.event)})`;
    case "update":
      return `(update ${sketch(expr.table)} ${sketch(expr.key)}${joined(expr.fields.map(fieldSketch))})`;
    default:
      return "";
  }
}

/** The parts of a declaration that hold expressions or types, one a line; the rest tests read themselves. */
export function declarationSketch(declaration: Declaration): string {
  switch (declaration.kind) {
    case "fn":
    case "action":
    case "query":
    case "init": {
      const head = [declaration.public ? "pub" : "", declaration.partial ? "partial" : "", declaration.kind];
      const typeParams = declaration.typeParams.map(({ name, type }) =>
        type === undefined ? name.text : `${name.text}:${typeSketch(type)}`,
      );
      const params = declaration.params.map(
        ({ name, type }) => `${name.text}:${type === undefined ? "?" : typeSketch(type)}`,
      );
      const clauses = [
        ...declaration.requires.map((one) => `requires ${sketch(one)}`),
        ...declaration.ensures.map((one) => `ensures ${sketch(one)}`),
      ];
      return [
        `${head.filter((word) => word !== "").join(" ")} ${declaration.name.text}<${typeParams.join(", ")}>(${params.join(", ")})`,
        `-> ${declaration.result === undefined ? "-" : typeSketch(declaration.result)} ${declaration.effect ?? "-"}`,
        ...clauses,
        declaration.body === undefined ? "-" : blockSketch(declaration.body),
      ].join(" | ");
    }
    default:
      return declaration.kind;
  }
}
