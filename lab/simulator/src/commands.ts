// Commands small enough to read in a trace: a name, an expiry, a client. The admission port over
// them keeps the ids that were applied, as the real one does.

import {
  concatBytes,
  type Hash,
  hex,
  ok,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
  signedBytes,
  utf8,
} from "@juno/base";
import type { Admission, CommandFacts } from "@juno/consensus";
import { commandDigest, commandId, decodeCommand, encodeCommand, signaturesHash } from "@juno/proof";
import { sha256, simulatedKey } from "./crypto.ts";

export function makeCommand(
  network: Hash,
  parts: { name: string; client: string; expiresMs: number; forged?: boolean },
): Uint8Array {
  const payload = utf8(`${parts.name} ${parts.client} ${parts.expiresMs}`);
  const { key, sign } = simulatedKey(`client ${parts.client}`);
  const signature = sign(signedBytes({ tag: parts.forged ? "forged" : "command", network, body: payload }));
  return encodeCommand({ payload, signatures: [{ key, signature }] });
}

/** The name of a command made here. */
export function commandName(body: Uint8Array): string {
  const command = decodeCommand(body);
  return command.ok ? (parseUtf8(command.value.payload) ?? "?").split(" ")[0]! : "?";
}

export class SimulatedAdmission implements Admission {
  readonly applied = new Map<string, number>();
  readonly #network: Hash;
  readonly #known: Map<string, CommandFacts>;

  constructor(network: Hash, known = new Map<string, CommandFacts>()) {
    this.#network = network;
    this.#known = known;
  }

  /** Descriptions are the same for all, what is applied is each node's own. */
  forOneNode(): SimulatedAdmission {
    return new SimulatedAdmission(this.#network, this.#known);
  }

  describe(body: Uint8Array): Result<CommandFacts, Refusal> {
    const key = hex(sha256(body));
    const known = this.#known.get(key);
    if (known !== undefined) return ok(known);
    const command = decodeCommand(body);
    if (!command.ok) return command;
    const { payload, signatures } = command.value;
    const [, client, expires] = (parseUtf8(payload) ?? "").split(" ");
    if (client === undefined || !/^\d+$/.test(expires ?? ""))
      return refuse("malformed", "not a simulated command");
    const id = commandId(sha256, payload);
    const message = signedBytes({ tag: "command", network: this.#network, body: concatBytes(payload) });
    const facts: CommandFacts = {
      id: hex(id),
      digest: commandDigest(sha256, { id, signaturesHash: signaturesHash(sha256, signatures) }),
      expires: Number(expires),
      client,
      actions: 1,
      gasLimit: 1,
      checks: signatures.map((s) => ({ ...s, message })),
    };
    this.#known.set(key, facts);
    return ok(facts);
  }

  isApplied(id: string): boolean {
    return this.applied.has(id);
  }

  mayPend(): Result<undefined, Refusal> {
    return ok(undefined);
  }
}
