// Waits until nothing that was begun in this process goes on by itself: a message to oneself comes after all
// promises that can be kept. It knows no world.

import { MessageChannel } from "node:worker_threads";

/** Resolves once every promise that could be kept is kept: a message waits for all microtasks. */
export class Settling {
  readonly #channel = new MessageChannel();
  #resolve: () => void = () => undefined;

  constructor() {
    this.#channel.port1.on("message", () => {
      this.#channel.port1.unref();
      this.#resolve();
    });
    this.#channel.port1.unref();
  }

  done(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#channel.port1.ref();
      this.#channel.port2.postMessage(undefined);
    });
  }
}
