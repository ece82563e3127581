// What a node is run with, and what whoever runs it has in hand.

import type { NodeId } from "@juno/base";
import type { NodeStatus } from "@juno/runtime";
import type { Passphrase } from "../keys/passphrase.ts";
import type { NodeConfig } from "./node-config.ts";

export type RunOptions = {
  readonly configPath: string;
  readonly version: string;
  /** What opens the node's keys, if they are encrypted. */
  passphraseOf?(keysPath: string): Promise<Passphrase | undefined>;
  /** Base URLs of APIs that links to later epochs may be asked of, besides those of the configuration. */
  readonly linkUrls?: readonly string[];
  /** A line for the operator's log. */
  note(event: { readonly code: string; readonly facts: Readonly<Record<string, number | string>> }): void;
  /** The node cannot go on; it has stopped taking part. Called at most once. */
  failed(cause: Error): void;
};

/** As a process opens a node, perhaps more than once. */
export type OpenOptions = RunOptions & {
  /** Given what makes the node say nothing more, at once. */
  readonly stoppable?: (stop: () => void) => void;
};

export type RunningNode = {
  readonly id: NodeId;
  readonly config: NodeConfig;
  readonly apiPort: number;
  status(): NodeStatus;
  /** Answers what waits, closes every port in order. */
  close(): Promise<void>;
};
