// A scanner that tells TypeScript code from comments, strings, template text and regular
// expressions. TypeScript 7 offers no compiler API, and the rules need no syntax tree: they read
// `code`, in which everything that is not code is blank at an unchanged offset. It knows nothing of
// files or rules. Invariant: `code` has the length and the line breaks of `text`.

export type Comment = { readonly start: number; readonly text: string };

/** A quoted string, or one piece of template text; `start` is the offset of its opening quote. */
export type Literal = { readonly start: number; readonly text: string };

export type Source = {
  readonly text: string;
  readonly code: string;
  readonly comments: readonly Comment[];
  readonly literals: readonly Literal[];
  /** The line of an offset, counted from 1. */
  readonly lineAt: (offset: number) => number;
};

/** After these words a slash begins a regular expression, after other words it divides. */
const OPERATOR_WORDS = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);
const PLAIN = /[^"'`/{}]+/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const WORD_BEFORE = /[\w$]+$/;

class Scanner {
  readonly #text: string;
  #at = 0;
  /** Offset behind the last character of code that is no space. */
  #codeEnd = 0;
  readonly blanks: { from: number; to: number }[] = [];
  readonly comments: Comment[] = [];
  readonly literals: Literal[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads code up to the end or, inside a template, past the brace that closes the placeholder. */
  code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === '"' || character === "'") this.#quoted(character);
      else if (character === "`") this.#template();
      else if (character === "/") this.#slash();
      else if (character === "{" || character === "}") {
        this.#advance(1);
        if (character === "{") depth++;
        else if (inTemplate && depth === 0) return;
        else depth--;
      } else {
        PLAIN.lastIndex = this.#at;
        const run = PLAIN.exec(this.#text)![0];
        const visible = run.trimEnd().length;
        if (visible > 0) this.#codeEnd = this.#at + visible;
        this.#at += run.length;
      }
    }
  }

  #advance(count: number): void {
    this.#at += count;
    this.#codeEnd = this.#at;
  }

  #blank(from: number, to: number): void {
    this.blanks.push({ from, to });
  }

  #quoted(quote: string): void {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== quote && this.#text[end] !== "\n") {
      end += this.#text[end] === "\\" ? 2 : 1;
    }
    this.literals.push({ start, text: this.#text.slice(start + 1, end) });
    this.#blank(start + 1, end);
    this.#advance(end + 1 - start);
  }

  #template(): void {
    let start = this.#at;
    this.#advance(1);
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      const opens = character === "$" && this.#text[this.#at + 1] === "{";
      if (character !== "`" && !opens) {
        this.#at += character === "\\" ? 2 : 1;
        continue;
      }
      this.literals.push({ start, text: this.#text.slice(start + 1, this.#at) });
      this.#blank(start + 1, this.#at);
      this.#advance(opens ? 2 : 1);
      if (!opens) return;
      this.code(true);
      start = this.#at - 1;
    }
  }

  #slash(): void {
    const start = this.#at;
    const next = this.#text[start + 1];
    if (next === "/" || next === "*") {
      const close = next === "/" ? "\n" : "*/";
      const found = this.#text.indexOf(close, start + 2);
      const end = found < 0 ? this.#text.length : next === "/" ? found : found + 2;
      this.comments.push({ start, text: this.#text.slice(start, end) });
      this.#blank(start, end);
      this.#at = end;
      return;
    }
    REGEX.lastIndex = start;
    const regex = this.#regexMayStand() ? REGEX.exec(this.#text)?.[0] : undefined;
    if (regex !== undefined) this.#blank(start + 1, start + regex.lastIndexOf("/"));
    this.#advance(regex?.length ?? 1);
  }

  #regexMayStand(): boolean {
    const before = this.#text.slice(Math.max(0, this.#codeEnd - 16), this.#codeEnd);
    const word = WORD_BEFORE.exec(before)?.[0];
    if (word !== undefined) return OPERATOR_WORDS.has(word);
    return !/[)\]}"'`]$/.test(before);
  }
}

function blanked(text: string, blanks: readonly { from: number; to: number }[]): string {
  let code = "";
  let at = 0;
  for (const { from, to } of blanks) {
    code += text.slice(at, from) + text.slice(from, to).replace(/[^\n]/g, " ");
    at = Math.max(from, to);
  }
  return code + text.slice(at);
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

export function scan(text: string): Source {
  const scanner = new Scanner(text);
  scanner.code(false);
  return {
    text,
    code: blanked(text, scanner.blanks),
    comments: scanner.comments,
    literals: scanner.literals,
    lineAt: lineFinder(text),
  };
}
