// The parser's hands: the current token, the stack of finished elements from which nodes of the lossless
// tree are closed, refusals and recovery. It knows no grammar: the rules stand in files of their own and
// reach each other through `rules`. Invariants: nothing is thrown, every token is consumed exactly once,
// and no tree grows higher than NESTING_MAX allows.

import { assert } from "@juno/base";
import type { Report, Reports } from "../diagnostic/reports.ts";
import type { Range } from "../diagnostic/source.ts";
import type { Block, Expr, Name, Pattern, TypeExpr } from "./ast.ts";
import { brief } from "./brief.ts";
import { NESTING_MAX } from "./limits.ts";
import { isDeclarationStart } from "./margin.ts";
import type { Token, TokenKind } from "./token.ts";
import { isNode, LEVELS, type NodeKind, type SyntaxNode, type TreeElement } from "./tree.ts";

/** The rules that need each other in a circle. */
export type Rules = {
  /** An expression; records may begin in it unless the parser stands in a head (L51). */
  readonly expression: (p: Parser) => Expr;
  /** An expression without comparisons and conditions: what may stand between `<` and `>`. */
  readonly sum: (p: Parser) => Expr;
  /** What stands left of operators: calls, fields, indices. */
  readonly operand: (p: Parser) => Expr;
  /** `else-ends`: it belongs to an `if`, so that an `else` in it tells that it was not closed. */
  readonly block: (p: Parser, elseEnds?: "else-ends") => Block;
  readonly pattern: (p: Parser) => Pattern;
  readonly type: (p: Parser) => TypeExpr;
};

/** How newlines and `{` are to be understood: the ways differ between brackets, blocks and heads. */
export type Layout = {
  /** A newline ends an expression: in blocks and records, not within `()` and `[]`. */
  readonly newlinesEnd: boolean;
  /** `Name {` begins a record: everywhere but in the heads of `if`, `match`, `require`, `requires`. */
  readonly records: boolean;
};

export type BracketPair = { readonly open: Token; readonly close: Token };

export class Parser {
  readonly rules: Rules;
  readonly #reports: Reports;
  readonly #tokens: readonly Token[];
  readonly #stack: TreeElement[] = [];
  #at = 0;
  #end = 0;
  #depth = 0;
  #layout: Layout = { newlinesEnd: true, records: true };
  #abandoned = false;
  /** The token at which something was refused last: one complaint for each place is enough. */
  #refusedAt = -1;
  #itemAt = -1;
  /** Pairs of braces whose indentation does not agree: one between them may be missing. */
  readonly #suspects: BracketPair[] = [];

  constructor(reports: Reports, tokens: readonly Token[], rules: Rules) {
    this.#reports = reports;
    this.#tokens = tokens;
    this.rules = rules;
  }

  // The current token

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  get position(): number {
    return this.#at;
  }

  /** Where the last consumed token ended. */
  get lastEnd(): number {
    return this.#end;
  }

  get layout(): Layout {
    return this.#layout;
  }

  peek(distance = 1): Token {
    return this.#tokens[Math.min(this.#at + distance, this.#tokens.length - 1)]!;
  }

  is(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  /** Whether the current token is this name: a word with a meaning only here. */
  isWord(word: string): boolean {
    return this.token.kind === "name" && this.token.value === word;
  }

  /** Whether the current token belongs to the line begun, where lines matter. */
  get onSameLine(): boolean {
    return !this.#layout.newlinesEnd || !this.token.newlineBefore;
  }

  get atEnd(): boolean {
    return this.is("end");
  }

  /** Whether nothing can be inside any longer: the source ends or the next declaration begins. */
  get isOutside(): boolean {
    return this.atEnd || (this.token.atMargin && isDeclarationStart(this.token, this.peek()));
  }

  /** What stands before the current token, and whether that begins with a line or behind other code. */
  get triviaBefore(): { readonly trivia: string; readonly begins: "line" | "within" } {
    const { triviaStart, start } = this.token;
    return {
      trivia: this.textOf({ start: triviaStart, end: start }),
      begins: triviaStart === 0 ? "line" : "within",
    };
  }

  textOf(range: Range): string {
    return this.#reports.source.text.slice(range.start, range.end);
  }

  /** Whether a line begins here that looks like a declaration, indented or not. */
  get beginsDeclaration(): boolean {
    return this.token.newlineBefore && isDeclarationStart(this.token, this.peek());
  }

  /** An item or statement begins here: what cannot begin one is wrong itself, not missing before. */
  beginItem(): number {
    this.#itemAt = this.#at;
    return this.#at;
  }

  /** How far the line of an offset is indented. */
  indentOf(offset: number): number {
    const { text } = this.#reports.source;
    const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
    let at = lineStart;
    while (at < offset && (text[at] === " " || text[at] === "\t")) at += 1;
    return at - lineStart;
  }

  // Consuming and building

  bump(): Token {
    const { token } = this;
    assert(token.kind !== "end", "the end is consumed by the module alone");
    this.#take();
    return token;
  }

  #take(): void {
    this.#stack.push(this.token);
    this.#end = this.token.end;
    this.#at += 1;
  }

  /** Consumes the token if it is of this kind. */
  eat(kind: TokenKind): boolean {
    if (!this.is(kind)) return false;
    this.bump();
    return true;
  }

  eatWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.bump();
    return true;
  }

  /** Where a node may be closed from later. */
  mark(): number {
    return this.#stack.length;
  }

  /** Makes one node of all that was consumed since the mark. */
  close(mark: number, kind: NodeKind): SyntaxNode {
    const children = this.#stack.splice(mark);
    let height = 0;
    for (const child of children) if (isNode(child)) height = Math.max(height, child.height);
    const node: SyntaxNode = { kind, children, height: LEVELS.has(kind) ? height + 1 : height };
    this.#stack.push(node);
    return node;
  }

  /** The last act: the end's trivia belongs to the tree too. */
  closeModule(): void {
    assert(this.atEnd, "the module ends where the source does");
    this.#stack.push(this.token);
    this.close(0, "module");
  }

  get root(): SyntaxNode {
    const root = this.#stack[0];
    assert(root !== undefined && isNode(root) && this.#stack.length === 1, "the module was closed");
    return root;
  }

  rangeFrom(start: number): Range {
    return { start, end: Math.max(start, this.#end) };
  }

  // Levels

  /** A level deeper; `refused` stands for what is too deep to be read. */
  nested<T>(parse: () => T, refused: (range: Range) => T): T {
    if (this.#depth >= NESTING_MAX) {
      const { start, end } = this.token;
      this.#abandon({ start, end });
      return refused({ start, end });
    }
    this.#depth += 1;
    const value = parse();
    this.#depth -= 1;
    return value;
  }

  /** Closes a node of a chain such as `a + b + c` or `a.f().g()`, which grows without recursion. */
  chain(link: { mark: number; kind: NodeKind; start: number }, make: (range: Range) => Expr): Expr {
    const range = this.rangeFrom(link.start);
    if (this.#abandoned) return { kind: "error", ...range };
    const node = this.close(link.mark, link.kind);
    if (this.#depth + node.height <= NESTING_MAX) return make(range);
    this.#abandon(range);
    return { kind: "error", ...range };
  }

  /** What is nested too deep is not read on: the rest of the source is passed over, in one step. */
  #abandon(range: Range): void {
    this.report({
      code: "H0111",
      ...range,
      message: `this is nested more than ${NESTING_MAX} levels deep`,
      help: "divide it: name parts of it with `let`, or move them into functions",
    });
    this.#abandoned = true;
    while (!this.atEnd) this.#take();
  }

  inside<T>(layout: Layout, parse: () => T): T {
    const outer = this.#layout;
    this.#layout = layout;
    const value = parse();
    this.#layout = outer;
    return value;
  }

  // Refusals

  report(report: Report): void {
    this.#refusedAt = this.#at;
    if (!this.#abandoned) this.#reports.error(report);
  }

  /** Whether a complaint about the current token would be an echo of one made already. */
  get isRefused(): boolean {
    return this.#abandoned || this.#refusedAt === this.#at || this.token.afterRefusal;
  }

  /** Says that something else was expected at the current token, unless that was said already. */
  expected(what: string, hint: Partial<Report> = {}): void {
    if (this.isRefused) return;
    const place = this.place();
    this.report({
      code: "H0101",
      ...place,
      message: `expected ${what}, found ${this.found()}`,
      label: place.start === this.token.start ? undefined : `${what} is expected here`,
      ...hint,
    });
  }

  /** Where a complaint about the current token points: behind the last one if the line has ended. */
  place(): Range {
    const { token } = this;
    const elsewhere = token.kind === "end" || (token.newlineBefore && this.#itemAt !== this.#at);
    return elsewhere ? { start: this.#end, end: this.#end } : { start: token.start, end: token.end };
  }

  /** The current token in words. */
  found(): string {
    const { token } = this;
    if (token.kind === "end") return "the end of the file";
    return `\`${brief(this.textOf(token))}\``;
  }

  expect(kind: TokenKind, what: string, hint: Partial<Report> = {}): boolean {
    if (this.eat(kind)) return true;
    this.expected(what, hint);
    return false;
  }

  // Names

  /** The current token as a name; `what` says of what, such as "a field's name". */
  name(what: string): Name {
    const { token } = this;
    if (token.kind === "name" && !this.isOutside) {
      this.bump();
      return { text: token.value, start: token.start, end: token.end };
    }
    const text = this.textOf(token);
    if (/^[a-z]+$/.test(text) && !this.isOutside && !this.isRefused) {
      this.report({
        code: "H0114",
        start: token.start,
        end: token.end,
        message: `\`${text}\` is a word of the language and cannot be ${what}`,
        help: `choose another name, such as \`${text}_\``,
      });
      this.bump();
      return { text, start: token.start, end: token.end };
    }
    this.expected(what);
    const place = this.place();
    return { text: "", ...place };
  }

  // Brackets whose indentation does not agree

  suspectPair(open: Token, close: Token): void {
    this.#suspects.push({ open, close });
  }

  /** The first such pair that opened behind `open`. Those before are forgotten: each is looked at once. */
  suspectSince(open: Token): BracketPair | undefined {
    return this.#suspects.splice(0).find((pair) => pair.open.start > open.start);
  }
}
