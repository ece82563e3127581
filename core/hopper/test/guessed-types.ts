// What a reader would guess of types from the text of one module: written types, fields of its own records, rows
// of its own tables, results of its own functions. Enough to tell most coins from most texts; where it is not, the
// guess is `undefined`.

import type {
  Declaration,
  DeclarationBody,
  Expr,
  Module,
  Path,
  Pattern,
  TypeArgument,
  TypeExpr,
} from "../src/syntax/ast.ts";

export type Guess = TypeExpr | undefined;

const ALIASES_MAX = 16;
const NOWHERE = { start: 0, end: 0 };

const lastOf = (path: Path): string => path.parts.at(-1)?.text ?? "";

const typeOf = (argument: TypeArgument | undefined): Guess =>
  argument?.kind === "type" ? argument.type : undefined;

/** `Coin<USD>` of the expression `USD`. */
function coinOf(asset: Expr | undefined): Guess {
  if (asset === undefined) return undefined;
  const name = { ...NOWHERE, text: "Coin" };
  const args: TypeArgument[] =
    asset.kind === "name"
      ? [
          {
            kind: "type",
            type: { ...NOWHERE, kind: "named", path: { ...NOWHERE, parts: [asset.name] }, args: [] },
          },
        ]
      : [{ kind: "value", expr: asset }];
  return { ...NOWHERE, kind: "named", path: { ...NOWHERE, parts: [name] }, args };
}

export class TypeGuesses {
  readonly #declared = new Map<string, DeclarationBody>();

  constructor(module: Module) {
    for (const declaration of module.declarations) {
      const name = nameOf(declaration);
      if (name !== undefined) this.#declared.set(name, declaration);
    }
  }

  /** Whether values of the type can be neither copied nor lost; false where nothing is known. */
  isResource(guess: Guess, depth = 0): boolean {
    if (guess === undefined || depth > ALIASES_MAX) return false;
    const inner = (type: Guess): boolean => this.isResource(type, depth + 1);
    switch (guess.kind) {
      case "named": {
        const name = lastOf(guess.path);
        if (name === "Coin") return true;
        const declared = this.#declared.get(name);
        if (declared?.kind === "record" || declared?.kind === "sum") return declared.resource;
        if (declared?.kind === "alias") return inner(declared.type);
        return guess.args.some((arg) => inner(typeOf(arg)));
      }
      case "tuple":
        return guess.parts.some(({ type }) => inner(type));
      case "exists":
        return inner(guess.body);
      case "function":
        return guess.once;
      default:
        return false;
    }
  }

  ofField(path: Path, field: string): Guess {
    const declared = this.#declared.get(lastOf(path));
    if (declared?.kind !== "record") return undefined;
    return declared.fields.find(({ name }) => name.text === field)?.type;
  }

  ofRowField(table: Expr, field: string): Guess {
    const row = this.#row(table);
    return row?.kind === "named" ? this.ofField(row.path, field) : undefined;
  }

  ofItem(list: Guess): Guess {
    return list?.kind === "named" ? typeOf(list.args[0]) : undefined;
  }

  /** Of what stands in a tuple's or a constructor's pattern, when the whole has this type. */
  ofParts(pattern: Pattern, whole: Guess): readonly Guess[] {
    if (whole?.kind === "tuple" && pattern.kind === "tuple") return whole.parts.map(({ type }) => type);
    if (whole?.kind === "exists" && pattern.kind === "tuple") return [whole.type, whole.body];
    if (pattern.kind !== "constructor") return [];
    const name = lastOf(pattern.path);
    for (const declared of this.#declared.values()) {
      if (declared.kind !== "sum") continue;
      const found = declared.constructors.find((one) => one.name.text === name);
      if (found !== undefined) return found.args.map(({ type }) => type);
    }
    return whole?.kind === "named" && name === "Some" ? [typeOf(whole.args[0])] : [];
  }

  ofExpr(expr: Expr, local: (name: string) => Guess): Guess {
    const inner = (part: Expr | undefined): Guess => part && this.ofExpr(part, local);
    switch (expr.kind) {
      case "name":
        return local(expr.name.text);
      case "record":
        return { ...NOWHERE, kind: "named", path: expr.path, args: [] };
      case "tuple": {
        const parts = expr.parts.map((part) => inner(part));
        const known = parts.flatMap((type) => (type === undefined ? [] : [{ name: undefined, type }]));
        return known.length === parts.length ? { ...NOWHERE, kind: "tuple", parts: known } : undefined;
      }
      case "block":
        return inner(expr.result);
      case "if":
        return inner(expr.then);
      case "match":
        return inner(expr.arms[0]?.body);
      case "lambda":
        if (!expr.once) return undefined;
        return { ...NOWHERE, kind: "function", once: true, params: [], result: undefined, effect: undefined };
      case "call":
        return this.#ofCall(expr, local);
      default:
        return undefined;
    }
  }

  #ofCall(call: Expr & { readonly kind: "call" }, local: (name: string) => Guess): Guess {
    const { callee, args } = call;
    if (callee.kind === "field") {
      const receiver = this.ofExpr(callee.of, local);
      const name = callee.name.text;
      if (name === "take") return this.#row(callee.of);
      if (name === "join") return receiver;
      if (name === "split" && receiver !== undefined) {
        const part = { name: undefined, type: receiver };
        return { ...NOWHERE, kind: "tuple", parts: [part, part] };
      }
      return this.#result(name);
    }
    if (callee.kind !== "name") return undefined;
    const name = callee.name.text;
    if (name === "zero" || name === "mint") return coinOf(args[0]);
    if (name === "fold") return args[1] && this.ofExpr(args[1], local);
    return this.#result(name);
  }

  #result(name: string): Guess {
    const declared = this.#declared.get(name);
    return declared?.kind === "fn" ? declared.result : undefined;
  }

  #row(table: Expr): Guess {
    const declared = table.kind === "name" ? this.#declared.get(table.name.text) : undefined;
    return declared?.kind === "table" ? declared.row : undefined;
  }
}

function nameOf(declaration: Declaration): string | undefined {
  return "name" in declaration ? declaration.name.text : undefined;
}
