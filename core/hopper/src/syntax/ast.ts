// The surface tree: what a source says, freed of spelling, comments and newlines. Every node has its
// range. It knows no types and resolves no names; `error` nodes stand where the parser recovered.

import type { Range } from "../diagnostic/source.ts";

export type Name = Range & { readonly text: string };

/** `demo.bank`, `bank.open`, `USD`. */
export type Path = Range & { readonly parts: readonly Name[] };

export type Effect = "total" | "fails" | "reads" | "writes";

// Types

export type TypeExpr = Range &
  (
    | { readonly kind: "named"; readonly path: Path; readonly args: readonly TypeArgument[] }
    /** `(A, B)` or `(id: Text, who: Text)`; `{}` is the empty tuple. */
    | { readonly kind: "tuple"; readonly parts: readonly TypePart[] }
    /** `fn(A, x: B) -> C reads`, `once fn(…) -> C`. No result: Unit. No effect written: undefined. */
    | {
        readonly kind: "function";
        readonly once: boolean;
        readonly params: readonly TypePart[];
        readonly result: TypeExpr | undefined;
        readonly effect: Effect | undefined;
      }
    /** `exists (x: A) B` */
    | { readonly kind: "exists"; readonly name: Name; readonly type: TypeExpr; readonly body: TypeExpr }
    | { readonly kind: "error" }
  );

export type TypePart = { readonly name: Name | undefined; readonly type: TypeExpr };

/**
 * What stands between `<` and `>`. A bare name (`USD`, `id`, `Text`, `Presented`) is a `type` of kind
 * `named`; whether it is a value is for the checker to say. `SEC(isin)`, `trade.isin` and literals are values.
 */
export type TypeArgument =
  | { readonly kind: "type"; readonly type: TypeExpr }
  | { readonly kind: "value"; readonly expr: Expr };

/** `<a>` Data, `<a: Type>`, `<s: Stage>`: which of them it is, is for the checker to say. */
export type TypeParameter = Range & { readonly name: Name; readonly type: TypeExpr | undefined };

// Expressions

export type Expr = Range &
  (
    | { readonly kind: "integer"; readonly value: bigint }
    /** `40.00` without a currency: digits and the number of them behind the point. */
    | { readonly kind: "decimal"; readonly coefficient: bigint; readonly scale: number }
    /** `40.00 USD` */
    | {
        readonly kind: "money";
        readonly coefficient: bigint;
        readonly scale: number;
        readonly currency: Path;
      }
    /** `5%`, `0.25%` */
    | { readonly kind: "percent"; readonly coefficient: bigint; readonly scale: number }
    /** The text's value, escapes resolved. */
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    /** `x`, `Issued`, `USD` */
    | { readonly kind: "name"; readonly name: Name }
    /** `x.f`, `bank.open` */
    | { readonly kind: "field"; readonly of: Expr; readonly name: Name }
    | { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Expr[] }
    /** `t[k]` */
    | { readonly kind: "index"; readonly of: Expr; readonly key: Expr }
    /** `Account { owner, funds: x }` */
    | { readonly kind: "record"; readonly path: Path; readonly fields: readonly FieldValue[] }
    /** `r with { f: e }` */
    | { readonly kind: "with"; readonly of: Expr; readonly fields: readonly FieldValue[] }
    /** Two parts or more; `{}` where an expression is expected is the one with none. */
    | { readonly kind: "tuple"; readonly parts: readonly Expr[] }
    /** `[a, b, ..rest]` */
    | { readonly kind: "list"; readonly items: readonly Expr[]; readonly rest: Expr | undefined }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly at: Range;
        readonly left: Expr;
        readonly right: Expr;
      }
    | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expr }
    | {
        readonly kind: "if";
        readonly condition: Expr;
        readonly then: Block;
        /** A block, or an `if` again. */
        readonly else: Expr | undefined;
      }
    | { readonly kind: "match"; readonly scrutinee: Expr; readonly arms: readonly Arm[] }
    | {
        readonly kind: "lambda";
        readonly once: boolean;
        readonly params: readonly Parameter[];
        readonly result: TypeExpr | undefined;
        readonly body: Block;
      }
    | Block
    /** `require c else E`; `E` is an expression for an error value. */
    | { readonly kind: "require"; readonly condition: Expr; readonly otherwise: Expr | undefined }
    | { readonly kind: "abort"; readonly error: Expr }
    | { readonly kind: "emit"; readonly event: Expr }
    /** `update t[k] { field => e }` */
    | {
        readonly kind: "update";
        readonly table: Expr;
        readonly key: Expr;
        readonly fields: readonly { readonly name: Name; readonly value: Expr }[];
      }
    /** `?name`: a place to be filled; the checker tells what is expected there. */
    | { readonly kind: "hole"; readonly name: Name }
    | { readonly kind: "error" }
  );

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "++"
  | "mod";

/** `f: e`, or `f` alone, which stands for `f: f`. */
export type FieldValue = { readonly name: Name; readonly value: Expr | undefined };

export type Arm = Range & { readonly pattern: Pattern; readonly body: Expr };

export type Block = Range & {
  readonly kind: "block";
  readonly statements: readonly Statement[];
  /** The last expression; absent if the block is empty or ends with a `let`. */
  readonly result: Expr | undefined;
};

export type Statement = Range &
  (
    | {
        readonly kind: "let";
        readonly pattern: Pattern;
        readonly type: TypeExpr | undefined;
        readonly value: Expr;
      }
    | { readonly kind: "expression"; readonly expr: Expr }
  );

export type Pattern = Range &
  (
    | { readonly kind: "wildcard" }
    | { readonly kind: "variable"; readonly name: Name }
    /** `None`, `Some(x)` */
    | { readonly kind: "constructor"; readonly path: Path; readonly args: readonly Pattern[] }
    /** `Account { owner, funds: f }` */
    | {
        readonly kind: "record";
        readonly path: Path;
        readonly fields: readonly { readonly name: Name; readonly pattern: Pattern | undefined }[];
      }
    | { readonly kind: "tuple"; readonly parts: readonly Pattern[] }
    /** `[]`, `[a, b]`, `[a, ..rest]`; `rest` is a variable or a wildcard. */
    | { readonly kind: "list"; readonly items: readonly Pattern[]; readonly rest: Pattern | undefined }
    | { readonly kind: "integer"; readonly value: bigint }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "error" }
  );

export type Parameter = Range & { readonly name: Name; readonly type: TypeExpr | undefined };

// Declarations

export type Declaration = Range & {
  /** The comment lines right above, without `//`, joined by newlines; empty if there are none. */
  readonly doc: string;
} & DeclarationBody;

export type Field = Range & { readonly name: Name; readonly type: TypeExpr };

export type DeclarationBody =
  | {
      readonly kind: "const";
      readonly public: boolean;
      readonly name: Name;
      readonly type: TypeExpr | undefined;
      readonly value: Expr;
    }
  /** `type Balance { account: Text }`, `resource Account { … }` */
  | {
      readonly kind: "record";
      readonly resource: boolean;
      readonly name: Name;
      readonly params: readonly TypeParameter[];
      readonly fields: readonly Field[];
    }
  /** `type Stage { Issued, Presented }`, `resource Slot { Empty, Full(Coin<USD>) }` */
  | {
      readonly kind: "sum";
      readonly resource: boolean;
      readonly name: Name;
      readonly params: readonly TypeParameter[];
      readonly constructors: readonly {
        readonly name: Name;
        readonly args: readonly TypePart[];
      }[];
    }
  /** `type Route = List<Text>` */
  | {
      readonly kind: "alias";
      readonly name: Name;
      readonly params: readonly TypeParameter[];
      readonly type: TypeExpr;
    }
  /** `currency USD { … }` has no parameters; `asset SEC(isin: Text) { … }`. */
  | {
      readonly kind: "asset";
      readonly currency: boolean;
      readonly name: Name;
      readonly params: readonly Parameter[];
      /** `decimals: 2, mint: operator`: their meaning is for the checker. */
      readonly settings: readonly { readonly name: Name; readonly value: Expr }[];
    }
  | { readonly kind: "table"; readonly name: Name; readonly key: TypeExpr; readonly row: TypeExpr }
  | {
      readonly kind: "capability";
      readonly name: Name;
      readonly fields: readonly Field[];
      readonly spends: Name | undefined;
    }
  | { readonly kind: "policy"; readonly name: Name; readonly value: Expr }
  | { readonly kind: "event" | "error"; readonly name: Name; readonly fields: readonly Field[] }
  | { readonly kind: "invariant"; readonly table: Name; readonly condition: Expr }
  /** `upgrade by POLICY`; `upgrade never` and `upgrade by never` have no policy. */
  | { readonly kind: "upgrade"; readonly policy: Expr | undefined }
  | FunctionDeclaration
  | { readonly kind: "test"; readonly title: string; readonly body: Block }
  /** `migrate TABLE(old: TypeExpr) -> Row { … }`: makes a new row of an old one (L45). */
  | {
      readonly kind: "migrate";
      readonly table: Name;
      readonly params: readonly Parameter[];
      readonly body: Block;
    }
  | { readonly kind: "error-declaration" };

/** `= expr` is a body whose block has no statements. */
export type FunctionDeclaration = {
  readonly kind: "fn" | "action" | "query" | "init";
  readonly public: boolean;
  readonly partial: boolean;
  readonly name: Name;
  readonly typeParams: readonly TypeParameter[];
  readonly params: readonly Parameter[];
  readonly result: TypeExpr | undefined;
  readonly effect: Effect | undefined;
  readonly requires: readonly Expr[];
  readonly ensures: readonly Expr[];
  /** Absent only for builtins, whose record holds the declaration alone. */
  readonly body: Block | undefined;
};

export type Import = Range & { readonly path: Path; readonly names: readonly Name[] };

export type Module = Range & {
  /** `module demo.bank`; absent if the source does not say it. */
  readonly name: Path | undefined;
  readonly imports: readonly Import[];
  readonly declarations: readonly Declaration[];
};
