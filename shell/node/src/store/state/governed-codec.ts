// What the ledger has decided about the network (C24), as it crosses from the executor to the main thread.

import { Hash, hex, parseHex, parseUtf8, type Reader, utf8, type Writer } from "@juno/base";
import type { ApprovedConfiguration, Governed, Halt, StepDown } from "@juno/ledger";

/** More than a state holds of any of these. */
const ITEMS_MAX = 16_777_216;

const writeText = (writer: Writer, text: string): Writer => writer.bytes(utf8(text));
const readText = (reader: Reader): string =>
  parseUtf8(reader.bytes(reader.remaining)) ?? reader.fail("a text is not well-formed");

const writeKey = (writer: Writer, key: string): Writer => writer.raw(parseHex(key, 32)!);
const readKey = (reader: Reader): string => hex(reader.raw(32));

function writeHalt(writer: Writer, { since, at, act, by, reason }: Halt): void {
  writeKey(writeText(writer, since).u64(at), act).list(by, writeKey);
  writeText(writer, reason);
}

const readHalt = (reader: Reader): Halt => ({
  since: readText(reader),
  at: reader.u64(),
  act: readKey(reader),
  by: reader.list(ITEMS_MAX, readKey),
  reason: readText(reader),
});

const writeConfiguration = (writer: Writer, { act, expires, body }: ApprovedConfiguration): Writer =>
  writer.raw(act).u64(expires).bytes(body);

/** Copies: it is remembered long after the batch. */
const readConfiguration = (reader: Reader): ApprovedConfiguration => ({
  act: Hash(reader.hash().slice()),
  expires: reader.u64(),
  body: reader.bytes(reader.remaining).slice(),
});

const readStepDown = (reader: Reader): StepDown => ({ epoch: reader.u64(), term: reader.u64() });

export function writeGoverned(writer: Writer, { halt, clients, configurations, stepDowns }: Governed): void {
  writer.option(halt, writeHalt);
  writer.list([...clients], (w, [key, isClient]) => writeKey(w, key).bool(isClient));
  writer.list(configurations, writeConfiguration);
  writer.list(stepDowns, (w, { epoch, term }) => w.u64(epoch).u64(term));
}

export const readGoverned = (reader: Reader): Governed => ({
  halt: reader.option(readHalt),
  clients: new Map(reader.list(ITEMS_MAX, (r): [string, boolean] => [readKey(r), r.bool()])),
  configurations: reader.list(ITEMS_MAX, readConfiguration),
  stepDowns: reader.list(ITEMS_MAX, readStepDown),
});
