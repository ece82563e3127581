// Items between brackets, and items below each other: statements, declarations. Rule: where the source ends
// the line right behind the opening bracket, the items stay on lines of their own, those that share a line
// go on sharing it, and single empty lines stay; otherwise all stand on one line if they fit, and each on
// its own if not.

import type { Token } from "../token.ts";
import { isNode, type SyntaxNode, type TreeElement } from "../tree.ts";
import type { Comment } from "./comments.ts";
import {
  BLANK_LINE,
  between,
  type Document,
  filled,
  type Group,
  group,
  indent,
  LINE,
  NEWLINE,
  SOFT,
} from "./document.ts";
import { firstToken, isToken, lastToken, type Printer } from "./printer.ts";

/** How items are divided: `rows` by commas on a line and newlines between lines, `commas` always by commas. */
export type Division = "commas" | "rows" | "statements";

type Item = {
  readonly document: Document;
  readonly first: Token;
  readonly above: readonly Comment[];
  readonly behind: Comment | undefined;
};

export type Pieces = {
  readonly open: Document;
  /** With the line behind the opener, without the one before the closer. Undefined: nothing between them. */
  readonly inner: Document | undefined;
  readonly close: Document;
  readonly forced: boolean;
};

/** Items with the comments at their edges; a second comment behind one stands above the next. */
function itemsOf(p: Printer, elements: readonly TreeElement[]): { items: Item[]; late: readonly Comment[] } {
  const items: Item[] = [];
  let late: Comment[] = [];
  for (let at = 0; at < elements.length; at++) {
    const element = elements[at]!;
    if (isToken(element, ",")) continue;
    const first = firstToken(element);
    const above = [...late, ...p.comments.claimLeading(first)];
    const behind = [p.comments.claimTrailing(lastToken(element))];
    const comma = elements[at + 1];
    if (isToken(comma, ",")) {
      for (const comment of p.comments.claimLeading(comma)) behind.push(comment);
      behind.push(p.comments.claimTrailing(comma));
    }
    const { value, hoisted } = p.comments.hoisting(() => p.print(element));
    const [shown, ...others] = behind.filter((comment) => comment !== undefined);
    late = others;
    items.push({ document: value, first, above: [...above, ...hoisted], behind: shown });
  }
  return { items, late };
}

/** A comment behind code, with the space before it that it had: comments of neighbouring lines stay aligned. */
export const behindText = (comment: Comment | undefined): string =>
  comment === undefined ? "" : " ".repeat(comment.spaces) + comment.text;

/** Comments on lines of their own, each with a newline behind it. */
export function above(comments: readonly Comment[], isFirst: boolean): Document[] {
  return comments.flatMap((comment, at) => {
    const line =
      comment.blankBefore && at > 0 && !(isFirst && at === 0) ? [BLANK_LINE] : at > 0 ? [NEWLINE] : [];
    return [...line, comment.text];
  });
}

/** The items below or beside each other, without a line before the first or behind the last. */
function joined(
  p: Printer,
  items: readonly Item[],
  options: { division: Division; rows: boolean },
): Document[] {
  const { division, rows } = options;
  return items.flatMap((item, at) => {
    const documents: Document[] = [];
    const before = items[at - 1];
    const blank = item.above[0]?.blankBefore ?? p.comments.hasBlankBefore(item.first);
    if (before !== undefined) {
      const comma = division === "commas" || (division === "rows" && item.first.kind === "-") ? "," : "";
      const commented = before.behind !== undefined || item.above.length > 0;
      if (commented || (rows && item.first.newlineBefore) || division === "statements") {
        documents.push(
          comma,
          behindText(before.behind),
          blank && division !== "commas" ? BLANK_LINE : NEWLINE,
        );
      } else if (rows) documents.push(filled(", ", comma, item.document));
      else documents.push(between(", ", comma));
    }
    if (item.above.length > 0) {
      const gap = p.comments.hasBlankBefore(item.first) ? BLANK_LINE : NEWLINE;
      documents.push(above(item.above, at === 0), gap);
    }
    documents.push(item.document);
    if (at === items.length - 1 && item.behind !== undefined) documents.push(behindText(item.behind));
    return documents;
  });
}

/** Items below each other: the declarations of a module. `end` is the token behind them. */
export function column(p: Printer, elements: readonly TreeElement[], end: Token): Document {
  const { items, late } = itemsOf(p, elements);
  const rest = [...late, ...p.comments.claimLeading(end)];
  const documents = joined(p, items, { division: "statements", rows: true });
  if (rest.length === 0) return documents;
  const gap = items.length === 0 ? [] : [rest[0]!.blankBefore ? BLANK_LINE : NEWLINE];
  return [...documents, ...gap, ...above(rest, items.length === 0)];
}

export type BracketStyle = {
  readonly division: Division;
  /** Spaces inside of the brackets when all stands on one line. */
  readonly padded: boolean;
};

/** The parts of a bracket, for those who lay out several in one group. */
export function pieces(p: Printer, children: readonly TreeElement[], style: BracketStyle): Pieces {
  const [opener, closer] = [children[0]!, children.at(-1)!];
  const behindOpener = p.comments.claimTrailing(lastToken(opener));
  const open = p.print(opener);
  const { items, late } = itemsOf(p, children.slice(1, -1));
  const rest = [...late, ...p.comments.claimLeading(firstToken(closer))];
  const close = p.print(closer);
  const commented =
    behindOpener !== undefined ||
    rest.length > 0 ||
    items.some((item) => item.above.length > 0 || item.behind !== undefined);
  if (items.length === 0 && !commented) return { open, inner: undefined, close, forced: false };
  const rows = items[0]?.first.newlineBefore === true;
  const several = style.division === "statements" && (items.length > 1 || startsWithLet(children[1]));
  const first = style.padded ? LINE : SOFT;
  const inner: Document[] = [behindText(behindOpener), first];
  inner.push(joined(p, items, { division: style.division, rows: rows || commented }));
  if (rest.length > 0) {
    if (items.length > 0) inner.push(rest[0]!.blankBefore ? BLANK_LINE : NEWLINE);
    inner.push(above(rest, items.length === 0));
  }
  return { open, inner: indent(inner), close, forced: rows || commented || several };
}

const startsWithLet = (element: TreeElement | undefined): boolean =>
  element !== undefined && isNode(element) && element.kind === "let";

/** Everything between the pieces' brackets, with the line before the closer. */
export function enclosed({ open, inner, close }: Pieces, padded: boolean): Document[] {
  return inner === undefined ? [open, close] : [open, inner, padded ? LINE : SOFT, close];
}

export function bracket(
  p: Printer,
  children: readonly TreeElement[],
  style: BracketStyle & { hugged: boolean },
): Group {
  const parts = pieces(p, children, style);
  return group(enclosed(parts, style.padded), { forced: parts.forced, hugged: style.hugged });
}

export const PARENTHESES = { division: "commas", padded: false, hugged: false } as const;
export const LIST = { division: "commas", padded: false, hugged: true } as const;
export const RECORD = { division: "rows", padded: true, hugged: true } as const;
export const BLOCK = { division: "statements", padded: true, hugged: true } as const;

/** A node that consists of a bracket and what is in it. */
export const bracketNode = (p: Printer, node: SyntaxNode, style: BracketStyle & { hugged: boolean }): Group =>
  bracket(p, node.children, style);
