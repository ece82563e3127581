// The library's reference as Markdown, made from the records and sources themselves, so that it says what is so.

import { BUILT_IN_ERRORS } from "./errors.ts";
import { OPERATORS } from "./operators.ts";
import { PRIMITIVE_TYPES, type PrimitiveType } from "./primitive-types.ts";
import { type ReferenceEntry, type ReferenceModule, referenceModules } from "./reference-entry.ts";

const code = (text: string): string => `\`${text}\``;

const typeText = ({ name, parameters }: PrimitiveType): string => {
  const args = parameters.map((parameter, at) => (parameter === "Asset" ? "c" : "abc"[at]!));
  return args.length === 0 ? name : `${name}<${args.join(", ")}>`;
};

function typesOf(module: string): string[] {
  return [...PRIMITIVE_TYPES.values()]
    .filter(({ home }) => home === module)
    .map((type) => `- ${code(typeText(type))}: ${type.doc}`);
}

/** The operators whose builtins are this module's, a line each. */
function operatorsOf(module: string): string[] {
  return OPERATORS.filter(({ builtin }) => builtin.slice(0, builtin.lastIndexOf(".")) === module).map(
    ({ left, operator, right, builtin }) =>
      `- ${code(`${left} ${operator} ${right}`)} is ${code(builtin.slice(module.length + 1))}`,
  );
}

function entryText({ declaration, doc, examples, since }: ReferenceEntry): string[] {
  const from = since === undefined ? "" : ` From language version ${since} on.`;
  const lines = ["```hopper", declaration, "```", "", `${doc}${from}`, ""];
  if (examples.length > 0) lines.push("```hopper", ...examples, "```", "");
  return lines;
}

function moduleText(module: ReferenceModule): string[] {
  const types = typesOf(module.name);
  const operators = operatorsOf(module.name);
  return [
    `## ${module.name}`,
    "",
    module.doc,
    "",
    ...(types.length > 0 ? ["The functions here are the methods of:", "", ...types, ""] : []),
    ...(operators.length > 0 ? ["Operators:", "", ...operators, ""] : []),
    ...module.entries.flatMap((entry) => [`### ${entry.name}`, "", ...entryText(entry)]),
  ];
}

function errorsText(): string[] {
  const lines = ["## Errors that need no declaration", ""];
  for (const { name, fields, doc } of BUILT_IN_ERRORS.values()) {
    const parts = fields.map((field) => `${field.name}: ${field.type}`).join(", ");
    lines.push(`- ${code(parts === "" ? name : `${name} { ${parts} }`)}: ${doc}`);
  }
  return [...lines, ""];
}

export function libraryReference(): string {
  return [
    "# The library of the language",
    "",
    "Every function `f` of a type's home module is a method: `x.f(y)` is `f(x, y)`. A `requires` that does not hold ends",
    "the transaction with `RequirementFailed`. Examples are conditions that hold, with the lines before them.",
    "",
    ...referenceModules().flatMap(moduleText),
    ...errorsText(),
  ].join("\n");
}
