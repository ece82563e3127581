// Chains: operators of one level, which go on at the beginning of the next line where they do not fit, and
// calls of functions with `.`, which do the same.

import { OPERATOR_LEVELS } from "../operators.ts";
import { isNode, type SyntaxNode, type TreeElement } from "../tree.ts";
import { above, behindText } from "./brackets.ts";
import {
  type Document,
  type Group,
  group,
  huggedIn,
  indent,
  LINE,
  lastHugged,
  NEWLINE,
  SOFT,
} from "./document.ts";
import { firstToken, lastToken, type Printer } from "./printer.ts";

const levelOf = (node: SyntaxNode): number | undefined => {
  const operator = node.children[1];
  return operator === undefined || isNode(operator) ? undefined : OPERATOR_LEVELS.get(operator.kind);
};

/** Operand, operator, operand, …: of nested nodes of one level. */
function flattened(node: SyntaxNode): TreeElement[] {
  const level = levelOf(node);
  const reversed: TreeElement[] = [];
  let left: TreeElement | undefined = node;
  while (left !== undefined && isNode(left) && left.kind === "binary" && levelOf(left) === level) {
    reversed.push(left.children[2]!, left.children[1]!);
    left = left.children[0];
  }
  if (left !== undefined) reversed.push(left);
  return reversed.reverse();
}

/** A chain of operators. */
export function operatorChain(p: Printer, node: SyntaxNode): Document {
  const parts = flattened(node);
  const links: Document[] = [];
  let commented = false;
  let behind = p.comments.claimTrailing(lastToken(parts[0]!));
  const first = p.print(parts[0]!);
  for (let at = 1; at < parts.length; at += 2) {
    const [operator, operand] = [parts[at]!, parts[at + 1]!];
    const comments = [...p.comments.claimLeading(firstToken(operator))];
    const late = p.comments.claimTrailing(lastToken(operator));
    if (late !== undefined) comments.push(late);
    for (const comment of p.comments.claimLeading(firstToken(operand))) comments.push(comment);
    commented ||= behind !== undefined || comments.length > 0;
    const before = comments.length === 0 ? [] : [...above(comments, false), NEWLINE];
    const isLast = at + 2 >= parts.length;
    const next = isLast ? undefined : p.comments.claimTrailing(lastToken(operand));
    links.push(behindText(behind), LINE, ...before, p.print(operator), " ", p.print(operand));
    behind = next;
  }
  // One comparison hugs what it compares with: `check(list() == [`.
  const hug = parts.length === 3 ? lastHugged(links) : undefined;
  return group([first, indent(links)], { forced: commented, hug });
}

const POSTFIX: ReadonlySet<string> = new Set(["field-access", "call", "index", "record", "with"]);

type Link = { readonly dot: boolean; readonly document: Document; readonly args: Group | undefined };

function lastLink(p: Printer, node: SyntaxNode): Link {
  const rest = node.children.slice(1).map((child) => p.print(child));
  if (node.kind === "field-access") return { dot: true, document: rest, args: undefined };
  if (node.kind === "with") return { dot: false, document: [" ", rest[0]!, " ", rest[1]!], args: undefined };
  if (node.kind === "record") return { dot: false, document: [" ", ...rest], args: undefined };
  const args = rest.at(-1);
  const isGroup = args !== undefined && typeof args !== "string" && "kind" in args && args.kind === "group";
  return { dot: false, document: rest, args: isGroup ? args : undefined };
}

/** `x.f(a).g(b)`: on one line, or the last arguments broken, or each `.` on a line of its own. */
export function postfixChain(p: Printer, node: SyntaxNode): Document {
  const nodes: SyntaxNode[] = [];
  let base: TreeElement = node;
  while (isNode(base) && POSTFIX.has(base.kind)) {
    nodes.push(base);
    base = base.children[0]!;
  }
  const start = p.print(base);
  const links = nodes.reverse().map((link) => lastLink(p, link));
  const calls = nodes.filter((link, at) => link.kind === "call" && links[at - 1]?.dot === true).length;
  if (calls < 2) return [start, ...links.map(({ document }) => document)];
  const documents = links.map(({ dot, document }) => (dot ? [SOFT, document] : document));
  const args = links.at(-1)?.args;
  const hug = args === undefined ? undefined : (huggedIn(args) ?? args);
  return group([start, indent(documents)], { hug });
}
