// One direction of dialling between two nodes, as a TCP proxy that the harness owns: node `from` dials it
// where it believes `to` to be. Each direction of the bytes is delayed or held by itself. What is held is
// kept and arrives when the direction opens again, late, as on a network that sends again what was lost;
// connections do not break by it.

import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

export type Weather = { readonly isOpen: boolean; readonly delayMs: number };

/** More than this waits at the sender. */
const HELD_BYTES_MAX = 8 * 1024 * 1024;

type Held = { readonly chunk: Buffer | undefined; readonly dueMs: number };

/** Bytes of one connection in one direction. */
class Stream {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: () => Weather;
  readonly #held: Held[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, weather: () => Weather) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
    from.on("data", (chunk: Buffer) => this.#hold(chunk));
    from.once("end", () => this.#hold(undefined));
    to.on("drain", () => this.pass());
    to.once("close", () => {
      clearTimeout(this.#timer);
      from.destroy();
    });
  }

  #hold(chunk: Buffer | undefined): void {
    this.#held.push({ chunk, dueMs: performance.now() + this.#weather().delayMs });
    this.#bytes += chunk?.length ?? 0;
    if (this.#bytes > HELD_BYTES_MAX) this.#from.pause();
    this.pass();
  }

  /** Lets through what is due. */
  pass(): void {
    clearTimeout(this.#timer);
    while (this.#held.length > 0 && this.#weather().isOpen && !this.#to.writableNeedDrain) {
      const { chunk, dueMs } = this.#held[0]!;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pass(), waitMs);
        return;
      }
      this.#held.shift();
      if (chunk === undefined) this.#to.end();
      else this.#to.write(chunk);
      this.#bytes -= chunk?.length ?? 0;
    }
    if (this.#bytes <= HELD_BYTES_MAX) this.#from.resume();
  }
}

export type LinkOptions = {
  readonly host: string;
  /** Where the node that is dialled listens. */
  readonly port: number;
};

export class Link {
  readonly #server: Server;
  readonly #streams = new Set<Stream>();
  readonly #sockets = new Set<Socket>();
  /** From the node that dials to the one that is dialled, and back. */
  #there: Weather = { isOpen: true, delayMs: 0 };
  #back: Weather = { isOpen: true, delayMs: 0 };

  private constructor(options: LinkOptions) {
    this.#server = createServer({ allowHalfOpen: true }, (dialled) => this.#accept(dialled, options));
  }

  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    await new Promise<void>((resolve, reject) => {
      link.#server.once("error", reject);
      link.#server.listen(0, options.host, resolve);
    });
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #accept(caller: Socket, { host, port }: LinkOptions): void {
    const callee = createConnection({ host, port, allowHalfOpen: true });
    const streams = [
      new Stream(caller, callee, () => this.#there),
      new Stream(callee, caller, () => this.#back),
    ];
    for (const stream of streams) this.#streams.add(stream);
    for (const socket of [caller, callee]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      // Its close follows.
      socket.on("error", () => undefined);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        for (const stream of streams) this.#streams.delete(stream);
      });
    }
  }

  change({ there, back }: { readonly there: Weather; readonly back: Weather }): void {
    this.#there = there;
    this.#back = back;
    for (const stream of this.#streams) stream.pass();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
