// Who may read from the backend in memory: by what its chain says, at its clock, verified on the calling thread.

import { governedIn } from "@juno/ledger";
import { Readers } from "../../readers.ts";
import type { MemoryBackend, MemoryBackendOptions } from "./memory-backend.ts";
import { memoryVerifier } from "./verifier.ts";

export const memoryReaders = (
  { chain }: Pick<MemoryBackend, "chain">,
  { context, verify, clock }: Pick<MemoryBackendOptions, "context" | "verify" | "clock">,
): Readers =>
  new Readers({
    ledger: context,
    governed: () => governedIn(context, chain.view),
    newest: () => chain.epochs.last,
    verifier: memoryVerifier(verify),
    clock: { wallMs: clock },
  });
