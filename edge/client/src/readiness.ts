// Asks a node whether it is ready to vote in a configuration (A29). The answer proves itself: it is signed under the key that
// the act names for the node (E55), so it may come from a node that belongs to no network yet, whose replies nobody knows.

import { checkShape, type Problem, ProblemSchema, ReadyReplySchema } from "@juno/api";
import { type Hash, parseHex, utf8 } from "@juno/base";
import { parseConfigurationAct, readinessCheck, votersOf } from "@juno/proof";
import type { ClientCrypto } from "./client-crypto.ts";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import { badReply, jsonOf, type NodeExchange } from "./node-exchange.ts";
import { below } from "./node-reads.ts";
import type { NodeState } from "./node-set.ts";

/** As a proposal brings it (C24); the signature in lower-case hex. */
export type ReadyNode = { readonly node: number; readonly signature: string };

export type ReadinessContext = {
  readonly exchange: NodeExchange;
  readonly crypto: Pick<ClientCrypto, "sha256" | "verify">;
  readonly network: Hash;
};

const TIMEOUT_MS = 10_000;

/**
 * `act`: the document of an act of kind `configure`. Rejects with a JunoError that says why the node is not ready, or
 * why its word is none.
 */
export async function askReadiness(
  { exchange, crypto, network }: ReadinessContext,
  at: NodeState,
  act: string,
): Promise<ReadyNode> {
  const configuration = parseConfigurationAct(crypto.sha256, utf8(act));
  if (!configuration.ok) throw new JunoError("malformed", configuration.error.detail);
  const call = {
    method: "POST",
    path: below("readiness"),
    body: JSON.stringify({ act }),
    timeoutMs: TIMEOUT_MS,
  } as const;
  const reply = await exchange.send(at, exchange.request(at, call));
  const json = jsonOf(at, reply);
  if (reply.status !== 200) {
    const problem = checkShape(ProblemSchema, json);
    throw problem.ok ? errorOfProblem(problem.value as Problem) : badReply(at, problem.error.detail);
  }
  const said = checkShape(ReadyReplySchema, json);
  if (!said.ok) throw badReply(at, said.error.detail);
  const { node, signature } = said.value;
  const voter = votersOf(configuration.value).find(({ id }) => id === node);
  if (voter === undefined)
    throw new JunoError("bad_proof", `${at.url} speaks for node ${node}, which would not be a voter`);
  const signed = { key: voter.signKey, signature: parseHex(signature, 64)! };
  if (!(await crypto.verify(readinessCheck(network, configuration.value.id, signed))))
    throw new JunoError(
      "bad_proof",
      `${at.url} does not sign under the key that the act names for node ${node}`,
    );
  return { node, signature };
}
