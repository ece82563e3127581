// What is going to happen, by virtual time; what falls on the same moment happens in the order in
// which it was planned. A binary heap.

type Event = { readonly atMs: number; readonly order: number; readonly action: () => void };

export class Agenda {
  #events: Event[] = [];
  #planned = 0;

  plan(atMs: number, action: () => void): void {
    const event = { atMs, order: this.#planned++, action };
    const events = this.#events;
    let i = events.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!precedes(event, events[parent]!)) break;
      events[i] = events[parent]!;
      i = parent;
    }
    events[i] = event;
  }

  /** Takes out the next event, if it happens by `endMs`. */
  next(endMs: number): Event | undefined {
    const events = this.#events;
    const first = events[0];
    if (first === undefined || first.atMs > endMs) return undefined;
    const last = events.pop()!;
    if (events.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && precedes(events[child + 1]!, events[child]!)) child++;
      if (!precedes(events[child]!, last)) break;
      events[i] = events[child]!;
      i = child;
    }
    events[i] = last;
    return first;
  }
}

const precedes = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
