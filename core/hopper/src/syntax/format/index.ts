// The formatter: one layout for every program. It reads the lossless tree, so every comment is kept; it
// changes nothing but space, newlines and commas; and what it made it would not change again.

import { assert } from "@juno/base";
import type { SyntaxNode, SyntaxTree } from "../tree.ts";
import { declarationDocument } from "./declarations.ts";
import type { Document } from "./document.ts";
import { expressionDocument } from "./expressions.ts";
import { layOut } from "./layout.ts";
import { Printer } from "./printer.ts";

function nodeDocument(p: Printer, node: SyntaxNode): Document {
  const document = expressionDocument(p, node) ?? declarationDocument(p, node);
  assert(document !== undefined, "a well-formed module has no nodes that the formatter does not know");
  return document;
}

/** The text of a well-formed module in its one layout. */
export function formatTree(tree: SyntaxTree): string {
  const printer = new Printer(tree, nodeDocument);
  const text = layOut(printer.print(tree.root));
  return text === "" ? "" : `${text}\n`;
}
