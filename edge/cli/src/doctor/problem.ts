// Why an address gave no answer that can be believed, in the few kinds that ask for different deeds.

import type { JunoError } from "@juno/client";
import type { Problem, ProblemKind } from "./examination.ts";

/** By the codes of the operating system and of Node. */
const KINDS: Readonly<Record<string, ProblemKind>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timeout",
  ENOTFOUND: "address",
  EAI_AGAIN: "address",
  EHOSTUNREACH: "address",
  ENETUNREACH: "address",
  EPROTO: "tls",
};
const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;
const TIMED_OUT = /^no reply within /;

function kindOf({ code, cause }: JunoError): ProblemKind {
  if (code === "unsigned_reply") return "unsigned";
  if (code !== "unreachable") return "reply";
  const system = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (TLS_CODE.test(system)) return "tls";
  if (cause instanceof Error && TIMED_OUT.test(cause.message)) return "timeout";
  return KINDS[system] ?? "connection";
}

export const problemOf = (error: JunoError): Problem => ({ kind: kindOf(error), detail: error.message });
