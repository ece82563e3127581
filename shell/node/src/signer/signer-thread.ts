// The thread that talks to a node's signer (E62): it keeps the connection, sends what is to be signed, and hands back only signatures that verify.
// The main thread waits for one at a time in shared memory, while this one works on. What is asked while the signer is away is asked
// again when it is back, until its time is over: a signature under Ed25519 is the same whoever asks how often.

import { createConnection, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { assert, utf8 } from "@juno/base";
import { verifySignature } from "../crypto/sodium.ts";
import {
  ANSWER_BYTES_MAX,
  ANSWERED,
  BYTES_AT,
  LENGTH,
  type ThreadNews,
  type ThreadOptions,
  type ThreadRequest,
} from "./shared-answer.ts";
import {
  helloLine,
  LineSplitter,
  readAnswer,
  readWelcome,
  requestLine,
  type SignAnswer,
} from "./signer-protocol.ts";

const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2_000;

const port = parentPort;
assert(port !== null, "the signer's link runs as a worker thread");
const { socket: path, timeoutMs, shared } = workerData as ThreadOptions;
const words = new Int32Array(shared, 0, 2);
const answerBytes = new Uint8Array(shared, BYTES_AT, ANSWER_BYTES_MAX);

type Open = { readonly request: ThreadRequest; readonly timer: NodeJS.Timeout };

const open = new Map<number, Open>();
/** Signatures of replies that are asked for at a time: one that consensus waits for stands behind no more of them. */
const LATER_AT_ONCE = 8;
/** Of replies, in their order; those that are asked for, and those that wait for their turn. */
const asked = new Set<number>();
let waiting: ThreadRequest[] = [];
let connection: Socket | undefined;
let isWelcome = false;
let retryMs = RETRY_MS_MIN;
/** Why the connection ended last, since there was an answer. */
let problem: string | undefined;

const tell = (news: ThreadNews): void => port.postMessage(news);

port.on("message", (request: ThreadRequest) => {
  const timer = setTimeout(() => {
    const why = problem ?? `no answer within ${timeoutMs} ms`;
    settle({ id: request.id, refused: why });
    if (!request.isAwaited) return;
    // Who hangs is met anew: while the connection stands it would seem to be there.
    problem = why;
    connection?.destroy();
  }, timeoutMs);
  open.set(request.id, { request, timer });
  if (!request.isAwaited) waiting.push(request);
  else if (isWelcome) connection?.write(requestLine(request));
  pump();
});

function pump(): void {
  while (isWelcome && asked.size < LATER_AT_ONCE) {
    const next = waiting.shift();
    if (next === undefined) return;
    // Nobody waits any more for one that took too long.
    if (!open.has(next.id)) continue;
    asked.add(next.id);
    connection?.write(requestLine(next));
  }
}

function settle(answer: SignAnswer): void {
  const found = open.get(answer.id);
  if (found === undefined) return;
  open.delete(answer.id);
  clearTimeout(found.timer);
  const { request } = found;
  const judged: SignAnswer =
    "signature" in answer && !verifySignature({ ...request, signature: answer.signature })
      ? { id: answer.id, refused: "what it answered is no signature under the key" }
      : answer;
  if (!request.isAwaited) return tell({ kind: "answer", answer: judged });
  const bytes = "refused" in judged ? utf8(judged.refused).subarray(0, ANSWER_BYTES_MAX) : judged.signature;
  answerBytes.set(bytes);
  Atomics.store(words, LENGTH, "refused" in judged ? -bytes.length : bytes.length);
  Atomics.store(words, ANSWERED, judged.id);
  Atomics.notify(words, ANSWERED);
}

function connect(): void {
  const socket = createConnection(path);
  connection = socket;
  const splitter = new LineSplitter();
  const end = (why: string): void => {
    problem = why;
    socket.destroy();
  };
  socket.setTimeout(timeoutMs, () => {
    if (!isWelcome) end("it does not greet");
  });
  socket.on("connect", () => socket.write(helloLine()));
  socket.on("data", (chunk: Uint8Array) => {
    const lines = splitter.push(chunk);
    if (lines === undefined) return end("it sends lines that are too long");
    for (const text of lines) {
      const wrong = isWelcome ? onAnswer(text) : onWelcome(socket, text);
      if (wrong !== undefined) return end(wrong);
    }
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    problem = error.code ?? error.message;
  });
  socket.on("close", () => {
    isWelcome = false;
    problem ??= "it closed the connection";
    tell({ kind: "down", reason: problem });
    setTimeout(connect, retryMs);
    retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
  });
}

function onWelcome(socket: Socket, text: string): string | undefined {
  const keys = readWelcome(text);
  if (!keys.ok) return `it speaks otherwise: ${keys.error.detail}`;
  isWelcome = true;
  retryMs = RETRY_MS_MIN;
  tell({ kind: "up", keys: keys.value });
  asked.clear();
  waiting = [];
  for (const { request } of open.values()) {
    if (request.isAwaited) socket.write(requestLine(request));
    else waiting.push(request);
  }
  pump();
  return undefined;
}

function onAnswer(text: string): string | undefined {
  const answer = readAnswer(text);
  if (!answer.ok) return `it speaks otherwise: ${answer.error.detail}`;
  problem = undefined;
  settle(answer.value);
  // Only now: one that nobody waits for any more is still in the signer's way.
  asked.delete(answer.value.id);
  pump();
  return undefined;
}

connect();
