// Schemas of the scalars that every other schema is made of. Hashes, keys and signatures are
// lower-case hex (A15); integers are safe and never text.

import { Type } from "typebox";
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from "./limits.ts";

/** Exactly `bytes` bytes as lower-case hex. */
export const hexOf = (bytes: number, description: string) =>
  Type.String({ pattern: `^[0-9a-f]{${2 * bytes}}$`, description });

/** At most `bytesMax` bytes as lower-case hex. */
export const hexUpTo = (bytesMax: number, description: string) =>
  Type.String({ pattern: "^(?:[0-9a-f]{2})*$", maxLength: 2 * bytesMax, description });

export const wholeNumber = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

export const HashHex = hexOf(32, "32 bytes, lower-case hex");
export const KeyHex = hexOf(32, "An Ed25519 public key, lower-case hex");
export const SignatureHex = hexOf(64, "An Ed25519 signature, lower-case hex");
export const CommandIdHex = hexOf(32, "A command's id: the SHA-256 of its payload bytes, lower-case hex");

export const LogIndexNumber = wholeNumber("A log index; the first entry is 1");
export const TermNumber = wholeNumber("A term");
export const EpochNumber = wholeNumber("An epoch");
export const NodeNumber = Type.Integer({ minimum: 0, maximum: 0xffff_ffff, description: "A node's id" });
export const TimeNumber = wholeNumber("Milliseconds since 1970");

/** An object that refuses members it does not know. */
export const Strict = { additionalProperties: false } as const;

/** `limit` of a paged list. */
export const limitField = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_ITEMS_MAX,
      description: `Items at most; ${PAGE_ITEMS_DEFAULT} if absent`,
    }),
  ),
};
