// GET /docs: the contract for people, made from the published OpenAPI document and the error table.
// One page without scripts and without anything from elsewhere.

import { ERRORS, type ErrorEntry } from "@juno/api";

type Media = { readonly schema?: unknown };
type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: unknown;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, Media>> }>
  >;
};
export type OpenApiDocument = {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
};

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => ESCAPES[char]!);

/** Code spans in descriptions. */
const prose = (text: string): string => escaped(text).replace(/`([^`]*)`/g, "<code>$1</code>");

function schemaText(schema: unknown): string {
  const text = escaped(JSON.stringify(schema, undefined, 2));
  return text.replace(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#schema-$1">&quot;#/components/schemas/$1&quot;</a>',
  );
}

const folded = (title: string, schema: unknown): string =>
  `<details><summary>${title}</summary><pre>${schemaText(schema)}</pre></details>`;

function parametersOf(operation: Operation): string {
  const rows = (operation.parameters ?? []).map(({ name, in: where, required, description, schema }) => {
    const must = required === true ? "required" : "";
    const what = `${prose(description ?? "")} <code>${escaped(JSON.stringify(schema))}</code>`;
    return `<tr><td><code>${escaped(name)}</code></td><td>${where}</td><td>${must}</td><td>${what}</td></tr>`;
  });
  if (rows.length === 0) return "";
  return `<table><tr><th>Parameter</th><th>In</th><th></th><th></th></tr>${rows.join("")}</table>`;
}

function mediaOf(content: Readonly<Record<string, Media>> | undefined, title: string): string {
  return Object.entries(content ?? {})
    .map(([type, { schema }]) => folded(`${title} <code>${escaped(type)}</code>`, schema))
    .join("");
}

function operationOf(path: string, method: string, operation: Operation): string {
  const replies = Object.entries(operation.responses ?? {}).map(([status, { description, content }]) => {
    const problem = content !== undefined && "application/problem+json" in content;
    const body = problem ? "" : mediaOf(content, "Body");
    return `<tr><td><code>${status}</code></td><td>${prose(description ?? "")}${body}</td></tr>`;
  });
  return [
    `<section><h3><code>${method.toUpperCase()} ${escaped(path)}</code></h3>`,
    `<p>${prose(operation.summary ?? "")}</p>`,
    parametersOf(operation),
    mediaOf(operation.requestBody?.content, "Request body"),
    `<table><tr><th>Status</th><th>Reply</th></tr>${replies.join("")}</table></section>`,
  ].join("");
}

function errorTable(): string {
  const rows = Object.entries(ERRORS).map(([code, entry]: [string, ErrorEntry]) => {
    const cells = [entry.title, entry.advice, entry.retryable ? "yes" : "no", entry.outcome];
    const texts = cells.map((cell) => `<td>${prose(cell)}</td>`).join("");
    return `<tr id="error-${code}"><td><code>${code}</code></td><td><code>${entry.status}</code></td>${texts}</tr>`;
  });
  const head =
    "<tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th><th>Retry</th><th>Outcome</th></tr>";
  return `<table>${head}${rows.join("")}</table>`;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
  th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #8884; }
  section { border-top: 2px solid #8886; margin-top: 1.5rem; }
  pre { overflow-x: auto; background: #8881; padding: .5rem; font-size: .85rem; }
  :target { background: #fd06; }
`;

export function docsPage(document: OpenApiDocument): string {
  const { info, paths, components } = document;
  const operations = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(path, method, operation)),
  );
  const schemas = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) => `<div id="schema-${name}">${folded(`<code>${escaped(name)}</code>`, schema)}</div>`,
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(info.title)} API</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(info.title)} API <small>${escaped(info.version)}</small></h1>`,
    `<p>${prose(info.description ?? "")} The same as data: <a href="openapi.json">openapi.json</a>.</p>`,
    ...operations,
    `<h2 id="errors">Errors</h2><p>Problem details (RFC 9457) with <code>code</code>, <code>retryable</code> and`,
    ` <code>outcome</code>.</p>${errorTable()}`,
    `<h2 id="schemas">Schemas</h2>${schemas.join("")}`,
    "</body></html>",
  ].join("\n");
}
