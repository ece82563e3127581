// One request for each way in which a command can be wrong, with the answer it must get. The list is the
// test's claim about the API: every refusal of a command stands here.

import type { ErrorCode, SignedCommandJson } from "@juno/api";
import { COMMANDS_PER_POST_MAX, REQUEST_BYTES_MAX, SIGNATURES_PER_COMMAND_MAX } from "@juno/api";
import type { Signer } from "@juno/client";
import { callAccounts } from "../accounts.ts";
import { type CommandKit, create, type Fields } from "./command-kit.ts";
import type { Post } from "./poster.ts";

export type RefusedPost = { readonly name: string; readonly code: ErrorCode; readonly post: Post };

export type Cast = {
  readonly kit: CommandKit;
  /** Registered. */
  readonly ann: Signer;
  readonly ben: Signer;
  /** Known to nobody. */
  readonly nobody: Signer;
};

const HOUR_MS = 3_600_000;

export async function refusedPosts(cast: Cast): Promise<RefusedPost[]> {
  return [...(await aboutRequests(cast)), ...(await aboutPayloads(cast)), ...(await aboutSignatures(cast))];
}

/** What never becomes a command: the request as such. */
async function aboutRequests({ kit, ann }: Cast): Promise<RefusedPost[]> {
  const good = await kit.command([ann]);
  const text = JSON.stringify(good);
  const body = (value: unknown): Post => ({ body: JSON.stringify(value) });
  const tooMany = Array.from({ length: SIGNATURES_PER_COMMAND_MAX + 1 }, () => good.signatures[0]);
  const malformed: Record<string, Post> = {
    "an empty body": { body: "" },
    "half of a body": { body: text.slice(0, text.length / 2) },
    "bytes that are not UTF-8": { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) },
    "a body behind another": { body: text + text },
    "a number": { body: "1" },
    "ten thousand arrays in each other": { body: "[".repeat(10_000) + "]".repeat(10_000) },
    "a million open arrays": { body: "[".repeat(1_000_000) },
    "an empty list": body([]),
    "a list that is too long": body(Array.from({ length: COMMANDS_PER_POST_MAX + 1 }, () => good)),
    "a list with one bad command": body([good, {}]),
    "a payload that is missing": body({ signatures: good.signatures }),
    "a payload that is no text": body({ ...good, payload: { network: "" } }),
    "a payload with half of a surrogate pair": { body: text.replace('\\"nonce', '\\ud800\\"nonce') },
    "signatures that are missing": body({ payload: good.payload }),
    "signatures that are empty": body({ ...good, signatures: [] }),
    "too many signatures": body({ ...good, signatures: tooMany }),
    "a key in capitals": { body: text.replace(/"key":"(\w+)"/, (whole) => whole.toUpperCase()) },
    "a signature that is too short": { body: text.replace(/("signature":"\w+)\w{2}"/, '$1"') },
    "a field nobody knows": body({ ...good, wait: true }),
    "a field that is called __proto__": { body: `{"__proto__":{"payload":"x"},${text.slice(1)}` },
    "a payload that stands there twice": { body: `{"payload":"{}",${text.slice(1)}` },
    "signatures that stand there twice": { body: `${text.slice(0, -1)},"signatures":[]}` },
  };
  const json = { "content-type": "application/json" };
  return [
    ...Object.entries(malformed).map(([name, post]) => ({ name, code: "malformed" as const, post })),
    {
      name: "a nonce header that is no nonce",
      code: "malformed",
      post: { body: text, headers: { ...json, "juno-nonce": "zz" } },
    },
    {
      name: "a wait that nobody knows",
      code: "malformed",
      post: { body: text, path: "/commands?wait=forever" },
    },
    {
      name: "a timeout with a sign",
      code: "malformed",
      post: { body: text, path: "/commands?wait=committed&timeout=-1" },
    },
    {
      name: "another type",
      code: "unsupported_media_type",
      post: { body: text, headers: { "content-type": "text/plain" } },
    },
    { name: "another method", code: "method_not_allowed", post: { body: text, method: "PUT" } },
    { name: "another path", code: "not_found", post: { body: text, path: "/command" } },
    {
      name: "a body that is too large",
      code: "body_too_large",
      post: { body: " ".repeat(REQUEST_BYTES_MAX + 1) },
    },
  ];
}

/** Payloads that are JSON of the profile and no command, by the refusal they get. */
function wrongFields({ kit, ann }: Cast): readonly (readonly [ErrorCode, string, Fields])[] {
  const key = (kit.fields([ann]).signers as readonly Fields[])[0]!;
  const inAnHour = new Date(Date.now() + HOUR_MS).toISOString();
  return [
    ["wrong_network", "another network", { network: "00".repeat(32) }],
    ["command_malformed", "a network that is missing", { network: undefined }],
    ["command_malformed", "a network that is no text", { network: 7 }],
    ["command_malformed", "a nonce that is too short", { nonce: "0".repeat(31) }],
    ["command_malformed", "a nonce that is too long", { nonce: "0".repeat(129) }],
    ["command_malformed", "a nonce in capitals", { nonce: "AB".repeat(16) }],
    ["command_malformed", "a nonce that is missing", { nonce: undefined }],
    ["command_expired", "an hour ago", { expires: new Date(Date.now() - HOUR_MS).toISOString() }],
    ["expires_too_late", "in two days", { expires: new Date(Date.now() + 48 * HOUR_MS).toISOString() }],
    ["expires_too_late", "in the year 9999", { expires: "9999-12-31T23:59:59.999Z" }],
    ["command_malformed", "a month that is not", { expires: "2026-13-01T00:00:00.000Z" }],
    ["command_malformed", "a time without milliseconds", { expires: inAnHour.replace(/\.\d+Z/, "Z") }],
    ["command_malformed", "a time in another zone", { expires: inAnHour.replace("Z", "+00:00") }],
    ["command_malformed", "a time that is a number", { expires: Date.now() + HOUR_MS }],
    ["command_malformed", "no gas", { gasLimit: 0 }],
    ["command_malformed", "less than no gas", { gasLimit: -1 }],
    ["command_malformed", "half a unit of gas", { gasLimit: 0.5 }],
    ["command_malformed", "more gas than there may be", { gasLimit: 2 ** 53 - 1 }],
    ["command_malformed", "more gas than a number holds", { gasLimit: 2 ** 53 }],
    ["command_malformed", "gas that is text", { gasLimit: "100000" }],
    ["command_malformed", "no signers", { signers: [] }],
    ["command_malformed", "one signer twice", { signers: [key, key] }],
    ["command_malformed", "a signer whose key is none", { signers: [{ key: "00" }] }],
    ["command_malformed", "a signer with a grant in words", { signers: [{ ...key, grants: ["all"] }] }],
    ["command_malformed", "a grant of no capability", { signers: [{ ...key, grants: [{ fields: {} }] }] }],
    ["command_malformed", "a signer with grants that are no list", { signers: [{ ...key, grants: "all" }] }],
    ["command_malformed", "no actions", { actions: [] }],
    ["command_malformed", "an action that is none", { actions: [{}] }],
    ["command_malformed", "an action of another kind", { actions: [{ upgrade: {} }] }],
    ["command_malformed", "a deployment of nothing", { actions: [{ deploy: {} }] }],
    ["command_malformed", "a deployment of no modules", { actions: [{ deploy: { modules: [] } }] }],
    ["command_malformed", "a deployed module that is no text", { actions: [{ deploy: { modules: [7] } }] }],
    ["command_malformed", "a module of ten parts", { actions: [call({ module: "a.a.a.a.a.a.a.a.a.a" })] }],
    ["command_malformed", "a module that has no name", { actions: [call({ module: "" })] }],
    ["command_malformed", "a module with a space", { actions: [call({ module: "demo accounts" })] }],
    ["command_malformed", "an action with a path", { actions: [call({ action: "../create" })] }],
    ["command_malformed", "arguments that are a list", { actions: [call({ args: [] })] }],
    ["command_malformed", "an argument that is a fraction", { actions: [call({ args: { x: 1.5 } })] }],
    ["command_malformed", "an argument too deep", { actions: [call({ args: { x: nested(64) } })] }],
    ["command_malformed", "a version that is no number", { actions: [call({ version: "1" })] }],
    ["command_malformed", "atomic in words", { atomic: "yes" }],
    ["command_malformed", "a field nobody knows", { memo: "hello" }],
    [
      "command_too_large",
      "too many actions",
      { actions: Array.from({ length: 1001 }, () => create("many", ann.key)) },
    ],
    [
      "command_too_large",
      "a payload that is too large",
      { actions: [call({ args: { x: "x".repeat(1 << 20) } })] },
    ],
  ];
}

/** Payloads that are not JSON of the profile, made of one that is. */
const WRONG_TEXTS: readonly (readonly [string, (good: string) => string])[] = [
  ["no JSON at all", () => "pay me"],
  ["nothing", () => ""],
  ["a list", (good) => `[${good}]`],
  ["something behind it", (good) => `${good} {}`],
  ["a byte order mark", (good) => `\ufeff${good}`],
  ["a member twice", (good) => good.replace("{", '{"gasLimit":1,')],
  ["a member twice, written differently", (good) => good.replace("{", '{"g\\u0061sLimit":1,')],
  ["an exponent", (good) => good.replace('"gasLimit":100000', '"gasLimit":1e5')],
  ["a leading zero", (good) => good.replace('"gasLimit":100000', '"gasLimit":0100000')],
  ["a fraction of nothing", (good) => good.replace('"gasLimit":100000', '"gasLimit":100000.0')],
  ["a comment", (good) => good.replace("{", "{/**/")],
  ["a comma too many", (good) => good.replace(/\}$/, ",}")],
  ["single quotes", (good) => good.replaceAll('"', "'")],
  ["a hundred thousand open brackets", () => "[".repeat(100_000)],
  ["half of a surrogate pair, escaped", (good) => good.replace("made", "\\ud800")],
  ["a control character", (good) => good.replace("made", "\u0001")],
];

/** What is signed correctly, and wrong in what it says. */
async function aboutPayloads(cast: Cast): Promise<RefusedPost[]> {
  const { kit, ann, ben } = cast;
  const posts: RefusedPost[] = [];
  for (const [code, name, changes] of wrongFields(cast)) {
    posts.push({ name: `payload: ${name}`, code, post: postOf(await kit.command([ann], changes)) });
  }
  for (const [name, change] of WRONG_TEXTS) {
    const payload = change(JSON.stringify(kit.fields([ann])));
    const post = postOf(await kit.sign(payload, [ann]));
    posts.push({ name: `payload: ${name}`, code: "command_malformed", post });
  }
  const two = JSON.stringify(kit.fields([ann, ben]));
  posts.push({
    name: "payload: signers in one order, signatures in the other",
    code: "signers_mismatch",
    post: postOf(await kit.sign(two, [ben, ann])),
  });
  return posts;
}

const call = (changes: Fields): Fields => ({
  call: { ...callAccounts("create", {}), ...changes },
});

function nested(depth: number): unknown {
  return depth === 0 ? 0 : [nested(depth - 1)];
}

const postOf = (command: SignedCommandJson): Post => ({ body: JSON.stringify(command) });

/** What says the right things, with signatures that do not belong to it. */
async function aboutSignatures({ kit, ann, ben, nobody }: Cast): Promise<RefusedPost[]> {
  const one = await kit.command([ann]);
  const two = await kit.command([ann, ben]);
  const other = await kit.command([ann]);
  const [first] = one.signatures;
  const withSignature = (signature: string) => ({ ...one, signatures: [{ ...first!, signature }] });
  const flipped = `${first!.signature.slice(0, -1)}${first!.signature.endsWith("0") ? "1" : "0"}`;
  // The neutral point as key, with the signature that a careless verifier takes for any message (E8).
  const neutral = `01${"00".repeat(31)}`;
  const weak = await kit.command([ann], { signers: [{ key: one.signatures[0]!.key }, { key: neutral }] });
  const weakSigned = { key: neutral, signature: `${neutral}${"00".repeat(32)}` };
  const cases: readonly (readonly [ErrorCode, string, SignedCommandJson])[] = [
    ["signature_invalid", "one bit is wrong", withSignature(flipped)],
    ["signature_invalid", "nothing but zeros", withSignature("00".repeat(64))],
    ["signature_invalid", "of another command", { ...one, signatures: other.signatures }],
    [
      "signature_invalid",
      "of another key",
      withSignature((await kit.sign(one.payload, [ben])).signatures[0]!.signature),
    ],
    ["signature_invalid", "a space in the payload", { ...one, payload: one.payload.replace("{", "{ ") }],
    ["signature_invalid", "a key of small order", { ...weak, signatures: [...weak.signatures, weakSigned] }],
    [
      "signature_invalid",
      "the second of two",
      { ...two, signatures: [two.signatures[0]!, { ...two.signatures[1]!, signature: flipped }] },
    ],
    ["signers_mismatch", "one is missing", { ...two, signatures: two.signatures.slice(0, 1) }],
    ["signers_mismatch", "the first is missing", { ...two, signatures: two.signatures.slice(1) }],
    ["signers_mismatch", "one too many", { ...one, signatures: two.signatures }],
    ["signers_mismatch", "one stands there twice", { ...one, signatures: [first!, first!] }],
    ["signers_mismatch", "swapped", { ...two, signatures: [...two.signatures].reverse() }],
    [
      "signers_mismatch",
      "of somebody else",
      { ...one, signatures: (await kit.sign(one.payload, [nobody])).signatures },
    ],
    ["client_unknown", "of a stranger", await kit.command([nobody])],
    ["client_unknown", "of a stranger before a client", await kit.command([nobody, ann])],
  ];
  return cases.map(([code, name, command]) => ({ name: `signatures: ${name}`, code, post: postOf(command) }));
}
