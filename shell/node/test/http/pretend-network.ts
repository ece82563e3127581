// A network of pretend voters for HTTP tests: keys from fixed seeds, a genesis, commands signed by its
// clients, and a server over the Backend in memory. Whatever it proves really verifies.

import { createHash } from "node:crypto";
import type { Hash } from "@juno/base";
import { hex, NodeId, signedBytes, utf8 } from "@juno/base";
import { ledgerContext } from "@juno/ledger";
import { actId, encodeCommand, type Genesis, parseGenesis, type SignedCommand } from "@juno/proof";
import { MemoryBackend, type MemoryBackendOptions, memoryReaders } from "@juno/runtime";
import { publicKeyOf, sha256, signerFrom, verifySignature } from "../../src/crypto/sodium.ts";
import type { HttpOptions } from "../../src/http/http-options.ts";
import { openHttpServer } from "../../src/http/http-server.ts";
import { accountsSource } from "../../src/init/accounts-source.ts";

const seedOf = (name: string): Uint8Array => new Uint8Array(createHash("sha256").update(name).digest());

export const keyOf = (name: string): Uint8Array => publicKeyOf(seedOf(name));
export const signOf = (name: string) => signerFrom(seedOf(name));

/** The clock of every pretend network, ms. */
export const NOW = Date.UTC(2026, 0, 31, 12);

/** Two who may make money together. */
export const OPERATORS = ["treasury", "risk"];
export const ACCOUNTS = "demo.accounts";

export type GenesisPatch = {
  readonly limits?: Readonly<Record<string, number>>;
  readonly roles?: readonly object[];
};

export function pretendGenesis(patch: GenesisPatch = {}): Genesis {
  const policy = (name: string) => ({ key: hex(keyOf(name)) });
  const document = {
    format: 1,
    voters: [1, 2, 3, 4].map((id) => ({
      id,
      signKey: hex(keyOf(`voter ${id}`)),
      transportKey: hex(keyOf(`transport ${id}`)),
    })),
    policies: { admin: policy("admin"), operator: policy("operator") },
    clients: [
      ...["wjm", "stu", "bank"].map((name) => ({ name, key: hex(keyOf(name)) })),
      ...OPERATORS.map((name) => ({ name, key: hex(keyOf(name)), roles: [name] })),
    ],
    modules: [accountsSource()],
    startTime: NOW - 1_000,
    ...patch,
  };
  const genesis = parseGenesis(sha256, utf8(JSON.stringify(document)));
  if (!genesis.ok) throw new Error(genesis.error.detail);
  return genesis.value;
}

export type PayloadPatch = Readonly<Record<string, unknown>>;

let nonces = 0;

/** A payload of `signers` with these actions; `patch` overrides its members. */
export function payloadOf(
  network: Hash,
  parts: { signers: readonly string[]; actions: readonly unknown[] },
  patch: PayloadPatch = {},
): string {
  nonces += 1;
  return JSON.stringify({
    network: hex(network),
    nonce: nonces.toString(16).padStart(32, "0"),
    expires: new Date(NOW + 300_000).toISOString(),
    gasLimit: 1_000_000,
    signers: parts.signers.map((name) => ({ key: hex(keyOf(name)) })),
    actions: parts.actions,
    ...patch,
  });
}

export function signedBy(network: Hash, payload: string, signers: readonly string[]): SignedCommand {
  const bytes = utf8(payload);
  const message = signedBytes({ tag: "command", network, body: bytes });
  const signatures = signers.map((name) => ({ key: keyOf(name), signature: signOf(name)(message) }));
  return { payload: bytes, signatures };
}

export const call = (action: string, args: Readonly<Record<string, unknown>>) => ({
  call: { module: ACCOUNTS, action, args },
});

export const createAccount = (name: string) => call("create", { name, owner: { key: hex(keyOf(name)) } });

export const commandJson = (command: SignedCommand) => ({
  payload: new TextDecoder().decode(command.payload),
  signatures: command.signatures.map(({ key, signature }) => ({ key: hex(key), signature: hex(signature) })),
});

export type NetworkOptions = Partial<MemoryBackendOptions> & {
  readonly genesis?: GenesisPatch;
  readonly http?: HttpOptions["limits"];
  readonly host?: HttpOptions["host"];
  readonly certificate?: HttpOptions["certificate"];
};

/** A backend, a server before it that does not listen yet, and commands for it. */
export async function pretendNetwork(options: NetworkOptions = {}) {
  const { genesis: patch, http, host, certificate, ...backendOptions } = options;
  const genesis = pretendGenesis(patch);
  const { network } = genesis;
  const context = ledgerContext({ sha256, genesis });
  const voters = genesis.voters.map(({ id }) => ({ id, sign: signOf(`voter ${id}`) }));
  const backend = new MemoryBackend({
    context,
    voters,
    verify: verifySignature,
    clock: () => NOW,
    ...backendOptions,
  });
  const failures: { at: string; cause: unknown }[] = [];
  const server = await openHttpServer({
    backend,
    readers: memoryReaders(backend, {
      ...{ self: NodeId(1), context, clock: () => NOW },
      verify: options.verify ?? verifySignature,
    }),
    signer: { network, node: NodeId(1), sign: signOf("voter 1") },
    sha256,
    version: "0.0.0-test",
    report: (failure) => failures.push(failure),
    certificate,
    ...(http === undefined ? {} : { limits: http }),
    ...(host === undefined ? {} : { host }),
  });
  const command = (signers: readonly string[], actions: readonly unknown[], patch: PayloadPatch = {}) => {
    const signed = signedBy(network, payloadOf(network, { signers, actions }, patch), signers);
    const id = sha256(signed.payload);
    return { signed, json: commandJson(signed), id: hex(id) };
  };
  return {
    genesis,
    network,
    backend,
    server,
    failures,
    command,
    epochs: backend.chain.epochs,
    sha256,
    verify: verifySignature,
  };
}

export type PretendNetwork = Awaited<ReturnType<typeof pretendNetwork>>;

/** The only operator presses the red button (C27); answers the act's id. */
export function haltLedger(under: PretendNetwork, reason: string): string {
  const head = { format: 1, kind: "halt", nonce: "00".repeat(16), expires: NOW + 60_000, reason };
  const act = JSON.stringify({ ...head, content: {} });
  const approvals = [{ key: hex(keyOf("operator")), signature: "ab".repeat(64) }];
  const { signed } = under.command(["wjm"], [{ propose: { act, approvals } }]);
  under.backend.chain.append([{ kind: "command", body: encodeCommand(signed) }], NOW);
  return hex(actId(sha256, utf8(act)));
}
