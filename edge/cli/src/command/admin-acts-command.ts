// `juno admin acts`, `show`, `approve` and `sign`: acts that were proposed, and approvals of them.

import { type RecordedAct, renderTime, SYSTEM } from "@juno/ledger";
import { loadGenesis } from "@juno/node/light";
import { firstEpoch, type Genesis } from "@juno/proof";
import { type ActDocument, readActDocument } from "../admin/act-document.ts";
import { awaitedWords, demandReady, NOBODY, readinessFor } from "../admin/act-readiness.ts";
import { actJson, actLines, contentWords, fullActLines, isOpen } from "../admin/act-view.ts";
import { type ApprovalOptions, approvalsOf } from "../admin/approvals.ts";
import { atDesk, type Desk, type DeskOptions, inForce, withNames } from "../admin/desk.ts";
import { actOfRow, OwnTables } from "../admin/own-tables.ts";
import { type SubmitOptions, submitForAct } from "../admin/submit-act.ts";
import { namesOf } from "../admin/words.ts";
import { Complaint, usage } from "../complaint.ts";
import { networkFolder } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { readText } from "./document.ts";
import { keepProofFile } from "./proof-document.ts";

const ID = /^[0-9a-f]{64}$/;

/** An act and its document, which its id proves to be the one that is asked for. */
async function find(
  { client }: Desk,
  id: string,
): Promise<{ readonly act: RecordedAct; readonly document: ActDocument }> {
  if (!ID.test(id)) throw usage(`"${id}" is no act's id: 64 lower-case hex digits. See \`juno admin acts\`.`);
  const { rows } = await client.rows({ module: SYSTEM.module, table: SYSTEM.acts }, { prefix: id, limit: 1 });
  const [row] = rows;
  if (row === undefined || row.key !== id)
    throw new Complaint(`No act ${id} was proposed, or this node has not applied it yet.`);
  return actOfRow(id, row.value);
}

async function tellingAt(desk: Desk) {
  const now = await inForce(desk);
  const { nameOf } = await withNames(desk);
  return { inForce: now, nameOf, now: Date.now() };
}

export async function runActs(
  options: DeskOptions & { readonly all?: boolean },
  output: Output,
): Promise<void> {
  await atDesk(options, output, async (desk) => {
    const telling = await tellingAt(desk);
    const tables = await OwnTables.fetch(desk.client, [SYSTEM.acts]);
    const all = tables.acts();
    const acts = options.all ? all : all.filter((act) => isOpen(act) && telling.now <= act.expires);
    if (options.json) {
      for (const act of acts) output.printJson(actJson(act, telling));
      return;
    }
    const past = all.length - acts.length;
    if (acts.length === 0)
      output.print(
        past === 0 ? "No act was proposed yet." : `No act is open; --all shows the ${past} of before.`,
      );
    for (const act of acts)
      output.print(actLines(act, readActDocument(act.document, "The act"), telling).join("\n"));
  });
}

export async function runShowAct(
  id: string,
  options: DeskOptions & { readonly out?: string },
  output: Output,
): Promise<void> {
  await atDesk(options, output, async (desk) => {
    const { act, document } = await find(desk, id);
    if (options.out !== undefined) keepProofFile(options.out, document.text);
    const telling = await tellingAt(desk);
    if (options.json) output.printJson(actJson(act, telling));
    else output.print([...fullActLines(act, document, telling), "", safeText(document.text)].join("\n"));
  });
}

export async function runApprove(
  id: string,
  options: SubmitOptions & ApprovalOptions,
  output: Output,
): Promise<void> {
  await atDesk(options, output, async (bare) => {
    const { act, document } = await find(bare, id);
    const now = await inForce(bare);
    const desk = await withNames(bare);
    const readiness = act.status === "open" ? await readinessFor(desk, document, now) : NOBODY;
    if (!options.json) {
      const words = [`${document.kind}: ${document.reason}`, ...contentWords(document, now, desk.nameOf)];
      output.remark([...words, ...awaitedWords(readiness)].map(safeText).join("\n"));
    }
    demandReady(readiness);
    const approvals = await approvalsOf(desk.place.genesis.network, id, options);
    await submitForAct(desk, options, {
      action: { approve: { act: id, approvals } },
      act: document,
      inForce: now,
    });
  });
}

/** What is about to be signed where nothing is known of the network but its genesis. */
function offlineWords(act: ActDocument, genesis: Genesis): string[] {
  const { configuration } = firstEpoch(genesis);
  const nameOf = namesOf(new Map(genesis.clients.map(({ key, name }) => [key, name])));
  const begun = { configuration, before: () => undefined, operator: genesis.policies.operator };
  return [
    `${act.kind}: ${act.reason}`,
    `good until ${renderTime(act.expires)}, whoever has the approval`,
    ...(act.kind === "configure" ? ["compared with the genesis:"] : []),
    ...contentWords(act, begun, nameOf),
  ];
}

export async function runSignAct(
  path: string,
  options: ApprovalOptions & { readonly genesis?: string; readonly network?: string },
  output: Output,
): Promise<void> {
  const act = readActDocument(readText(path), path);
  const folder = options.genesis === undefined ? networkFolder(options.network) : undefined;
  const genesisPath = options.genesis ?? (folder && `${folder}/genesis.json`);
  if (genesisPath === undefined) throw usage("For which network? Give --genesis with its genesis file.");
  const genesis = loadGenesis(genesisPath);
  output.remark(offlineWords(act, genesis).map(safeText).join("\n"));
  const approvals = await approvalsOf(genesis.network, act.id, options);
  output.printJson({ act: act.id, approvals });
}
