// Who may read from the backend in memory: by what its chain says, at its clock, verified on the calling thread.

import type { NodeId } from "@juno/base";
import { governedIn } from "@juno/ledger";
import { Readers } from "../../readers.ts";
import type { MemoryBackend, MemoryBackendOptions } from "./memory-backend.ts";
import { memoryVerifier } from "./verifier.ts";

export const memoryReaders = (
  { chain }: Pick<MemoryBackend, "chain">,
  {
    self,
    context,
    verify,
    clock,
  }: Pick<MemoryBackendOptions, "context" | "verify" | "clock"> & {
    readonly self: NodeId;
  },
): Readers =>
  new Readers({
    self,
    ledger: context,
    governed: () => governedIn(context, chain.view),
    newest: () => chain.epochs.last,
    verifier: memoryVerifier(verify),
    clock: { wallMs: clock },
  });
