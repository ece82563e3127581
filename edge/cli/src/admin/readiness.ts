// Who is ready for a configuration (E55) or for versions (C38), and why the others are not: every address that is known is asked at once.

import { type ActReadiness, type JunoClient, JunoError } from "@juno/client";
import { type Configuration, quorumOf, votersOf } from "@juno/proof";
import type { NodeAddress } from "../network/network-folder.ts";
import { safeText } from "../terminal/safe-text.ts";

export type Readiness = {
  /** Ascending by node, each once. */
  readonly ready: readonly ActReadiness[];
  /** In sentences. */
  readonly notReady: readonly string[];
};

type Asking = Pick<JunoClient, "readiness">;

type Answer = { readonly ready: ActReadiness } | { readonly address: NodeAddress; readonly why: string };

async function answerAt(client: Asking, act: string, address: NodeAddress): Promise<Answer> {
  try {
    return { ready: await client.readiness(address.url, act) };
  } catch (error) {
    if (!(error instanceof JunoError)) throw error;
    return { address, why: error.message };
  }
}

export async function askAll(
  client: Asking,
  asked: { readonly act: string; readonly next: Configuration; readonly nodes: readonly NodeAddress[] },
): Promise<Readiness> {
  const voters = votersOf(asked.next).map(({ id }): number => id);
  const wouldVote = ({ id }: NodeAddress) => id === undefined || voters.includes(id);
  const answers = await Promise.all(
    asked.nodes.filter(wouldVote).map((address) => answerAt(client, asked.act, address)),
  );
  const byNode = new Map(
    answers.flatMap((answer) => ("ready" in answer ? [[answer.ready.node, answer.ready] as const] : [])),
  );
  const refused = answers.flatMap((answer) => ("ready" in answer ? [] : [answer]));
  const told = new Set(refused.flatMap(({ address }) => address.id ?? []));
  const silent = voters.filter((id) => !byNode.has(id) && !told.has(id));
  return {
    ready: [...byNode.values()].sort((a, b) => a.node - b.node),
    notReady: [
      ...refused.map(
        ({ address: { id, url }, why }) => `${id === undefined ? url : `node ${id}`}: ${safeText(why)}`,
      ),
      ...silent.map(
        (id) => `node ${id}: none of the addresses asked is known to be its own; give its API with --url`,
      ),
    ],
  };
}

export function readinessWords({ ready, notReady }: Readiness, next: Configuration): string[] {
  const voters = votersOf(next).length;
  const who = ready.length === 0 ? "none" : ready.map(({ node }) => node).join(", ");
  return [
    `Ready: ${who} (${ready.length} of ${voters} voters, ${quorumOf(voters)} must be)`,
    ...notReady.map((line) => `  not ready, ${line}`),
    ...(ready.length === quorumOf(voters) && notReady.length > 0
      ? ["  as long as the others are not, none of these may fail"]
      : []),
  ];
}
