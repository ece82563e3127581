// A signer (E62) that holds keys in memory: what `juno signer` runs, and what a bridge to an HSM or a KMS can be measured by. It signs what a node says and nothing
// else: acts and commands have other tags, so a node that was broken into cannot have them signed. It keeps no memory of what it has
// signed; that a voter never contradicts itself is the node's own rule.

import { chmodSync, lstatSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { hex, type Sign } from "@juno/base";
import { MESSAGE_KINDS } from "@juno/consensus";
import { Failure } from "@juno/failure";
import {
  LineSplitter,
  readHello,
  readRequest,
  refusalLine,
  type SignRequest,
  signatureLine,
  tagOf,
  welcomeLine,
} from "./signer-protocol.ts";

/** The node may run as another user, of the same group. */
const SOCKET_MODE = 0o660;
const CONNECTIONS_MAX = 16;
/** Of answers that nobody takes. */
const BACKLOG_BYTES_MAX = 1024 * 1024;

/** What nodes say: messages to each other, replies and events to clients, and that they are ready. */
const NODE_TAGS: ReadonlySet<string> = new Set([...MESSAGE_KINDS, "reply", "event", "ready", "read"]);

export type HeldKey = { readonly key: Uint8Array; readonly sign: Sign };

export type SignerServer = { close(): Promise<void> };

/** Listens at the path of a socket that its owner and group can use; throws Failure("address_in_use") if another one does. */
export async function openSigner(parts: {
  readonly socket: string;
  readonly keys: readonly HeldKey[];
  /** What was refused, and why. */
  readonly refused: (reason: string) => void;
}): Promise<SignerServer> {
  const { socket: path } = parts;
  await removeDead(path);
  const server = createServer((socket) => serve(socket, parts));
  server.maxConnections = CONNECTIONS_MAX;
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await listen(server, path);
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { close };
}

async function listen(server: Server, path: string): Promise<void> {
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    chmodSync(path, SOCKET_MODE);
  } catch (cause) {
    throw new Failure("config_invalid", `cannot listen at ${path}: ${(cause as Error).message}`, { cause });
  } finally {
    process.umask(before);
  }
}

/** A socket's file stays where its process was killed. */
async function removeDead(path: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createConnection(path, () => resolve(undefined));
    probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    probe.on("connect", () => probe.destroy());
  });
  if (code === undefined) throw new Failure("address_in_use", `another signer listens at ${path} already`);
  // A file that is no socket refuses connections as well.
  if (code !== "ECONNREFUSED") return;
  if (!lstatSync(path).isSocket())
    throw new Failure("config_invalid", `${path} is there and no socket: name another place to listen at`);
  rmSync(path);
}

type Serving = Pick<Parameters<typeof openSigner>[0], "keys" | "refused">;

function serve(socket: Socket, { keys, refused }: Serving): void {
  const splitter = new LineSplitter();
  let isGreeted = false;
  const end = (reason: string): void => {
    refused(reason);
    socket.destroy();
  };
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Uint8Array) => {
    const lines = splitter.push(chunk);
    if (lines === undefined) return end("a line is too long, or no text");
    for (const text of lines) {
      const read = isGreeted ? readRequest(text) : readHello(text);
      if (!read.ok) return end(read.error.detail);
      if (socket.writableLength > BACKLOG_BYTES_MAX) return end("answers are not taken");
      if (read.value !== undefined) socket.write(answerTo(read.value, { keys, refused }));
      else socket.write(welcomeLine(keys.map(({ key }) => key)));
      isGreeted = true;
    }
  });
}

function answerTo({ id, key, message }: SignRequest, { keys, refused }: Serving): string {
  const held = keys.find((one) => hex(one.key) === hex(key));
  const tag = tagOf(message);
  if (held !== undefined && tag !== undefined && NODE_TAGS.has(tag))
    return signatureLine(id, held.sign(message));
  const reason =
    held === undefined ? `the key ${hex(key)} is not held here` : `no node signs ${tag ?? "that"}`;
  refused(reason);
  return refusalLine(id, reason);
}
