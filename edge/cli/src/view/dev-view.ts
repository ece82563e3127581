// What `juno dev` shows: every node's row, how many entries a second are applied, what is wrong, and the
// keys. It keeps the last reports and nothing else.

import type { NodeProcess } from "../network/node-process.ts";
import type { Paint } from "../terminal/paint.ts";
import { safeText } from "../terminal/safe-text.ts";
import { renderTable } from "../terminal/table.ts";
import { COLUMNS, findings, type NodeReport, statusCells } from "./status-view.ts";

const RATE_WINDOW_MS = 2_000;
const ID_CHARS = 12;

export type DevViewOptions = {
  readonly folder: string;
  /** What to type in order to use the network. */
  readonly client: string;
  /** The network's id, hex. */
  readonly network: string;
  readonly paint: Paint;
  /** A clock that never goes back, for the rate. */
  readonly monotonicMs?: () => number;
};

type Sample = { readonly ms: number; readonly applied: number };
type Row = { readonly report: NodeReport; readonly ended: string | undefined };

export class DevView {
  readonly #options: DevViewOptions;
  readonly #now: () => number;
  #rows: readonly Row[] = [];
  #samples: Sample[] = [];

  constructor(options: DevViewOptions) {
    this.#options = options;
    this.#now = options.monotonicMs ?? (() => performance.now());
  }

  /** Takes what the nodes said last; answers who leads. */
  take(
    reports: readonly NodeReport[],
    processOf: (id: number) => Pick<NodeProcess, "exit" | "lastWords"> | undefined,
  ): number | undefined {
    this.#rows = reports.map((report) => ({ report, ended: endOf(processOf(report.id ?? 0)) }));
    const applied = Math.max(
      0,
      ...reports.map((report) => ("status" in report ? report.status.applied.index : 0)),
    );
    const ms = this.#now();
    this.#samples = [...this.#samples.filter((sample) => ms - sample.ms <= RATE_WINDOW_MS), { ms, applied }];
    const leads = reports.find((report) => "status" in report && report.status.role === "leader");
    return leads === undefined || !("status" in leads) ? undefined : leads.status.node;
  }

  /** Entries applied a second: each is a command, and now and then an election. */
  get #rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.ms <= first.ms) return 0;
    return Math.max(0, Math.round(((last.applied - first.applied) * 1000) / (last.ms - first.ms)));
  }

  lines(): string[] {
    const { folder, client, network, paint } = this.#options;
    const rows = this.#rows.map(({ report, ended }) => {
      const [id = "", role = "", ...rest] = statusCells(report, paint);
      const shown = "problem" in report && ended === undefined ? paint("yellow", "starting") : role;
      return [id, shown, ...rest];
    });
    const running = this.#rows.filter(({ ended }) => ended === undefined).map(({ report }) => report);
    const ends = this.#rows.flatMap(({ report, ended }) =>
      ended === undefined ? [] : [`node ${report.id} ${ended}`],
    );
    const known = running.filter((report) => "status" in report);
    return [
      `${paint("bold", folder)}  network ${network.slice(0, ID_CHARS)}  ${this.#rate} tx/s`,
      "",
      ...renderTable(COLUMNS, rows, paint),
      "",
      ...[...ends, ...findings(known)].map((line) => paint("yellow", line)),
      paint("dim", `1-${this.#rows.length} kill or restart a node   l kill the leader   q stop`),
      paint("dim", client),
    ];
  }

  /** The same in one line, where nothing can be redrawn. */
  oneLine(): string {
    const parts = this.#rows.map(({ report, ended }) => {
      if ("problem" in report) return `${report.id}:${ended ?? "starting"}`;
      const { node, role, term, committed, applied } = report.status;
      return `${node}:${role} term ${term} committed ${committed} applied ${applied.index} root ${applied.root.slice(0, ID_CHARS)}`;
    });
    return `${parts.join(" | ")} | ${this.#rate} tx/s`;
  }
}

function endOf(child: Pick<NodeProcess, "exit" | "lastWords"> | undefined): string | undefined {
  if (child?.exit === undefined) return undefined;
  const { code, signal } = child.exit;
  if (signal !== null) return `was ended by ${signal}`;
  return `ended with exit code ${code}: ${safeText(child.lastWords())}`;
}
