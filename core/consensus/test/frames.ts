// Frames for tests of what is judged before `step`: four voters under a toy scheme of signatures, and
// commands that are any bytes. Nothing here is secret.

import { createHash } from "node:crypto";
import {
  Epoch,
  Hash,
  hex,
  NodeId,
  ok,
  type Sha256,
  type SignatureCheck,
  signedBytes,
  utf8,
  type Writer,
} from "@juno/base";
import { type Electorate, Epochs, electorateOf, keyPolicy } from "@juno/proof";
import type { Admission } from "../src/admission.ts";
import { VerifiedCache, type VerifyContext } from "../src/checks.ts";
import { bulk, encodeFrame, type MessageKind, signBody } from "../src/message.ts";
import { verifyNow } from "../src/verify.ts";
import type { Word, WordTag } from "../src/word.ts";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));

export const network = sha256(utf8("the network of the frame tests"));
export const epoch = Epoch(0);

const keyOf = (id: number): Uint8Array => new Uint8Array(32).fill(id);

const mac = (key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha512").update(key).update(message).digest());

const verify = ({ key, message, signature }: SignatureCheck): boolean =>
  hex(mac(key, message)) === hex(signature);

/** A command is any bytes; its first byte says how many signatures it has, all of them good. */
const admission: Admission = {
  describe: (body) => {
    const digest = sha256(body);
    const key = keyOf(99);
    const message = signedBytes({ tag: "command", network, body });
    const checks = Array.from({ length: body[0] ?? 0 }, () => ({
      key,
      message,
      signature: mac(key, message),
    }));
    const id = hex(digest);
    return ok({ id, digest, expires: 1_000_000, client: "client", actions: 1, gasLimit: 1, checks });
  },
  isApplied: () => false,
  mayPend: () => ok(undefined),
};

const electorate = electorateOf({
  network,
  epoch,
  voters: [1, 2, 3, 4].map((id) => ({ id: NodeId(id), signKey: keyOf(id) })),
});

export const context: VerifyContext = {
  epochs: new Epochs({
    electorate,
    configuration: { epoch, members: [], admin: keyPolicy("00".repeat(32)) },
    keyOf: electorate.keyOf,
    link: undefined,
  }),
  sha256,
  admission,
  payloadBytesMax: 4096,
};

export const identity = (from: number) => ({ epoch, from: NodeId(from), sha256 });

/** A frame that its sender signed. */
export function frameFrom(
  from: number,
  kind: MessageKind,
  content: { body: Uint8Array; attachment?: Uint8Array },
): Uint8Array {
  const { body, attachment = new Uint8Array(0) } = content;
  const sign = (message: Uint8Array) => mac(keyOf(from), message);
  const signature = signBody({ network, sign }, kind, body);
  return encodeFrame({ kind, from: NodeId(from), body, signature, attachment });
}

/** A frame whose signed body names the digest of what `write` attaches. */
export const bulkFrom = (from: number, kind: MessageKind, write: (writer: Writer) => void): Uint8Array =>
  frameFrom(from, kind, bulk(identity(from), write));

/** The verdict on a frame that came from the node it names, by whoever knows these epochs. */
export const judged = (from: number, bytes: Uint8Array, epochs = context.epochs) =>
  verifyNow({ ...context, epochs, verify }, new VerifiedCache(), { channel: NodeId(from), bytes });

/** The first epoch has ended with an entry, and the next one has the same voters. */
export function endedAt(start: Electorate["start"]): Epochs {
  const first = context.epochs.last;
  const epochs = new Epochs(first);
  epochs.add({ ...first, electorate: { ...first.electorate, epoch: Epoch(1), start } });
  return epochs;
}

/** A word as its voter signed it. */
export function signedWord(voter: number, tag: WordTag, body: Uint8Array): Word {
  const sign = (message: Uint8Array) => mac(keyOf(voter), message);
  return {
    tag,
    statement: { voter: NodeId(voter), body, signature: signBody({ network, sign }, tag, body) },
  };
}
