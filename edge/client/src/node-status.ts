// The status of a node, as it may be believed: whose signature it is, and who it says that it is, are one.

import { checkShape, type StatusJson, StatusReplySchema } from "@juno/api";
import type { NodeId } from "@juno/base";
import { JunoError } from "./juno-error.ts";

export function statusOf(said: { readonly json: unknown; readonly by: NodeId }): StatusJson {
  const status = checkShape(StatusReplySchema, said.json);
  if (!status.ok) throw new JunoError("bad_reply", `the status: ${status.error.detail}`, { retryable: true });
  const { node } = status.value;
  // A38: a node speaks for itself alone, whatever it writes.
  if (node === said.by) return status.value;
  throw new JunoError("bad_reply", `node ${said.by} says that it is node ${node}`, { retryable: true });
}
