// The door of core/base: bytes, codec, results, assertions, branded ids, hashing and signing
// ports. It knows nothing of consensus, ledgers or hosts.

export { assert, InvariantError, unreachable } from "./assert.ts";
export { compareBytes, concatBytes, equalBytes, hex, parseHex, parseUtf8, utf8 } from "./bytes.ts";
export { decodeWith, Reader, Writer } from "./codec.ts";
export {
  type Sha256,
  type Sign,
  type SignatureCheck,
  signedBytes,
  taggedHash,
  type VerifySignature,
} from "./crypto.ts";
export { Epoch, Hash, LogIndex, NodeId, Term } from "./ids.ts";
export {
  canonicalJson,
  canonicalText,
  compareText,
  isJsonObject,
  isWellFormedText,
  JSON_DEPTH_MAX,
  type Json,
  type JsonObject,
  jsonObject,
  utf8Length,
} from "./json.ts";
export { JsonField, readJson } from "./json-field.ts";
export { type JsonRefusal, parseJson, parseJsonText } from "./json-parser.ts";
export { Prng } from "./prng.ts";
export { type Err, err, type Ok, ok, type Refusal, type Result, refuse } from "./result.ts";
