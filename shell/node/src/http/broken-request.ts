// The reply to what could not be read as HTTP: too slow, headers too large, not HTTP at all. It is
// written to the bare socket, and unsigned, for there is no request to sign for (A16).

import { type ErrorCode, PROBLEM_MEDIA_TYPE, problemOf } from "@juno/api";

/** Imported it would evaluate every export of node:http, and with one of them load a web socket client. */
const { STATUS_CODES } = process.getBuiltinModule("node:http");

const BROKEN: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "request_too_slow",
  HPE_HEADER_OVERFLOW: "headers_too_large",
};

/** What the parser's error means. */
export const brokenRequestCode = (error: string): ErrorCode => BROKEN[error] ?? "malformed";

/** The whole reply, head and body. */
export function brokenRequestReply(code: ErrorCode): string {
  const document = problemOf(code, { detail: "The request could not be read as HTTP." });
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ""}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
