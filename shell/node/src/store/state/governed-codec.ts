// What the ledger has decided about the network (C24), as it crosses from the executor to the main thread.

import { Hash, hex, parseHex, parseUtf8, type Reader, utf8, type Writer } from "@juno/base";
import type { Activation, ApprovedConfiguration, Governed, Halt, StepDown, Versions } from "@juno/ledger";
import type { Access, Client } from "@juno/proof";

/** More than a state holds of any of these. */
const ITEMS_MAX = 16_777_216;

const writeText = (writer: Writer, text: string): Writer => writer.bytes(utf8(text));
export const readText = (reader: Reader): string =>
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

const writeVersions = (writer: Writer, { ledger, language }: Versions): Writer =>
  writer.u32(ledger).u32(language);
const readVersions = (reader: Reader): Versions => ({ ledger: reader.u32(), language: reader.u32() });

const writeActivation = (writer: Writer, { act, at, from, to }: Activation): Writer =>
  writeVersions(writeVersions(writeKey(writer, act).u64(at), from), to);
const readActivation = (reader: Reader): Activation => ({
  act: readKey(reader),
  at: reader.u64(),
  from: readVersions(reader),
  to: readVersions(reader),
});

function writeClient(writer: Writer, { name, key, roles }: Client): void {
  writeKey(writeText(writer, name), key).list(roles, writeText);
}

const readClient = (reader: Reader): Client => ({
  name: readText(reader),
  key: readKey(reader),
  roles: reader.list(ITEMS_MAX, readText),
});

const writeNames = (writer: Writer, names: Access["read"]): Writer =>
  writer.option(names === "*" ? undefined : names, (w, list) => void w.list(list, writeText));
const readNames = (reader: Reader): Access["read"] =>
  reader.option((r) => r.list(ITEMS_MAX, readText)) ?? "*";

function writeAccess(writer: Writer, { submit, read, commandsPerMinute, gasPerMinute }: Access): void {
  writeNames(writeNames(writer, submit), read);
  for (const quota of [commandsPerMinute, gasPerMinute])
    writer.option(quota, (w, number) => void w.u64(number));
}

const readAccess = (reader: Reader): Access => ({
  submit: readNames(reader),
  read: readNames(reader),
  commandsPerMinute: reader.option((r) => r.u64()),
  gasPerMinute: reader.option((r) => r.u64()),
});

export function writeGoverned(writer: Writer, governed: Governed): void {
  const { halt, clients, roles, operators, configurations, stepDowns, activation } = governed;
  writer.option(halt, writeHalt);
  writer.list([...clients], (w, [key, client]) => writeKey(w, key).option(client, writeClient));
  writer.list([...roles], (w, [name, access]) => writeText(w, name).option(access, writeAccess));
  writer.option(operators, (w, keys) => void w.list(keys, writeKey));
  writer.list(configurations, writeConfiguration);
  writer.list(stepDowns, (w, { epoch, term }) => w.u64(epoch).u64(term));
  writer.option(activation, writeActivation);
}

export const readGoverned = (reader: Reader): Governed => ({
  halt: reader.option(readHalt),
  clients: new Map(reader.list(ITEMS_MAX, (r) => [readKey(r), r.option(readClient)] as const)),
  roles: new Map(reader.list(ITEMS_MAX, (r) => [readText(r), r.option(readAccess)] as const)),
  operators: reader.option((r) => r.list(ITEMS_MAX, readKey)),
  configurations: reader.list(ITEMS_MAX, readConfiguration),
  stepDowns: reader.list(ITEMS_MAX, readStepDown),
  activation: reader.option(readActivation),
});
