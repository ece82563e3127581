// `juno node resync`: a node that has left is made anew and re-admitted (V17), or told why it stays away.

import { type ResyncReport, resyncNode } from "@juno/node";
import { Complaint } from "../complaint.ts";
import type { Output } from "../output.ts";
import { programName } from "../program-name.ts";
import { ProgressLine } from "../terminal/progress-line.ts";

export async function runNodeResync(
  folder: string,
  options: { readonly json?: boolean },
  output: Output,
): Promise<void> {
  const line = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  const report = await resyncNode({
    folder,
    onProgress: ({ done, total }) => {
      const perSecond = Math.round((done * 1000) / Math.max(1, performance.now() - startedMs));
      line.show({ label: "entries", done, total, perSecond });
    },
  }).finally(() => line.close());
  const { node, reason, at, applied, before, judgement } = report;
  const isReadmitted = judgement.kind === "confirmed";
  if (options.json) output.printJson({ node, isReadmitted, reason, at, applied, before, judgement });
  if (!isReadmitted) throw new Complaint(refusalText(folder, report));
  if (options.json) return;
  output.print(
    [
      `Node ${node} is re-admitted: its state was made anew up to entry ${applied}, and voters ${judgement.voters.join(", ")} have signed outcome roots that it has too, up to entry ${judgement.index}.`,
      `  It had left: ${reason}`,
      `  The state that it had is in ${before}, for those who look for the cause; remove it when they are done.`,
      `  Next: ${programName()} node ${folder}`,
    ].join("\n"),
  );
}

function refusalText(folder: string, { node, at, before, judgement, isRepeated }: ResyncReport): string {
  if (judgement.kind !== "refuted") {
    return `Node ${node} stays away: of what the others have signed too little is at hand from entry ${at} on. Start it, let it follow the others for a while, stop it, and run the same command again.`;
  }
  const cause = isRepeated
    ? `It came out as before, so it is no accident: this program computes something else than theirs. Compare \`${programName()} --version\` on all nodes, and \`${programName()} diff ${folder}\` with another node's folder.`
    : `It came out otherwise than before (${before}), so this machine computes unreliably: test its memory and disk, or replace the node.`;
  return `Node ${node} stays away: voters ${judgement.voters.join(", ")} have signed another outcome at entry ${judgement.index} than its state made anew. ${cause}`;
}
