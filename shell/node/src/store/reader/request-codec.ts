// Requests to the read thread, packed.

import {
  canonicalJson,
  type Json,
  LogIndex,
  parseJson,
  parseUtf8,
  type Reader,
  utf8,
  type Writer,
} from "@juno/base";
import type { RowAddress } from "@juno/ledger";
import type { HistoryRequest, QueryRequest, RowRequest } from "@juno/runtime";

export type Query = Omit<QueryRequest, "consistency">;

export const writeText = (writer: Writer, text: string): Writer => writer.bytes(utf8(text));

/** A text that is bounded by the message it stands in. */
export const readText = (reader: Reader): string =>
  parseUtf8(reader.bytes(reader.remaining)) ?? reader.fail("a text is not UTF-8");

export const writeJson = (writer: Writer, json: Json): Writer => writer.bytes(canonicalJson(json));

export function readJsonValue(reader: Reader): Json {
  const bytes = reader.bytes(reader.remaining);
  const parsed = parseJson(bytes, { bytesMax: bytes.length });
  return parsed.ok ? parsed.value : reader.fail(parsed.error.detail);
}

export function writeRowRequest(writer: Writer, request: RowRequest): void {
  writeText(writeText(writer, request.module), request.table);
  writer.option(request.prefix, writeText).option(request.after, writeText).u64(request.limit);
  writer.option(request.at, (w, at) => w.u64(at));
}

export function readRowRequest(reader: Reader): RowRequest {
  return {
    module: readText(reader),
    table: readText(reader),
    prefix: reader.option(readText),
    after: reader.option(readText),
    limit: reader.u64(),
    at: reader.option((r) => LogIndex(r.u64())),
  };
}

export const writeAddress = (writer: Writer, { module, table, key }: RowAddress): Writer =>
  writeText(writeText(writeText(writer, module), table), key);

export const readAddress = (reader: Reader): RowAddress => ({
  module: readText(reader),
  table: readText(reader),
  key: readText(reader),
});

export function writeHistoryRequest(writer: Writer, request: HistoryRequest): void {
  writeAddress(writer, request).u64(request.from).u64(request.limit);
}

export function readHistoryRequest(reader: Reader): HistoryRequest {
  return { ...readAddress(reader), from: LogIndex(reader.u64()), limit: reader.u64() };
}

export function writeQuery(writer: Writer, query: Query): void {
  writeJson(writeText(writeText(writer, query.module), query.query), query.args);
}

export function readQuery(reader: Reader): Query {
  return { module: readText(reader), query: readText(reader), args: readJsonValue(reader) };
}
