// The audit of a log that is still being written, entry by entry as they come: chain, signatures,
// execution, and whether voters attest what comes out. It must not know where entries come from.
// Invariant: what was taken is sound; after a contradiction nothing more is taken.

import { DatabaseSync } from "node:sqlite";
import { type Hash, LogIndex } from "@juno/base";
import type { AppliedEntry, SignedStatement } from "@juno/proof";
import { verifySignature } from "../crypto/sodium.ts";
import { ExecutedLedger } from "./archive-ledger.ts";
import { Attestations } from "./attestations.ts";
import { type AuditContext, auditContext } from "./audit-context.ts";
import { auditEntry, genesisLast, type Last } from "./entry-audit.ts";
import { Findings } from "./findings.ts";
import { trustedGenesis } from "./verify-databases.ts";

export class FollowAudit {
  readonly #context: AuditContext;
  readonly #db = new DatabaseSync("");
  readonly #ledger: ExecutedLedger;
  #last: Last;
  #confirmed = 0;
  #signatures = 0;

  /** Throws Failure `config_invalid` for a genesis that cannot be used. */
  constructor(genesisBytes: Uint8Array) {
    this.#context = auditContext(trustedGenesis(genesisBytes));
    this.#ledger = new ExecutedLedger({ context: this.#context, db: this.#db, isKept: false });
    this.#last = genesisLast(this.#context.genesis.network);
    this.#ledger.begin();
  }

  get last(): number {
    return this.#ledger.last;
  }

  get signatures(): number {
    return this.#signatures;
  }

  /** The highest entry whose outcome root more than f voters have signed as it came out here; 0 if none. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Root of the outcome tree after an entry that was taken. */
  rootAt(index: number): Hash {
    return this.#ledger.rootAt(LogIndex(index));
  }

  /** Takes the next entry; what is wrong with it, in a sentence. */
  take({ entry, receipt }: AppliedEntry): string | undefined {
    const due = this.#last.index + 1;
    if (entry.index !== due) return `Entry ${entry.index} came where entry ${due} was due.`;
    const { problem, parsed, checks, last } = auditEntry(this.#context, this.#last, entry);
    if (problem !== undefined) return problem;
    if (!checks.every(verifySignature)) return "A signature in it does not verify.";
    this.#signatures += checks.length;
    this.#last = last;
    return this.#ledger.add(entry, parsed, receipt);
  }

  /** Compares Acks whose signatures are good with what came out here; the first contradiction. */
  judge(acks: readonly SignedStatement[]): string | undefined {
    const attestations = new Attestations();
    const findings = new Findings(1);
    attestations.note(acks);
    const roots = { through: this.#ledger.last, rootAt: (index: LogIndex) => this.rootAt(index) };
    const confirmed = attestations.judge(roots, this.#context.electorate.faults, findings);
    this.#confirmed = Math.max(this.#confirmed, confirmed);
    const [finding] = findings.list;
    return finding === undefined ? findings.remarks[0] : `At entry ${finding.index}: ${finding.problem}`;
  }

  close(): void {
    this.#db.close();
  }
}
