// Who must be ready for an act before it may be carried out, and who is at this moment: asked when it is proposed, and again when it is
// approved, which may be days later. The ledger counts the signatures of the proposal; who has died since, it cannot know.

import { utf8 } from "@juno/base";
import type { JunoClient } from "@juno/client";
import { ACTIVATE } from "@juno/ledger";
import { sha256 } from "@juno/node/light";
import { type Configuration, parseConfigurationAct, quorumOf, votersOf } from "@juno/proof";
import { Complaint } from "../complaint.ts";
import type { ActDocument } from "./act-document.ts";
import type { Desk, InForce } from "./desk.ts";
import { askAll, type Readiness, readinessWords } from "./readiness.ts";

/** Who must be ready for an act, and of these, who is. */
export type Awaited = Readiness & {
  /** What would be, if the act is a configuration. */
  readonly next?: Configuration;
  /** Whose voters are asked. */
  readonly asked?: Configuration;
};

/** Of an act that takes nobody's being ready. */
export const NOBODY: Awaited = { ready: [], notReady: [] };

type Asking = {
  readonly client: Pick<JunoClient, "readiness">;
  readonly place: Pick<Desk["place"], "nodes">;
};

export async function readinessFor(
  { client, place }: Asking,
  act: ActDocument,
  { configuration }: Pick<InForce, "configuration">,
): Promise<Awaited> {
  const { text, kind } = act;
  if (kind === ACTIVATE) {
    const readiness = await askAll(client, { act: text, next: configuration, nodes: place.nodes });
    return { ...readiness, asked: configuration };
  }
  if (kind !== "configure") return NOBODY;
  const next = parseConfigurationAct(sha256, utf8(text));
  if (!next.ok) throw new Complaint(`The network would not be one: ${next.error.detail}.`);
  const readiness = await askAll(client, { act: text, next: next.value, nodes: place.nodes });
  return { ...readiness, next: next.value, asked: next.value };
}

export const awaitedWords = (awaited: Awaited): string[] =>
  awaited.asked === undefined ? [] : readinessWords(awaited, awaited.asked);

/** Nobody is to approve what would leave no quorum by now. */
export function demandReady({ asked, ready }: Awaited): void {
  if (asked === undefined) return;
  const needed = quorumOf(votersOf(asked).length);
  if (ready.length >= needed) return;
  throw new Complaint(
    `Not approved: only ${ready.length} of the voters that must carry it are ready now, where ${needed} must. Bring up those that are not, or propose something else.`,
  );
}
