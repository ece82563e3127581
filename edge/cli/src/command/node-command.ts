// `juno node`: one node in the foreground. Everything it says goes to standard error, as JSON lines or,
// on a terminal, for eyes. It ends gracefully at SIGTERM and SIGINT, at once at a second Ctrl-C, and with
// the exit code of whatever stopped it.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  describeFailure,
  isKeyFileEncrypted,
  nextKeysPath,
  operatorLog,
  type Passphrase,
  type RunningNode,
  runNode,
} from "@juno/node";
import { EXIT, usage } from "../complaint.ts";
import { canAsk, passphraseFor, passphraseGiven } from "../passphrase.ts";
import { paintFor } from "../terminal/paint.ts";

export type NodeCommandOptions = {
  readonly untilStdinEnds?: boolean;
  readonly links?: readonly string[];
  readonly version: string;
};

const configIn = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "config.json") : path;

export async function runNodeCommand(path: string, options: NodeCommandOptions): Promise<void> {
  const linkUrls = (options.links ?? []).map(checkNodeUrl);
  const log = operatorLog({
    write: (line) => process.stderr.write(line),
    pretty: process.stderr.isTTY === true,
    paint: paintFor(process.stderr),
  });
  const ended = Promise.withResolvers<{ readonly failure?: unknown }>();
  const stop = () => ended.resolve({});
  watchForTheEnd(stop, options);
  let node: RunningNode | undefined;
  try {
    node = await runNode({
      configPath: configIn(path),
      version: options.version,
      passphraseOf: passphraseOfNode,
      linkUrls,
      note: (event) => log.note(event),
      failed: (failure) => ended.resolve({ failure }),
    });
    const { api, apiTls } = node.config;
    const url = `${apiTls === undefined ? "http" : "https"}://${api.host}:${api.port}`;
    log.note({ code: "started", facts: { node: node.id, api: url, pid: process.pid } });
    const { failure } = await ended.promise;
    if (failure !== undefined) throw failure;
    log.note({ code: "stopping", facts: { node: node.id } });
    await node.close();
    log.note({ code: "stopped", facts: { node: node.id } });
  } catch (cause) {
    log.failure(cause);
    process.exitCode = describeFailure(cause).exitCode;
    // A disk that fails while closing has failed already.
    await node?.close().catch(() => undefined);
  }
  process.exit();
}

function checkNodeUrl(text: string): string {
  if (!/^https?:\/\/[^\s/?#]+\/*$/.test(text))
    throw usage(`"${text}" is no node's API: --links http://HOST:PORT.`);
  return text.replace(/\/+$/, "");
}

/**
 * Keys that it will go by next may be encrypted while those it goes by are not. Where nobody can be asked, the keys say what is
 * missing.
 */
async function passphraseOfNode(keysPath: string): Promise<Passphrase | undefined> {
  const given = passphraseGiven();
  if (given !== undefined || !canAsk()) return given;
  const files = [keysPath, nextKeysPath(keysPath)].filter((path) => path === keysPath || existsSync(path));
  const encrypted = files.find(isKeyFileEncrypted);
  return encrypted === undefined ? undefined : await passphraseFor(encrypted);
}

function watchForTheEnd(stop: () => void, { untilStdinEnds }: NodeCommandOptions): void {
  let interrupts = 0;
  process.on("SIGINT", () => {
    interrupts += 1;
    if (interrupts > 1) process.exit(EXIT.interrupted);
    stop();
  });
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  if (untilStdinEnds) {
    process.stdin.on("end", stop);
    process.stdin.on("error", stop);
    process.stdin.resume();
  }
}
