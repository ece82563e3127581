// The one table of public error codes (A10): status, whether the same request may succeed later,
// what became of the command, what it means and what to do. Server, client and documentation read
// it; a test reaches every code through a running server.

/**
 * What is known about the command of a failed request. `not_submitted`: this request did not put it
 * on its way. `unknown`: it may or may not take effect. `rejected`: no node will take these bytes.
 * It speaks of this request alone: an earlier one with the same bytes may have had more luck (A4).
 */
export type ErrorOutcome = "not_submitted" | "unknown" | "rejected";

export type ErrorEntry = {
  readonly status: number;
  readonly retryable: boolean;
  readonly outcome: ErrorOutcome;
  readonly title: string;
  /** What the caller should do. */
  readonly advice: string;
};

const rejected = (status: number, title: string, advice: string): ErrorEntry => ({
  status,
  retryable: false,
  outcome: "rejected",
  title,
  advice,
});

const refused = (status: number, title: string, advice: string): ErrorEntry => ({
  status,
  retryable: false,
  outcome: "not_submitted",
  title,
  advice,
});

const later = (status: number, title: string, advice: string): ErrorEntry => ({
  status,
  retryable: true,
  outcome: "not_submitted",
  title,
  advice,
});

export const ERRORS = {
  // What a node says of itself.
  not_ready: later(409, "The node is not ready for what is asked", "Do what `detail` says, and ask again."),

  order_refused: refused(
    403,
    "The node does not obey this order",
    "Do what `detail` says; only keys that stand as `operators` in its config.json order a node.",
  ),

  // The request as such.
  malformed: refused(400, "The request is malformed", "Correct what `detail` names."),
  not_found: refused(404, "There is no such thing", "Check the path and the names in it."),
  method_not_allowed: refused(405, "This path does not take this method", "See /api/v1/docs."),
  request_too_slow: later(408, "The request took too long to arrive", "Send it again, faster."),
  body_too_large: refused(413, "The request body is too large", "Send fewer or smaller commands at once."),
  unsupported_media_type: refused(415, "The body is not JSON", "Send `content-type: application/json`."),
  headers_too_large: refused(431, "The request's headers are too large", "Send fewer or shorter headers."),

  // The command as such: the same bytes are refused everywhere and always.
  command_malformed: rejected(400, "The payload is not a command", "Correct what `detail` names."),
  wrong_network: rejected(400, "The command is for another network", "Use this network's id."),
  expires_too_late: rejected(400, "The command expires too far ahead", "Expire within 24 hours."),
  signature_invalid: rejected(401, "A signature does not verify", "Sign the payload's exact bytes."),
  signers_mismatch: rejected(
    401,
    "The signatures are not those of the payload's signers",
    "Give one signature for each signer, and no other.",
  ),
  command_too_large: rejected(413, "The command is larger than this network permits", "Split it."),

  // The command as the ledger stands: it has said something else before, or will.
  client_unknown: refused(
    403,
    "The first signer is not a registered client",
    "Sign first with a registered client's key.",
  ),
  not_permitted: refused(
    403,
    "The client's roles do not permit this",
    "Ask the network's administrators for a role that does; `detail` says what is lacking.",
  ),
  quota_exceeded: later(
    429,
    "The client has used up its quota of this minute",
    "Wait as `Retry-After` says; then send it again, if it has not expired.",
  ),
  ledger_halted: refused(
    409,
    "The ledger is halted",
    "Wait until the network's operators resume it; `detail` says why they halted it.",
  ),
  command_expired: refused(
    400,
    "The command has expired",
    "If it was sent before, ask for its state; else make a new one with a later `expires`.",
  ),

  // Who reads (A41, A42).
  read_unsigned: refused(
    401,
    "Reading this takes a signature here",
    "Sign the request as a reader that may (A42 in spec/6-api.md); the client library and `juno` do so with a client's key.",
  ),
  read_expired: refused(
    401,
    "The reader's signature is of another time",
    "Set the clocks right, and sign the request again.",
  ),
  read_forged: refused(
    401,
    "The reader's signature does not verify",
    "Sign this very request, for this network, with the key that the header names.",
  ),
  reader_unknown: refused(
    403,
    "The reader's key is not known here",
    "Sign with the key of a registered client; this node may lag behind, so ask another one.",
  ),

  // Not now.
  busy: later(
    429,
    "The node has as much to do as it accepts",
    "Wait as `Retry-After` says, then send again.",
  ),
  too_many_requests: later(
    429,
    "Too many requests of this kind are open on this node",
    "Wait as `Retry-After` says, or use another node.",
  ),
  no_quorum: later(503, "No quorum of voters is at work", "Try later; GET /status says what is lacking."),
  read_only: later(
    503,
    "The node does not answer clients while it differs from the others",
    "Use another node.",
  ),
  halted: later(503, "The node has halted", "Use another node."),
  node_halted: later(503, "The node's operator has halted it", "Use another node."),
  draining: later(503, "The node is draining and takes no more commands", "Use another node."),
  starting: later(503, "The node is not ready yet", "Try again shortly, or use another node."),
  stopping: later(503, "The node is shutting down", "Use another node."),
  timed_out: {
    status: 504,
    retryable: true,
    outcome: "unknown",
    title: "The node could not finish in time",
    advice: "Send the same request again, perhaps to another node.",
  },

  // Reading.
  command_unknown: refused(404, "This node knows no command of this id", "Ask another node, or later."),
  snapshot_unknown: refused(
    404,
    "There is no such snapshot here",
    "See GET /snapshots, or ask another node.",
  ),
  entry_unknown: refused(404, "The log does not reach this index yet", "Ask later."),
  module_unknown: refused(404, "There is no such module", "See GET /modules."),
  table_unknown: refused(404, "The module has no such table", "See GET /modules."),
  query_unknown: refused(404, "The module has no such query", "See GET /modules."),
  pruned: refused(410, "This part of the log is pruned here", "Ask an archive or an older export."),
  query_failed: refused(422, "The query has no answer for these arguments", "Correct what `detail` names."),

  // The node's own fault.
  internal: {
    status: 500,
    retryable: true,
    outcome: "unknown",
    title: "The node failed at this request",
    advice: "Ask for the command's state, or send the same request to another node.",
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** The entry of a code. */
export const errorEntry = (code: ErrorCode): ErrorEntry => ERRORS[code];
