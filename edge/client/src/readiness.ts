// Asks a node whether it is ready to vote in a configuration, or knows versions that are to be activated (A29). The answer
// proves itself: it is signed under the key that the act names for the node (E55), or the configuration in force does (C38). So
// it may come from a node that belongs to no network yet, whose replies nobody knows.

import { checkShape, type Problem, ProblemSchema, ReadyReplySchema } from "@juno/api";
import { type Hash, hex, parseHex, parseJson, readJson, utf8 } from "@juno/base";
import {
  ACT_BYTES_MAX,
  actId,
  type Configuration,
  type Member,
  parseConfigurationAct,
  readActHead,
  readinessCheck,
  votersOf,
} from "@juno/proof";
import type { ClientCrypto } from "./client-crypto.ts";
import { errorOfProblem, JunoError } from "./juno-error.ts";
import { badReply, jsonOf, type NodeExchange } from "./node-exchange.ts";
import { below } from "./node-reads.ts";
import type { NodeState } from "./node-set.ts";
import type { ActReadiness } from "./payload.ts";

export type ReadinessContext = {
  readonly exchange: NodeExchange;
  readonly crypto: Pick<ClientCrypto, "sha256" | "verify">;
  readonly network: Hash;
  /** The newest that is known: its voters say whether they know versions. */
  readonly configuration: Configuration;
};

const TIMEOUT_MS = 10_000;

type Asked = { readonly id: Hash; readonly voters: readonly Member[]; readonly namesKeys: boolean };

function read({ crypto, configuration }: ReadinessContext, act: string): Asked {
  const document = utf8(act);
  const json = parseJson(document, { bytesMax: ACT_BYTES_MAX });
  const head = json.ok ? readJson(json.value, "bad_act", readActHead) : json;
  if (!head.ok) throw new JunoError("malformed", head.error.detail);
  const id = actId(crypto.sha256, document);
  if (head.value.kind !== "configure") return { id, voters: votersOf(configuration), namesKeys: false };
  const next = parseConfigurationAct(crypto.sha256, document);
  if (!next.ok) throw new JunoError("malformed", next.error.detail);
  return { id, voters: votersOf(next.value), namesKeys: true };
}

/**
 * `act`: the document of an act of kind `configure` or `activate`. Rejects with a JunoError that says why the node is not ready, or
 * why its word is none.
 */
export async function askReadiness(
  context: ReadinessContext,
  at: NodeState,
  act: string,
): Promise<ActReadiness> {
  const { exchange, crypto, network } = context;
  const { id: actHash, voters, namesKeys } = read(context, act);
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
  const voter = voters.find(({ id }) => id === node);
  if (voter === undefined)
    throw new JunoError("bad_proof", `${at.url} speaks for node ${node}, which would not be a voter`);
  const signed = { key: voter.signKey, signature: parseHex(signature, 64)! };
  if (!(await crypto.verify(readinessCheck(network, actHash, signed))))
    throw new JunoError(
      "bad_proof",
      `${at.url} does not sign under the key that stands there for node ${node}`,
    );
  return namesKeys ? { node, signature } : { node, signature, key: hex(voter.signKey) };
}
