// Traces of today's specification: of its named runs, and of random runs that one seed determines.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runQuint } from "./quint.ts";
import { parseTrace, type Trace } from "./trace.ts";

const SUFFIX = ".itf.json";

/** Every named run of attacks.qnt, by its name. */
export function namedTraces(): Promise<Trace[]> {
  return traced("test", "{test}", ["--main=attacks", "attacks.qnt"]);
}

/** So many random runs of four voters. The same bounds make the same runs. */
export function randomTraces(bounds: { seed: number; samples: number; steps: number }): Promise<Trace[]> {
  const { seed, samples, steps } = bounds;
  return traced("run", `seed-${seed}-run`, [
    "--main=consensus4",
    `--seed=${seed}`,
    `--max-samples=${samples}`,
    `--n-traces=${samples}`,
    `--max-steps=${steps}`,
    "--verbosity=1",
    "consensus.qnt",
  ]);
}

async function traced(
  command: "test" | "run",
  title: string,
  parameters: readonly string[],
): Promise<Trace[]> {
  const folder = mkdtempSync(join(tmpdir(), "juno-traces-"));
  try {
    const file = join(folder, `${title}_{seq}${SUFFIX}`);
    const { code, output } = await runQuint(command, [`--out-itf=${file}`, ...parameters]);
    if (code !== 0) throw new Error(`Quint makes no traces:\n${output}`);
    const names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
    return names
      .sort()
      .map((name) => parseTrace(name.slice(0, -SUFFIX.length), readFileSync(join(folder, name), "utf8")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
