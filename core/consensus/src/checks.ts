// What opening a message needs besides its bytes: who may vote, how to hash, which commands are
// known, and the list of signatures still to be checked. No signature is verified twice (section 13).

import {
  type Epoch,
  hex,
  type NodeId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
  type SignatureCheck,
} from "@juno/base";
import {
  type Certificate,
  type CommitProof,
  checkCertificate,
  checkCommitProof,
  type Electorate,
  type EpochFacts,
  type Epochs,
} from "@juno/proof";
import type { Admission, CommandFacts } from "./admission.ts";
import type { Frame } from "./message.ts";

export type VerifyContext = {
  /** Those known; it grows while messages are opened. */
  readonly epochs: Epochs;
  readonly sha256: Sha256;
  readonly admission: Admission;
  readonly payloadBytesMax: number;
};

/** What the epoch that a message names adds to it. */
export type FrameContext = VerifyContext & { readonly electorate: Electorate };

/** A signature still to be checked, and the key under which a good one is remembered. */
export type PendingCheck = SignatureCheck & { readonly cacheKey: string };

/** Remembers good signatures so that none is verified twice (section 13). Two generations bound it. */
export class VerifiedCache {
  #young = new Set<string>();
  #old = new Set<string>();
  readonly #generationMax: number;

  constructor(generationMax = 65_536) {
    this.#generationMax = generationMax;
  }

  has(key: string): boolean {
    if (this.#young.has(key)) return true;
    if (!this.#old.has(key)) return false;
    this.add(key);
    return true;
  }

  add(key: string): void {
    this.#young.add(key);
    if (this.#young.size < this.#generationMax) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}

/** Gathers the checks of one frame. */
export class Checks {
  readonly pending: PendingCheck[] = [];
  readonly #sha256: Sha256;
  readonly #cache: VerifiedCache;

  constructor(sha256: Sha256, cache: VerifiedCache) {
    this.#sha256 = sha256;
    this.#cache = cache;
  }

  add(check: SignatureCheck): void {
    const bytes = new Uint8Array(96 + check.message.length);
    bytes.set(check.key, 0);
    bytes.set(check.signature, 32);
    bytes.set(check.message, 96);
    this.#remember(check, hex(this.#sha256(bytes)));
  }

  addCommand(facts: CommandFacts): void {
    const digest = hex(facts.digest);
    facts.checks.forEach((check, i) => {
      this.#remember(check, `${digest}/${i}`);
    });
  }

  #remember(check: SignatureCheck, cacheKey: string): void {
    if (!this.#cache.has(cacheKey)) this.pending.push({ ...check, cacheKey });
  }
}

/** Adds the signatures of an attached certificate; undefined stays undefined. */
export function addCertificate(
  electorate: Electorate,
  certificate: Certificate | undefined,
  checks: Checks,
): Result<undefined, Refusal> {
  if (certificate === undefined) return ok(undefined);
  return addAll(checkCertificate(electorate, certificate), checks);
}

export function addAll(
  found: Result<readonly SignatureCheck[], Refusal>,
  checks: Checks,
): Result<undefined, Refusal> {
  if (!found.ok) return found;
  for (const check of found.value) checks.add(check);
  return ok(undefined);
}

/** The body's sender and epoch agree with the frame and the electorate. */
export function checkCommon<B extends { epoch: number; from: NodeId }>(
  context: FrameContext,
  frame: Frame,
  decoded: Result<B, Refusal>,
): Result<B, Refusal> {
  if (!decoded.ok) return decoded;
  if (decoded.value.from !== frame.from) return refuse("wrong_sender", "the body names another sender");
  if (decoded.value.epoch !== context.electorate.epoch)
    return refuse("wrong_epoch", "a message of another epoch");
  return decoded;
}

export function addCommitProof(
  context: Pick<FrameContext, "electorate" | "sha256">,
  proof: CommitProof | undefined,
  checks: Checks,
): Result<undefined, Refusal> {
  return proof === undefined ? ok(undefined) : addAll(checkCommitProof(context, proof), checks);
}

/** The facts of an epoch that something names. */
export function epochOf(context: VerifyContext, epoch: Epoch): Result<EpochFacts, Refusal> {
  const facts = context.epochs.of(epoch);
  return facts === undefined ? refuse("unknown_epoch", `epoch ${epoch} is not known here`) : ok(facts);
}
