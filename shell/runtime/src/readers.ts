// Who reads, and what (A41 to A43): by what roles say, as of what this node has applied. A key is looked for before anything is
// verified under it, and a bounded number of signatures waits at the verifier, so that a stranger costs next to nothing.

import { type Hash, hex, type NodeId, ok, type Refusal, type Result, refuse } from "@juno/base";
import {
  accessByRoles,
  calledPlaces,
  changedPlaces,
  clientWithAccess,
  type Governed,
  type LedgerContext,
  parsePayload,
  type ReadPlace,
  receiptChanges,
  SYSTEM,
} from "@juno/ledger";
import { type EpochFacts, parseSignedRead, policyKeys, READ_WINDOW_MS, signedReadBytes } from "@juno/proof";
import type { Clock } from "./ports/clock.ts";
import type { Verifier } from "./ports/verifier.ts";

export type Reader = {
  /** Lower-case hex; undefined: whoever does not say who asks. */
  readonly key: string | undefined;
  /** For sentences. */
  readonly who: string;
  readonly read: readonly string[] | "*";
};

/** Readers' signatures at the verifier. */
const CHECKS_MAX = 1_024;
/** Of them under one key: whoever claims it without having it keeps nobody else out. */
const CHECKS_OF_KEY_MAX = 64;

const FORM = "Juno-Reader is a key, a time in milliseconds and a signature, in hex, with colons between them";

export type ReaderParts = {
  /** Which node is read from. */
  readonly self: NodeId;
  readonly ledger: LedgerContext;
  readonly governed: () => Governed;
  /** The newest epoch that is known. */
  readonly newest: () => EpochFacts;
  readonly verifier: Pick<Verifier, "verify">;
  readonly clock: Pick<Clock, "wallMs">;
};

export class Readers {
  readonly #parts: ReaderParts;
  #openChecks = 0;
  readonly #openChecksOf = new Map<string, number>();
  /** Of the epoch that was asked for last. */
  #asked: { readonly facts: EpochFacts; readonly nodes: ReadonlyMap<string, number> } | undefined;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** What everybody reads. */
  get nobody(): Reader {
    const { ledger, governed } = this.#parts;
    return { key: undefined, who: "nobody", read: accessByRoles(ledger, governed(), []).read };
  }

  /** What the holder of a key reads now; undefined if nobody here knows the key. */
  of(key: string): Reader | undefined {
    const { ledger, governed, newest } = this.#parts;
    const node = this.#nodes.get(key);
    if (node !== undefined) return { key, who: `node ${node}`, read: "*" };
    const { genesis } = ledger;
    const { operators = policyKeys(genesis.policies.operator), ...rest } = governed();
    const decides = operators.includes(key) || policyKeys(newest().configuration.admin).includes(key);
    // What is decided about the network is decided by those who can see what stands there.
    const own = decides ? [SYSTEM.module] : [];
    const known = clientWithAccess({ genesis }, rest, key);
    if (known === undefined)
      return decides ? { key, who: "an administrator or operator", read: own } : undefined;
    const { client, access } = known;
    return {
      key,
      who: `the client ${client.name}`,
      read: access.read === "*" ? "*" : [...access.read, ...own],
    };
  }

  /** This reader, or whoever has its key, by what it reads now; undefined if nobody has the key any more. */
  now({ key }: Reader): Reader | undefined {
    return key === undefined ? this.nobody : this.of(key);
  }

  /** Whether this reader, or whoever has its key, may read everything now. */
  stillReadsAll(reader: Reader): boolean {
    return this.now(reader)?.read === "*";
  }

  get #nodes(): ReadonlyMap<string, number> {
    const facts = this.#parts.newest();
    if (this.#asked?.facts !== facts) {
      const nodes = new Map([...facts.keyOf].map(([id, key]) => [hex(key), id] as const));
      this.#asked = { facts, nodes };
    }
    return this.#asked.nodes;
  }

  /** A42: who asks, by the header and the digest of the request (A16) that carries it, which is hashed only for known keys. */
  async identify(header: string, requestDigest: () => Hash): Promise<Result<Reader, Refusal>> {
    const { self, ledger, verifier, clock } = this.#parts;
    const signed = parseSignedRead(header);
    if (signed === undefined) return refuse("malformed", FORM);
    const now = clock.wallMs();
    if (Math.abs(now - signed.time) > READ_WINDOW_MS) return expired(signed.time, now);
    const claimed = hex(signed.key);
    const reader = this.of(claimed);
    if (reader === undefined) return readerUnknown(claimed);
    if (!this.#enter(claimed))
      return refuse("busy", "too many readers' signatures wait to be verified; try again shortly");
    try {
      const { key, signature, time } = signed;
      const message = signedReadBytes(ledger.genesis.network, {
        node: self,
        time,
        requestDigest: requestDigest(),
      });
      const [isGenuine] = await verifier.verify([{ key, message, signature }], "readers");
      return isGenuine === true
        ? ok(reader)
        : refuse(
            "read_forged",
            `it is no signature of the key ${claimed} for this request to node ${self} of this network`,
          );
    } finally {
      this.#leave(claimed);
    }
  }

  #enter(key: string): boolean {
    const ofKey = this.#openChecksOf.get(key) ?? 0;
    if (this.#openChecks >= CHECKS_MAX || ofKey >= CHECKS_OF_KEY_MAX) return false;
    this.#openChecks += 1;
    this.#openChecksOf.set(key, ofKey + 1);
    return true;
  }

  #leave(key: string): void {
    const ofKey = this.#openChecksOf.get(key) ?? 0;
    this.#openChecks -= 1;
    if (ofKey > 1) this.#openChecksOf.set(key, ofKey - 1);
    else this.#openChecksOf.delete(key);
  }

  /** What one may read before a payload is simulated. Of one that cannot be parsed that is nothing: nothing of it runs. */
  calledBy(payload: Uint8Array): readonly ReadPlace[] | "*" {
    const parsed = parsePayload(this.#parts.ledger, payload);
    return parsed.ok ? calledPlaces(parsed.value.actions) : [];
  }

  /** What a simulation's receipt shows besides. */
  changedIn(receipt: Uint8Array): readonly ReadPlace[] | "*" {
    const changes = receiptChanges(receipt);
    return changes.ok ? changedPlaces(changes.value) : "*";
  }
}

export const readerUnknown = (key: string): ReturnType<typeof refuse> =>
  refuse("reader_unknown", `as far as this node has applied the ledger, nobody has the key ${key}`);

/** Whose clock is wrong, the node cannot know. */
function expired(time: number, now: number): ReturnType<typeof refuse> {
  const told = [time, now].map((ms) => (ms <= TIME_MAX ? new Date(ms).toISOString() : `${ms} ms`));
  return refuse(
    "read_expired",
    `it was signed at ${told[0]} by the reader's clock, and the node's says ${told[1]}: more than ${READ_WINDOW_MS / 1_000} s apart`,
  );
}

/** Of what a Date can say. */
const TIME_MAX = 8_640_000_000_000_000;
