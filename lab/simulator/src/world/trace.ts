// The story of a run: every event goes into a hash, so that two runs can be compared; told in words it is
// only for whoever wants to read it.

import { createHash } from "node:crypto";
import { hex } from "@juno/base";
import { type DurableChange, decodeFrame, decodeRequestVoteBody, type Frame } from "@juno/consensus";
import { decodeAck, decodeAppendBody, decodePreVote, decodeVote, type Position } from "@juno/proof";

/** Lines hashed at a time. */
const CHUNK = 512;

export class Trace {
  readonly #hash = createHash("sha256");
  #lines: string[] = [];
  /** Gets every line in words; without it none is made. */
  readonly #tell: ((line: string) => void) | undefined;
  readonly #onEvent: (() => void) | undefined;
  events = 0;

  constructor(listeners: { tell?: (line: string) => void; onEvent?: () => void }) {
    this.#tell = listeners.tell;
    this.#onEvent = listeners.onEvent;
  }

  /** `facts` identify the event, `words` tell it. */
  add(nowMs: number, facts: string, words: () => string): void {
    this.events += 1;
    this.#onEvent?.();
    this.#lines.push(`${nowMs} ${facts}`);
    if (this.#lines.length >= CHUNK) this.#flush();
    this.#tell?.(`${nowMs.toFixed(3).padStart(12)}  ${words()}`);
  }

  /** Of everything so far. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#lines.join("\n"));
    this.#lines = [];
  }
}

const place = (point: { index: number; hash: Uint8Array }): string =>
  point.index === 0 ? "0" : `${point.index}#${hex(point.hash).slice(0, 6)}`;
const position = (at: Position): string => (at.term === 0 ? place(at) : `${at.term}/${place(at)}`);

/** What a frame says, for a reader. */
export function told(frame: Frame): string {
  const { kind, body, attachment } = frame;
  switch (kind) {
    case "prevote": {
      const said = decodePreVote(body);
      if (!said.ok) break;
      const { term, entered, certified } = said.value;
      return `${entered ? "is in" : "wants"} term ${term}, has certified ${position(certified)}`;
    }
    case "request-vote": {
      const said = decodeRequestVoteBody(body);
      if (said.ok) return `asks for votes in term ${said.value.term} on base ${position(said.value.base)}`;
      break;
    }
    case "vote": {
      const said = decodeVote(body);
      if (said.ok) return `votes in term ${said.value.term} for base ${position(said.value.base)}`;
      break;
    }
    case "append-entries": {
      const said = decodeAppendBody(body);
      if (!said.ok) break;
      const { term, previous, last } = said.value;
      const isEmpty = previous.index === last.index;
      return isEmpty
        ? `leads term ${term}, log ends at ${place(last)}`
        : `leads term ${term}, appends up to ${place(last)} after ${place(previous)}`;
    }
    case "ack": {
      const said = decodeAck(body);
      if (!said.ok) break;
      const { term, stored, certified, applied } = said.value;
      return `acks in term ${term}: stored ${place(stored)}, certified ${place(certified)}, applied ${applied.index}`;
    }
    default:
  }
  return `sends ${kind}, ${body.length + attachment.length} bytes`;
}

export function toldFrame(bytes: Uint8Array): string {
  const frame = decodeFrame(bytes);
  return frame.ok ? told(frame.value) : `sends ${bytes.length} bytes that are no frame`;
}

/** What a transaction changes. */
export function toldChanges(changes: readonly DurableChange[]): string {
  return changes.map(toldChange).join("; ");
}

function toldChange(change: DurableChange): string {
  switch (change.kind) {
    case "term":
      return `term ${change.currentTerm}${change.votedBase ? `, vote for ${position(change.votedBase)}` : ""}`;
    case "certified":
      return `certified ${position(change.certificate.position)} by ${change.certificate.kind}`;
    case "truncate":
      return `cut above ${change.above}`;
    case "append":
      return `entries ${change.entries[0]?.index}..${change.entries.at(-1)?.index}`;
    case "committed":
      return `committed ${change.index}`;
    case "mode":
      return `mode ${change.mode}: ${change.reason}`;
    case "keep":
      return `kept ${change.what}`;
    case "evidence":
      return `evidence of a ${change.kept.kind} of ${change.kept.accused}`;
    default:
      return change.kind;
  }
}
