// Learns of later epochs from the other nodes' APIs (A35), where their channels are of no use: whoever was away while the others replaced
// their transport keys, alone or with a few that know no more than it does, has nobody who could show it the links (V10). Each link proves itself, so whose word it is does not matter.

import { API_PREFIX, checkShape, type EpochJson, EpochPageSchema, linkOfEpoch } from "@juno/api";
import { ok, type Refusal, type Result, refuse, type Sha256 } from "@juno/base";
import { checkEpochLink, type EpochFacts, type Epochs } from "@juno/proof";
import type { Verifier } from "@juno/runtime";
import type { ApiTrust } from "./api-trust.ts";
import { askNode } from "./ask-node.ts";

/** Between two looks at whether the node is cut off. */
const LOOK_MS = 1_000;
/** Between two rounds of questions while it is: the first wait, doubled each time up to the last. */
const PAUSE_MS_MIN = 2_000;
const PAUSE_MS_MAX = 60_000;
const TIMEOUT_MS = 5_000;
/** Of one reply: what is asked for is read on the main thread. */
const PAGE_LINKS = 16;
const PAGE_BYTES_MAX = 8 * 1024 * 1024;
const PAGE_PARTS_MAX = 65_536;

export type LinkSeekerParts = {
  /** Base URLs of the nodes that can be asked. */
  readonly urls: readonly string[];
  readonly trust?: ApiTrust | undefined;
  readonly sha256: Sha256;
  readonly verifier: Pick<Verifier, "verify">;
  /** Live: what the node knows. */
  readonly epochs: () => Epochs;
  /** Whether too few voters can be reached to be shown whatever has begun. */
  readonly isCutOff: () => boolean;
  readonly learn: (learned: readonly EpochFacts[]) => void;
  readonly note: (event: {
    readonly code: string;
    readonly facts: Readonly<Record<string, number | string>>;
  }) => void;
  /** Monotonic, ms. */
  readonly now: () => number;
};

const readPage = (json: unknown) => checkShape(EpochPageSchema, json);

export class LinkSeeker {
  readonly #parts: LinkSeekerParts;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #pauseMs = PAUSE_MS_MIN;
  #nextMs = 0;

  constructor(parts: LinkSeekerParts) {
    this.#parts = parts;
  }

  /** Asks once, and then again and again while the node is cut off. Resolves when everybody was asked once. */
  begin(): Promise<void> {
    if (this.#parts.urls.length === 0) return Promise.resolve();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    return this.#start();
  }

  /** To be called now and then. */
  look(): void {
    if (!this.#parts.isCutOff()) this.#pauseMs = PAUSE_MS_MIN;
    else if (this.#parts.now() >= this.#nextMs) void this.#start();
  }

  #start(): Promise<void> {
    this.#round ??= this.#ask().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /** All of them: one alone could keep the newest links to itself. */
  async #ask(): Promise<void> {
    const before = this.#newest;
    for (const url of this.#parts.urls) {
      if (this.#closing.signal.aborted) return;
      while (await this.#page(url));
    }
    const isNew = this.#newest > before;
    this.#pauseMs = isNew ? PAUSE_MS_MIN : Math.min(2 * this.#pauseMs, PAUSE_MS_MAX);
    this.#nextMs = this.#parts.now() + this.#pauseMs;
  }

  get #newest(): number {
    return this.#parts.epochs().last.electorate.epoch;
  }

  /** Whether there may be more to learn there. */
  async #page(url: string): Promise<boolean> {
    const { learn, note } = this.#parts;
    const limits = { bytesMax: PAGE_BYTES_MAX, partsMax: PAGE_PARTS_MAX, timeoutMs: TIMEOUT_MS };
    const target = `${url}${API_PREFIX}/epochs?from=${this.#newest + 1}&limit=${PAGE_LINKS}`;
    const asked = { ...limits, trust: this.#parts.trust, signal: this.#closing.signal };
    const page = await askNode(target, readPage, asked);
    const learned: EpochFacts[] = [];
    for (const json of page?.epochs ?? []) {
      const facts = await this.#checked(json, learned.at(-1));
      if (!facts.ok) {
        note({ code: "links_refused", facts: { from: url, reason: facts.error.detail } });
        break;
      }
      learned.push(facts.value);
    }
    if (learned.length === 0 || this.#closing.signal.aborted) return false;
    const before = this.#newest;
    learn(learned);
    // A node that is halted takes nothing up: it would ask for the same page for ever.
    if (this.#newest === before) return false;
    note({ code: "links_learned", facts: { from: url, epoch: this.#newest } });
    return learned.length === page?.epochs.length && page.next !== undefined;
  }

  async #checked(json: EpochJson, before: EpochFacts | undefined): Promise<Result<EpochFacts, Refusal>> {
    const { sha256, verifier, epochs } = this.#parts;
    const link = linkOfEpoch(json);
    if (!link.ok) return link;
    if (link.value === undefined) return refuse("malformed", `no link leads to epoch ${json.epoch}`);
    const checked = checkEpochLink(sha256, before ?? epochs().last, link.value);
    if (!checked.ok) return checked;
    const verdicts = await verifier.verify(checked.value.checks, "links");
    return verdicts.every((isGood) => isGood)
      ? ok(checked.value.facts)
      : refuse("bad_signature", "a signature in a link does not verify");
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#round;
  }
}
