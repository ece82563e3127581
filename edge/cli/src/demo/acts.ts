// What more than one story of the demo does on its stage.

import { hex } from "@juno/base";
import type { AuditReport } from "@juno/node";
import { Complaint } from "../complaint.ts";
import { type Paint, plainPaint } from "../terminal/paint.ts";
import { statusLines } from "../view/status-view.ts";
import { type Agreement, agreement, type Leader, oneLeader } from "./conditions.ts";
import type { Narrator } from "./narrator.ts";
import type { Stage } from "./stage.ts";
import { waitUntil, withLimit } from "./waiting.ts";

/** Generous: on a busy machine a node needs many seconds to start. */
export const WAIT_MS = 60_000;

export type StoryOptions = {
  readonly stage: Stage;
  readonly narrator: Narrator;
  readonly paint: Paint;
  readonly signal: AbortSignal;
};

export class Acts {
  readonly #options: StoryOptions;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  async types(title: string, lines: readonly string[]): Promise<void> {
    const { narrator, stage, signal } = this.#options;
    const lacking = async () => statusLines(await stage.look(), plainPaint).join("\n");
    await narrator.step(title, async () => {
      const shown: string[] = [];
      for (const line of lines) {
        const limit = { timeoutMs: WAIT_MS, signal, lacking };
        shown.push(...(await withLimit(`the outcome of ${line}`, stage.type(line), limit)));
      }
      return shown;
    });
  }

  async awaitLeader(facts: { readonly running: number; readonly after: number }): Promise<Leader> {
    const { stage, signal } = this.#options;
    return await waitUntil(
      `${facts.running} nodes follow one leader in a term above ${facts.after}`,
      async () => oneLeader(await stage.look(), facts),
      { timeoutMs: WAIT_MS, signal },
    );
  }

  async awaitAgreement(): Promise<Agreement> {
    const { stage, signal } = this.#options;
    return await waitUntil(
      "all nodes show the same commit index and outcome root",
      async () => agreement(await stage.look()),
      { timeoutMs: WAIT_MS, signal },
    );
  }
}

/** What a node's files yield must be what it showed while it ran. */
export function checkAudit(id: number, report: AuditReport, agreed: Agreement): void {
  const [finding] = report.findings;
  if (!report.ok) throw new Complaint(`Node ${id}: ${finding?.place} ${finding?.problem}`);
  const root = report.outcomeRoot && hex(report.outcomeRoot);
  if (report.applied !== agreed.committed || root !== agreed.root) {
    throw new Complaint(
      `Node ${id} has stored index ${report.applied} and root ${root}, not what it showed.`,
    );
  }
}
