// `juno submit`: what stands in a file becomes a command in the log. The file holds a signed command, a
// payload to be signed as it stands, or actions; what is missing is added.

import { checkShape, parseSignedCommand, SignedCommandSchema } from "@juno/api";
import { hex, isJsonObject, type JsonObject, parseJsonText, signedBytes, utf8 } from "@juno/base";
import type { Action, JunoClient, PreparedCommand } from "@juno/client";
import { parseTime } from "@juno/ledger/light";
import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { KeyRing, loadSigner, type NamedSigner } from "../network/key-ring.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { showOutcome } from "../view/outcome-view.ts";
import { parseDocument, readText } from "./document.ts";

export type SubmitOptions = NetworkOptions & {
  readonly sign?: readonly string[];
  readonly atomic?: boolean;
  readonly json?: boolean;
};

const SHAPES =
  'A signed command {"payload","signatures"}, a payload {"network",…,"actions"}, or actions [{"module","action","args"}, {"deploy":{"modules":[source]}}, {"redact":{"commands":[{"index","id"}],"reason"}}] is expected.';

function signersFor(options: SubmitOptions, place: NetworkPlace): NamedSigner[] {
  if (options.sign !== undefined) return options.sign.map(loadSigner);
  if (place.folder === undefined)
    throw usage("Who signs? Give --sign with key files, the registered client's first.");
  return [new KeyRing(place.folder).client(undefined)];
}

/** An action as the library takes it; `{"call": …}` as in a payload is the same. */
function actionOf(value: unknown): Action {
  if (typeof value === "object" && value !== null && "deploy" in value) return deploymentOf(value.deploy);
  if (typeof value === "object" && value !== null && "redact" in value) return redactionOf(value.redact);
  const inner = typeof value === "object" && value !== null && "call" in value ? value.call : value;
  const isObject = typeof inner === "object" && inner !== null;
  if (!isObject || !("module" in inner) || !("action" in inner) || !("args" in inner)) throw usage(SHAPES);
  const { module, action, args } = inner;
  if (typeof module !== "string" || typeof action !== "string" || typeof args !== "object" || args === null) {
    throw usage(SHAPES);
  }
  const version = "version" in inner && typeof inner.version === "number" ? { version: inner.version } : {};
  return { module, action, args: { ...args }, ...version };
}

function deploymentOf(deploy: unknown): Action {
  const isObject = typeof deploy === "object" && deploy !== null && "modules" in deploy;
  const modules: unknown[] = isObject && Array.isArray(deploy.modules) ? deploy.modules : [];
  const sources = modules.filter((source) => typeof source === "string");
  if (sources.length === 0 || sources.length < modules.length) throw usage(SHAPES);
  return { deploy: sources };
}

function redactionOf(redact: unknown): Action {
  const isObject =
    typeof redact === "object" && redact !== null && "commands" in redact && "reason" in redact;
  if (!isObject || !Array.isArray(redact.commands) || typeof redact.reason !== "string") throw usage(SHAPES);
  const commands = redact.commands.map((item: unknown) => {
    const isNamed = typeof item === "object" && item !== null && "index" in item && "id" in item;
    if (!isNamed || typeof item.index !== "number" || typeof item.id !== "string") throw usage(SHAPES);
    return { index: item.index, id: item.id };
  });
  return { redact: { commands, reason: redact.reason } };
}

/** Signs a payload exactly as it stands in the file. */
async function signPayload(
  client: JunoClient,
  payload: { readonly text: string; readonly document: JsonObject },
  signers: readonly NamedSigner[],
): Promise<PreparedCommand> {
  const bytes = utf8(payload.text);
  const message = signedBytes({ tag: "command", network: client.network, body: bytes });
  const byKey = new Map(signers.map((signer) => [hex(signer.key), signer]));
  const named = payload.document.get("signers");
  const keys = Array.isArray(named)
    ? named.map((item) => (isJsonObject(item) ? item.get("key") : undefined))
    : [];
  const signatures = await Promise.all(
    keys.map(async (key) => {
      const signer = typeof key === "string" ? byKey.get(key) : undefined;
      if (signer === undefined)
        throw usage(`The payload names the signer ${key}; give its key file with --sign.`);
      return { key: signer.key, signature: await signer.sign(message) };
    }),
  );
  return client.prepared({ payload: bytes, signatures }, expiryOf(payload.document));
}

/** Milliseconds since 1970; how long the command may be sent again. */
function expiryOf(document: JsonObject): number | undefined {
  const expires = document.get("expires");
  return typeof expires === "string" ? parseTime(expires) : undefined;
}

async function prepare(
  client: JunoClient,
  text: string,
  context: { readonly options: SubmitOptions; readonly place: NetworkPlace },
): Promise<PreparedCommand> {
  const { options, place } = context;
  const document = parseDocument(text, "The document");
  const signed = checkShape(SignedCommandSchema, document);
  if (signed.ok) {
    const command = parseSignedCommand(signed.value);
    if (!command.ok) throw usage(command.error.detail);
    const payload = parseJsonText(signed.value.payload);
    const expiresMs = payload.ok && isJsonObject(payload.value) ? expiryOf(payload.value) : undefined;
    return client.prepared(command.value, expiresMs);
  }
  const signers = signersFor(options, place);
  const payloadText = text.trim();
  const payload = parseJsonText(payloadText);
  if (payload.ok && isJsonObject(payload.value) && payload.value.has("actions")) {
    return await signPayload(client, { text: payloadText, document: payload.value }, signers);
  }
  const list: readonly unknown[] = Array.isArray(document) ? document : [document];
  if (list.length === 0) throw usage(SHAPES);
  return await client.prepare(list.map(actionOf), { signers, atomic: options.atomic === true });
}

export async function runSubmit(path: string, options: SubmitOptions, output: Output): Promise<void> {
  const place = findNetwork(options);
  const client = connect(place, { output });
  try {
    const command = await prepare(client, readText(path), { options, place });
    showOutcome(await client.send(command), options, output);
  } finally {
    client.close();
  }
}
