// Readers who lose their right while their answer is being made (A41): who may see it is asked once more before it is sent.

import { describe, expect, it, vi } from "vitest";
import type { Question } from "./asking.ts";
import { ACCOUNTS, type PretendNetwork } from "./pretend-network.ts";
import { answered, decide, opened, questionsOf, role } from "./reading-as.ts";

describe("a right that is lost before the answer is there (A41)", () => {
  const riskReads = [role("default", []), role("treasury", "*"), role("risk", [ACCOUNTS])];
  const methods = { rows: "rows", query: "query", simulate: "simulate", entry: "entries" } as const;
  const withoutRights = { define: [role("treasury", []), role("risk", [])], remove: [] };

  /** The code of the answer to a question whose reading ends only when the decision stands in the ledger. */
  async function meanwhile(
    under: PretendNetwork,
    asked: {
      readonly question: Question;
      readonly method: (typeof methods)[keyof typeof methods] | "commandState";
    },
    by: { readonly name?: string; readonly kind: string; readonly content: object },
  ): Promise<unknown> {
    const decided = Promise.withResolvers<void>();
    const read = (under.backend[asked.method] as (...args: unknown[]) => Promise<unknown>).bind(
      under.backend,
    );
    const reading = vi.spyOn(under.backend, asked.method).mockImplementationOnce((async (
      ...args: unknown[]
    ) => {
      const found = await read(...args);
      await decided.promise;
      return found;
    }) as never);
    const answer = answered(under, asked.question, by.name);
    await expect.poll(() => reading.mock.calls.length).toBe(1);
    decide(under, by.kind, by.content);
    decided.resolve();
    return await answer;
  }

  it("is no right to the answer", async () => {
    for (const [route, method] of Object.entries(methods)) {
      const { under, id } = await opened(riskReads);
      const asked = { question: questionsOf(under, id)[route]!, method };
      const name = route === "entry" ? "treasury" : "risk";
      const code = await meanwhile(under, asked, { name, kind: "roles", content: withoutRights });
      expect(code, route).toBe("not_permitted");
    }
  });

  it("is no right to what became of a command", async () => {
    for (const route of ["command", "receipt"]) {
      const { under, id } = await opened(riskReads);
      const asked = { question: questionsOf(under, id)[route]!, method: "commandState" as const };
      const content = withoutRights;
      expect(await meanwhile(under, asked, { name: "treasury", kind: "roles", content })).toBe(
        "not_permitted",
      );
      const gone = { name: "wjm", kind: "clients", content: { set: [], remove: ["wjm"] } };
      const again = await opened(riskReads);
      const its = { ...asked, question: questionsOf(again.under, again.id)[route]! };
      expect(await meanwhile(again.under, its, gone)).toBe("reader_unknown");
    }
  });

  it("goes with what everybody reads, and comes with it", async () => {
    const { under, id } = await opened([]);
    const asked = { question: questionsOf(under, id).rows!, method: "rows" as const };
    const closed = { define: [role("default", [])], remove: [] };
    expect(await meanwhile(under, asked, { kind: "roles", content: closed })).toBe("read_unsigned");
  });
});
