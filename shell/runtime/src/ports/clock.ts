// Port: time. Monotonic for timers, wall for entry times and expiry.

export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** Calls back once at or after a monotonic time; a later call replaces an earlier one. */
  wakeAt(monotonicMs: number, callback: () => void): void;
  /** Calls back once the inputs that are at hand have been taken in. */
  afterInputs(callback: () => void): void;
  close(): void;
}
