// The limits of the HTTP contract (A13): what one request may hold and how long it may wait. They
// are part of the contract, so server, client and the published schemas read them from here.

/** Commands in one POST /commands. */
export const COMMANDS_PER_POST_MAX = 256;
/** Signatures on one command, one for each signer it may name (C4). */
export const SIGNATURES_PER_COMMAND_MAX = 64;
/** Characters of a payload as JSON text; genesis sets the tighter limit in bytes. */
export const PAYLOAD_CHARS_MAX = 4 * 1024 * 1024;
/** Bytes of a request body, if the node's configuration does not say otherwise. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/** `timeout=` of a waiting request. */
export const WAIT_MS_DEFAULT = 10_000;
export const WAIT_MS_MAX = 60_000;

/** `limit=` of a paged list. */
export const PAGE_ITEMS_DEFAULT = 100;
export const PAGE_ITEMS_MAX = 1_000;
/** A page of entries is cut after so many bytes of bodies and receipts, never before the first. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** Characters of a module, table, query or row name in a request. */
export const NAME_CHARS_MAX = 640;
export const ROW_KEY_CHARS_MAX = 4_096;

/** Bytes of a request's nonce (A16). */
export const NONCE_BYTES_MIN = 8;
export const NONCE_BYTES_MAX = 32;
