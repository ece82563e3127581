// Requests that wait for outcomes. One timer per request, one watcher per command; all of them are
// released when the node shuts down, so that nobody waits for an answer that cannot come.

import type { Hash } from "@juno/base";
import type { Backend, CommandState } from "@juno/runtime";

export const isFinal = (state: CommandState): boolean =>
  ["applied", "expired", "pruned"].includes(state.kind);

/** Final, and with the proof if there is an entry to prove. */
export function isSettled(state: CommandState): boolean {
  if (state.kind === "pruned") return true;
  if (state.kind === "applied") return state.proof !== undefined;
  return state.kind === "expired" && (state.index === undefined || state.proof !== undefined);
}

export class OutcomeWaits {
  readonly #backend: Backend;
  /** What answers a request, and whether it waits for a command that this node has under way. */
  readonly #waiting = new Map<() => void, boolean>();
  #released = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Requests that wait for the outcome of a command that is under way. */
  get promised(): number {
    return [...this.#waiting.values()].filter(Boolean).length;
  }

  /** The states after at most `timeoutMs`, in order; those that did not settle are as `known` before. */
  settle(
    commands: readonly { readonly id: Hash; readonly known: CommandState }[],
    timeoutMs: number,
  ): Promise<CommandState[]> {
    const states = commands.map(({ known }) => known);
    let open = states.filter((state) => !isSettled(state)).length;
    if (open === 0 || this.#released) return Promise.resolve(states);
    return new Promise((resolve) => {
      const cancels: (() => void)[] = [];
      const finish = () => {
        clearTimeout(timer);
        this.#waiting.delete(finish);
        for (const cancel of cancels) cancel();
        resolve(states);
      };
      const timer = setTimeout(finish, timeoutMs);
      const isPromised = commands.some(({ known }) => known.kind === "pending" || known.kind === "applied");
      this.#waiting.set(finish, isPromised);
      for (const [at, { id, known }] of commands.entries()) {
        if (isSettled(known)) continue;
        const settled = (state: CommandState) => {
          states[at] = state;
          open -= 1;
          if (open === 0) finish();
        };
        cancels.push(this.#backend.watchOutcome(id, settled));
      }
    });
  }

  /** Answers everybody who waits with what is known now, and lets nobody wait from here on. */
  release(): void {
    this.#released = true;
    for (const finish of [...this.#waiting.keys()]) finish();
  }
}
