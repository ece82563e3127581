// The numbered rules of spec/ and the code agree: each rule is cited by a source and by a test, and
// nobody cites a rule that does not exist. A rule is written as a line that begins with its id in
// bold, **E7**, as a heading or a list item may. A citation is an id, or a range E1–E6, in a
// comment, in the title of a test, or in a scenario. Only series that spec/ defines are judged.

import { isTest, type Problem, type Tree } from "./tree.ts";

const SERIES = "SVECALP";
const DEFINITION = new RegExp(`^(?:#+ |[-*] )?\\*\\*([${SERIES}]\\d+)\\*\\*`);
const CITATION = new RegExp(
  `(?<![\\w.+#-])([${SERIES}])(\\d+)(?![\\w])(?:\\s?[–-]\\s?\\1?(\\d+)(?!\\w))?`,
  "g",
);
/** The code right before the title of a test. */
const TITLED = /\b(?:describe|it|test)(?:\.\w+)*(?:\([^;]*\))?\(\s*$/;
const LOOK_BACK = 400;

type Place = { readonly file: string; readonly line: number };
type Citation = Place & { readonly id: string; readonly exact: boolean };

function definitionsOf(tree: Tree): { rules: Map<string, Place>; problems: Problem[] } {
  const rules = new Map<string, Place>();
  const problems: Problem[] = [];
  for (const file of tree.paths.filter((path) => /^spec\/[^/]+\.md$/.test(path))) {
    tree
      .text(file)
      .split("\n")
      .forEach((text, number) => {
        const id = DEFINITION.exec(text)?.[1];
        if (id === undefined) return;
        const place = { file, line: number + 1 };
        const earlier = rules.get(id);
        if (earlier === undefined) rules.set(id, place);
        else
          problems.push({ ...place, sentence: `${id} stands already in ${earlier.file}:${earlier.line}.` });
      });
  }
  return { rules, problems };
}

/** The ids that a text cites; of a range the ends are exact, what lies between may have gaps. */
function idsIn(text: string): { id: string; exact: boolean; offset: number }[] {
  return [...text.matchAll(CITATION)].flatMap((match) => {
    const from = Number(match[2]);
    const to = match[3] === undefined ? from : Number(match[3]);
    if (to < from || to - from > 99) return [{ id: `${match[1]}${from}`, exact: true, offset: match.index }];
    return Array.from({ length: to - from + 1 }, (_, step) => ({
      id: `${match[1]}${from + step}`,
      exact: step === 0 || from + step === to,
      offset: match.index,
    }));
  });
}

function citationsIn(tree: Tree, file: string): Citation[] {
  if (file.endsWith(".txt")) {
    return tree
      .text(file)
      .split("\n")
      .flatMap((text, number) => idsIn(text).map(({ id, exact }) => ({ file, line: number + 1, id, exact })));
  }
  const source = tree.source(file);
  const titles = isTest(file)
    ? source.literals.filter(({ start }) =>
        TITLED.test(source.code.slice(Math.max(0, start - LOOK_BACK), start)),
      )
    : [];
  return [...source.comments, ...titles].flatMap(({ start, text }) =>
    idsIn(text).map(({ id, exact, offset }) => ({ file, line: source.lineAt(start + offset), id, exact })),
  );
}

/** Lab is made of tests: its simulator, scenarios and clusters are evidence, not implementation. */
const isEvidence = (file: string): boolean => isTest(file) || file.startsWith("lab/");
const isProduct = (file: string): boolean => /^(?:core|shell|edge)\//.test(file) && !isTest(file);

export function checkSpecRules(tree: Tree): Problem[] {
  const { rules, problems } = definitionsOf(tree);
  const series = new Set([...rules.keys()].map((id) => id[0]));
  const files = [
    ...tree.sources.filter((file) => /^(?:core|shell|edge|lab)\//.test(file)),
    ...tree.paths.filter((path) => /^lab\/scenarios\/.*\.txt$/.test(path)),
  ];
  const citations = files.flatMap((file) => citationsIn(tree, file));
  for (const { id, file, line, exact } of citations) {
    if (!exact || rules.has(id) || !series.has(id[0])) continue;
    problems.push({ file, line, sentence: `${id} is no rule of spec/.` });
  }
  const inProduct = new Set(citations.filter(({ file }) => isProduct(file)).map(({ id }) => id));
  const inEvidence = new Set(citations.filter(({ file }) => isEvidence(file)).map(({ id }) => id));
  for (const [id, place] of rules) {
    if (!inProduct.has(id)) problems.push({ ...place, sentence: `No source cites ${id}.` });
    if (!inEvidence.has(id)) problems.push({ ...place, sentence: `No test or scenario cites ${id}.` });
  }
  return problems;
}
