// Domain separation (E7): what is signed or hashed for one purpose means nothing for another.

import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { hex, utf8 } from "./bytes.ts";
import { signedBytes, taggedHash } from "./crypto.ts";
import { Hash } from "./ids.ts";

const sha256 = (bytes: Uint8Array) => Hash(createHash("sha256").update(bytes).digest());
const network = Hash(new Uint8Array(32).fill(7));

it("signs the tag, a zero byte, the network id and the body verbatim (E7)", () => {
  const expected = Buffer.concat([Buffer.from("juno/v1/ack\0"), network, Buffer.from("body")]);
  expect(hex(signedBytes({ tag: "ack", network, body: utf8("body") }))).toBe(expected.toString("hex"));
});

it("tells messages, networks and bodies apart (E7)", () => {
  const body = utf8("body");
  const other = Hash(new Uint8Array(32).fill(8));
  const all = [
    signedBytes({ tag: "ack", network, body }),
    signedBytes({ tag: "vote", network, body }),
    signedBytes({ tag: "ack", network: other, body }),
    signedBytes({ tag: "ack", network, body: utf8("bodx") }),
    signedBytes({ tag: "ackb", network, body: utf8("ody") }),
  ];
  expect(new Set(all.map(hex)).size).toBe(all.length);
});

it("hashes the parts behind the tag, as if they were one", () => {
  const expected = createHash("sha256").update("juno/v1/entry\0abc").digest("hex");
  expect(hex(taggedHash(sha256, "entry", utf8("a"), utf8("bc")))).toBe(expected);
  expect(hex(taggedHash(sha256, "entry", utf8("abc")))).toBe(expected);
  expect(hex(taggedHash(sha256, "receipt", utf8("abc")))).not.toBe(expected);
});
