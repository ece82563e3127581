// Signature checks on their way between threads: one buffer, handed over rather than copied, instead
// of an object graph. Layout: count u32, then all keys (32 bytes each), all signatures (64), all message
// lengths (u32), all messages. Both ends are this program, so nothing here is checked again.

import type { SignatureCheck } from "@juno/base";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const FIXED_BYTES = KEY_BYTES + SIGNATURE_BYTES + 4;

/**
 * A key or signature of a wrong length becomes zeros: the zero key is a point of order 4, under which
 * nothing is valid (E8), so the answer is false as it has to be.
 */
export function packChecks(checks: readonly SignatureCheck[]): ArrayBuffer {
  let size = 4 + checks.length * FIXED_BYTES;
  for (const { message } of checks) size += message.length;
  const buffer = new ArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  view.setUint32(0, checks.length);
  let key = 4;
  let signature = key + checks.length * KEY_BYTES;
  let length = signature + checks.length * SIGNATURE_BYTES;
  let message = length + checks.length * 4;
  for (const check of checks) {
    if (check.key.length === KEY_BYTES && check.signature.length === SIGNATURE_BYTES) {
      bytes.set(check.key, key);
      bytes.set(check.signature, signature);
    }
    view.setUint32(length, check.message.length);
    bytes.set(check.message, message);
    key += KEY_BYTES;
    signature += SIGNATURE_BYTES;
    length += 4;
    message += check.message.length;
  }
  return buffer;
}

/** The checks of a packed buffer, as views into it. */
export function* unpackChecks(buffer: ArrayBuffer): Generator<SignatureCheck, void> {
  const view = new DataView(buffer);
  const count = view.getUint32(0);
  const keys = 4;
  const signatures = keys + count * KEY_BYTES;
  const lengths = signatures + count * SIGNATURE_BYTES;
  let message = lengths + count * 4;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(lengths + i * 4);
    yield {
      key: new Uint8Array(buffer, keys + i * KEY_BYTES, KEY_BYTES),
      signature: new Uint8Array(buffer, signatures + i * SIGNATURE_BYTES, SIGNATURE_BYTES),
      message: new Uint8Array(buffer, message, length),
    };
    message += length;
  }
}
