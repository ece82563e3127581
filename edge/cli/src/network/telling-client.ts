// A client that does not keep people waiting in silence: where the outcome of a command takes long, it says once what it waits
// for and how to find out why. On standard error, so that no script's results are disturbed.

import { JunoClient, type JunoClientOptions, type Outcome, type PreparedCommand } from "@juno/client";
import { renderTime } from "@juno/ledger/light";
import type { Output } from "../output.ts";
import type { NetworkPlace } from "./network-folder.ts";

/** Longer than the change of a leader takes. */
const PATIENCE_MS = 5_000;

export type Telling = Pick<Output, "remark"> & Pick<NetworkPlace, "folder">;

export class TellingClient extends JunoClient {
  readonly #telling: Telling;
  /** Until an outcome arrives again: many commands wait for the same thing. */
  #isTold = false;

  constructor(options: JunoClientOptions, telling: Telling) {
    super(options);
    this.#telling = telling;
  }

  override async send(command: PreparedCommand): Promise<Outcome> {
    const timer = setTimeout(() => this.#tell(command), PATIENCE_MS);
    try {
      const outcome = await super.send(command);
      this.#isTold = false;
      return outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  #tell({ id, expiresMs }: PreparedCommand): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const { remark, folder } = this.#telling;
    const { faults } = this.epochs.last.electorate;
    const doctor =
      folder === undefined
        ? "`juno doctor`, with the same --genesis and --url,"
        : `\`juno doctor --network ${folder}\``;
    remark(
      `Still waiting until ${faults + 1} voters tell the outcome of command ${id}; it is sent again and again until ${renderTime(expiresMs)}. Meanwhile ${doctor} says why it takes so long.`,
    );
  }
}
