import { API_PREFIX, ERRORS, ROUTES } from "@juno/api";
import { describe, expect, it } from "vitest";
import { ask } from "./asking.ts";
import { pretendNetwork } from "./pretend-network.ts";

describe("the published contract", () => {
  it("is OpenAPI 3.1, names every route of the table and every status it may answer (A10)", async () => {
    const under = await pretendNetwork();
    const reply = await ask(under, { url: "/api/v1/openapi.json" });
    const document = reply.json as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toBe("3.1.0");
    for (const [name, { method, path, replies, errors }] of Object.entries(ROUTES)) {
      const operation = document.paths[API_PREFIX + path]?.[method.toLowerCase()];
      expect(operation?.operationId, path).toBe(name);
      const statuses = [...Object.keys(replies), ...errors.map((code) => String(ERRORS[code].status))];
      expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(statuses));
    }
    const published = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
    expect(published).toHaveLength(Object.keys(ROUTES).length);
  });

  it("is a page that explains every error code and needs nothing from elsewhere", async () => {
    const under = await pretendNetwork();
    const { text } = await ask(under, { url: "/api/v1/docs" });
    for (const [code, { title }] of Object.entries(ERRORS)) {
      expect(text).toContain(`id="error-${code}"`);
      expect(text).toContain(title.replaceAll("'", "'"));
    }
    for (const { method, path } of Object.values(ROUTES))
      expect(text).toContain(`${method} ${API_PREFIX}${path}`);
    expect(text).not.toMatch(/<script|<link|\bsrc=|https?:\/\//);
  });
});
