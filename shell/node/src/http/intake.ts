// How much may be under way at once (A13): requests, and the bytes of bodies that are arriving. What
// exceeds it is refused before its body is read.

export type IntakeLimits = {
  readonly requestsMax: number;
  readonly requestBytesOpenMax: number;
  readonly requestBytesMax: number;
};

export class Intake {
  readonly #limits: IntakeLimits;
  #requests = 0;
  #bytes = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Bytes a request may bring: what it declares, or the most it may have if it declares nothing. */
  bytesOf(headers: { readonly [name: string]: string | readonly string[] | undefined }): number {
    const declared = headers["content-length"];
    if (typeof declared === "string") return Math.min(Number(declared), this.#limits.requestBytesMax);
    return headers["transfer-encoding"] === undefined ? 0 : this.#limits.requestBytesMax;
  }

  /** Takes a request in; the caller gives it back with `leave`. */
  enter(bytes: number): boolean {
    const full =
      this.#requests + 1 > this.#limits.requestsMax || this.#bytes + bytes > this.#limits.requestBytesOpenMax;
    if (full) return false;
    this.#requests += 1;
    this.#bytes += bytes;
    return true;
  }

  leave(bytes: number): void {
    this.#requests -= 1;
    this.#bytes -= bytes;
  }
}
