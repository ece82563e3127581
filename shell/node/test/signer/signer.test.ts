// A signing key in another process (E62): signatures come from there, or the node is told at once that none do; a signer signs what nodes say, and
// nothing else; and what is no signature is handed to nobody.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Hash, hex, signedBytes } from "@juno/base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyPair, verifySignature } from "../../src/crypto/sodium.ts";
import { RemoteSigner } from "../../src/signer/remote-signer.ts";
import { helloLine, LINE_BYTES_MAX, LineSplitter, requestLine } from "../../src/signer/signer-protocol.ts";
import { openSigner, type SignerServer } from "../../src/signer/signer-server.ts";

const CHILD = fileURLToPath(new URL("./signer-child.ts", import.meta.url));
const { key, secret } = createKeyPair();
const network = Hash(new Uint8Array(32).fill(7));
const saying = (tag: string) => signedBytes({ tag, network, body: new Uint8Array(140) });

let folder: string;
let socket: string;
let children: ChildProcess[];
let signer: RemoteSigner | undefined;
let lost: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "juno-signer-"));
  socket = join(folder, "signer");
  [children, lost] = [[], []];
});
afterEach(async () => {
  await signer?.close();
  signer = undefined;
  for (const child of children) await stop(child);
  rmSync(folder, { recursive: true });
});

async function start(behaviour: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, behaviour, socket, hex(secret)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  await once(child.stdout!, "data");
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function connect(timeoutMs = 2_000): Promise<RemoteSigner> {
  signer = new RemoteSigner({ socket, timeoutMs });
  signer.onLost = (reason) => lost.push(reason);
  await signer.demand(key);
  return signer;
}

const ZEROS = new Uint8Array(64);

describe("a node's signer", () => {
  it("signs what nodes say, waited for or not, and refuses acts and commands", async () => {
    await start("signs");
    const remote = await connect();
    for (const tag of ["vote", "ack", "append-entries", "reply", "event", "ready", "read", "recall"]) {
      const message = saying(tag);
      expect(verifySignature({ key, message, signature: remote.sign(key, message) })).toBe(true);
    }
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => remote.signLater(key, saying("reply"))),
    );
    for (const signature of replies)
      expect(verifySignature({ key, message: saying("reply"), signature })).toBe(true);
    expect(lost).toEqual([]);
    for (const tag of ["act", "command"])
      await expect(remote.signLater(key, saying(tag))).rejects.toThrow(`no node signs ${tag}`);
    await expect(remote.signLater(key, new Uint8Array(99))).rejects.toThrow("no node signs that");
    expect(remote.sign(key, saying("act"))).toEqual(ZEROS);
    const { key: other } = createKeyPair();
    expect(remote.sign(other, saying("vote"))).toEqual(ZEROS);
    expect(lost).toEqual(["no node signs act", `the key ${hex(other)} is not held here`]);
  });

  it("is asked again when it is back", async () => {
    const first = await start("signs");
    const remote = await connect(300);
    expect(statSync(socket).mode & 0o777).toBe(0o660);
    await stop(first);
    expect(remote.sign(key, saying("vote"))).toEqual(ZEROS);
    expect(lost).toHaveLength(1);
    expect(existsSync(socket)).toBe(true);
    await start("signs");
    await remote.up();
    const message = saying("vote");
    expect(verifySignature({ key, message, signature: remote.sign(key, message) })).toBe(true);
    expect(lost).toHaveLength(1);
  });

  it("is reached by another thread where the one that asked it is gone (E62)", async () => {
    await start("signs");
    const remote = await connect(300);
    // Nothing that a node signs; the thread does not outlive it.
    await expect(remote.signLater(key, null as never)).rejects.toThrow("its thread ended");
    expect(remote.sign(key, saying("vote"))).toEqual(ZEROS);
    await expect(remote.signLater(key, saying("reply"))).rejects.toThrow("its thread ended");
    expect(lost).toEqual([expect.stringContaining("its thread ended")]);
    await remote.up();
    const message = saying("vote");
    expect(verifySignature({ key, message, signature: remote.sign(key, message) })).toBe(true);
    expect(lost).toHaveLength(1);
  });

  it.each([
    ["answers nothing", "no answer within 200 ms"],
    ["signs something else", "what it answered is no signature under the key"],
    ["does not know why", "the card is locked"],
    ["speaks otherwise", "it speaks otherwise"],
    ["refuses without a reason", "it speaks otherwise"],
  ])("that %s is lost", async (behaviour, reason) => {
    await start(behaviour);
    const remote = await connect(200);
    expect(remote.sign(key, saying("vote"))).toEqual(ZEROS);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toContain(reason);
    await expect(remote.signLater(key, saying("reply"))).rejects.toThrow(reason);
  });

  it("that is slow keeps no signature of consensus waiting behind those of replies", async () => {
    await start("signs slowly");
    const remote = await connect(1_500);
    const replies = Array.from({ length: 300 }, () => remote.signLater(key, saying("reply")));
    const ends = Promise.allSettled(replies);
    await replies[0];
    for (const tag of ["vote", "ack"]) {
      const message = saying(tag);
      expect(verifySignature({ key, message, signature: remote.sign(key, message) })).toBe(true);
    }
    await ends;
    const message = saying("vote");
    const signature = remote.sign(key, message);
    expect(lost).toEqual([]);
    expect(verifySignature({ key, message, signature })).toBe(true);
  });

  it("is demanded when a node starts, with the node's key", async () => {
    await start("signs");
    signer = new RemoteSigner({ socket, timeoutMs: 1_000 });
    await expect(signer.demand(createKeyPair().key)).rejects.toThrow("does not hold the key");
  });
});

describe("a signer's socket", () => {
  const refused: string[] = [];
  let server: SignerServer;
  const open = () => openSigner({ socket, keys: [], refused: (reason) => refused.push(reason) });

  beforeEach(async () => {
    refused.length = 0;
    server = await open();
  });
  afterEach(() => server.close());

  it.each([
    ["a greeting of another version", helloLine().replace("/1", "/2"), '"juno-signer/1" is expected'],
    ["a request before the greeting", requestLine({ id: 1, key, message: saying("vote") }), '"protocol"'],
    ["no JSON", "hello\n", "a value is expected here"],
    ["a line without end", "x".repeat(LINE_BYTES_MAX), "too long"],
    [
      "a message that is too long",
      helloLine() + requestLine({ id: 1, key, message: new Uint8Array(5_000) }),
      "the hex of at most 4096 bytes",
    ],
  ])("closes at %s", async (_, text, reason) => {
    const connection = createConnection(socket);
    connection.on("error", () => undefined);
    connection.resume();
    connection.write(text);
    await once(connection, "close");
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain(reason);
  });

  it("takes the place of no other file", async () => {
    const path = join(folder, "node.json");
    writeFileSync(path, "the only copy");
    await expect(openSigner({ socket: path, keys: [], refused: () => undefined })).rejects.toThrow(
      "is there and no socket",
    );
    expect(readFileSync(path, "utf8")).toBe("the only copy");
  });

  it("is one signer's alone", async () => {
    await expect(open()).rejects.toThrow("another signer listens");
  });
});

it("lines are split wherever chunks end, and end where they are too long", () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from("one\ntw"))).toEqual(["one"]);
  expect(splitter.push(Buffer.from("o\n\nthree\n"))).toEqual(["two", "", "three"]);
  expect(splitter.push(Buffer.from([0xff, 0x0a]))).toBeUndefined();
  expect(new LineSplitter().push(Buffer.alloc(LINE_BYTES_MAX, "x"))).toBeUndefined();
});
