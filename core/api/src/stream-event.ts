// Server-Sent Events as Juno sends them (A17, A19). A `signature` line stands beside `event`, `id`
// and `data`; plain readers of event streams ignore fields they do not know, so the stream stays
// readable by all of them.

import type { StreamEvent } from "./reply-signature.ts";

export const EVENT_STREAM_MEDIA_TYPE = "text/event-stream";
/** Sent when nothing else is, so that both ends notice a dead connection. */
export const STREAM_HEARTBEAT = ": alive\n\n";
export const STREAM_HEARTBEAT_MS = 10_000;
/** A reader gives up on an event that is longer. */
export const EVENT_CHARS_MAX = 16 * 1024 * 1024;

/** The event's text; `signature` as renderSignature makes it. */
export function renderEvent(event: StreamEvent, signature: string): string {
  const id = event.id === undefined ? "" : `id: ${event.id}\n`;
  return `event: ${event.name}\n${id}signature: ${signature}\ndata: ${event.data}\n\n`;
}

export type ReceivedEvent = StreamEvent & { readonly signature: string };

const INDEX = /^(0|[1-9][0-9]{0,15})$/;

/** The log index a text names, or undefined. */
export const parseIndex = (text: string): number | undefined =>
  INDEX.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;

/** One event's lines, or undefined for comments and for what is not an event of Juno. */
function eventOf(lines: readonly string[]): ReceivedEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const from = line.charAt(colon + 1) === " " ? colon + 2 : colon + 1;
    fields.set(line.slice(0, colon), line.slice(from));
  }
  const [name, data, signature] = [fields.get("event"), fields.get("data"), fields.get("signature")];
  if (name === undefined || data === undefined || signature === undefined) return undefined;
  const id = fields.get("id");
  const index = id === undefined ? undefined : parseIndex(id);
  if (id !== undefined && index === undefined) return undefined;
  return { name, id: index, data, signature };
}

/** Cuts a stream's text into events, across whatever pieces it arrives in. */
export class EventReader {
  #rest = "";
  /** Characters of `#rest` that are known to hold no end of an event. */
  #searched = 0;

  /** The events that are complete now; undefined if one grows beyond all bounds. */
  read(text: string): ReceivedEvent[] | undefined {
    this.#rest += text;
    const events: ReceivedEvent[] = [];
    let from = 0;
    for (;;) {
      const end = this.#rest.indexOf("\n\n", Math.max(from, this.#searched));
      if (end < 0) break;
      const event = eventOf(this.#rest.slice(from, end).split("\n"));
      if (event !== undefined) events.push(event);
      from = end + 2;
      this.#searched = from;
    }
    this.#rest = this.#rest.slice(from);
    this.#searched = Math.max(0, this.#rest.length - 1);
    return this.#rest.length > EVENT_CHARS_MAX ? undefined : events;
  }
}
