// What is to be laid out: text with places where a line may or must end. A group is laid out on one line if
// it fits; one that is `forced` never is, yet the groups around it may be, up to its first newline: so
// `f(a, fn() {` keeps its head on one line and its body on others.

export type Line = {
  readonly kind: "line";
  /** What stands here if the line does not end, and what ends it if it does. */
  readonly flat: string;
  readonly broken: string;
  /** `group`: as the group around it; `always`; `fill`: only if `next` does not fit any more. */
  readonly when: "group" | "always" | "fill";
  /** An empty line follows. */
  readonly blank: boolean;
  readonly next: Document;
};

export type Group = {
  readonly kind: "group";
  readonly content: Document;
  readonly forced: boolean;
  /** Whether a group around it may leave its own line whole and break this one, its last, instead. */
  readonly hugged: boolean;
  /** Which group is broken so; if none is named, the last one that may be. */
  readonly hug: Group | undefined;
};

/** Further to the right, if the group around it is broken. */
export type Indent = { readonly kind: "indent"; readonly content: Document };

export type Document = string | readonly Document[] | Line | Group | Indent;

const lineOf = (parts: Partial<Line>): Line => ({
  kind: "line",
  flat: "",
  broken: "",
  when: "group",
  blank: false,
  next: "",
  ...parts,
});

/** A space, or a newline. */
export const LINE = lineOf({ flat: " " });
/** Nothing, or a newline. */
export const SOFT = lineOf({});
export const NEWLINE = lineOf({ when: "always" });
export const BLANK_LINE = lineOf({ when: "always", blank: true });

/** Between items: `flat` on one line, else `broken` and a newline. */
export const between = (flat: string, broken: string): Line => lineOf({ flat, broken });

/** Between items of which as many stand on a line as fit. */
export const filled = (flat: string, broken: string, next: Document): Line =>
  lineOf({ flat, broken, when: "fill", next });

export const indent = (content: Document): Indent => ({ kind: "indent", content });

export const group = (content: Document, options: Partial<Omit<Group, "kind" | "content">> = {}): Group => ({
  kind: "group",
  forced: false,
  hugged: false,
  hug: undefined,
  ...options,
  content,
});

/** The group that ends a document, if it may be hugged. */
export function lastHugged(document: Document): Group | undefined {
  let last: Document | undefined = document;
  while (last !== undefined && typeof last !== "string") {
    if (!("kind" in last)) last = last.at(-1);
    else if (last.kind === "group" && last.hugged) return last;
    else if (last.kind === "line") return undefined;
    else last = last.content;
  }
  return undefined;
}

/** The same, of what stands within the brackets of a group: before the line and the closer that end it. */
export function huggedIn({ content }: Group): Group | undefined {
  if (typeof content === "string" || "kind" in content) return lastHugged(content);
  const inner = content.find((part) => typeof part !== "string" && "kind" in part && part.kind === "indent");
  return lastHugged(inner ?? content);
}
