// Runs the auditor once per altered byte, fast enough for every byte there is. The two databases are
// audited by the same parts that `verifyDatabases` puts together: log.db is judged by itself, so it is
// judged again whole for each of its bytes; state.db is compared with what the log yields, so for its
// bytes the comparison is made again whole, against a log that did not change meanwhile. What is
// remembered from run to run are verdicts about exact bytes: good signatures, parsed commands.

import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Refusal, Result, SignatureCheck } from "@juno/base";
import { type ParsedCommand, parseCommand } from "@juno/ledger";
import { Epochs, firstEpoch } from "@juno/proof";
import type { Verifier } from "@juno/runtime";
import { Attestations } from "../../src/audit/attestations.ts";
import { type AuditContext, auditContext, type Parse } from "../../src/audit/audit-context.ts";
import type { Finding } from "../../src/audit/audit-report.ts";
import { ExpectedState } from "../../src/audit/expected-state.ts";
import { Findings } from "../../src/audit/findings.ts";
import { LogAudit } from "../../src/audit/log-audit.ts";
import { LogSource } from "../../src/audit/log-source.ts";
import { SignatureQueue } from "../../src/audit/signature-queue.ts";
import { STATE_TABLES } from "../../src/audit/state-audit.ts";
import { StateComparison } from "../../src/audit/state-comparison.ts";
import { verifySignature } from "../../src/crypto/sodium.ts";
import { logFile, stateFile } from "../../src/store/folder.ts";
import type { SampleNetwork } from "./sample-network.ts";

const FINDINGS_MAX = 1;

/** Verifies a signature once, and remembers the good ones by all their bytes. */
export function rememberingVerifier(): Verifier {
  const good = new Set<string>();
  /** Checks that are themselves remembered, with the commands they belong to. */
  const seen = new WeakSet<SignatureCheck>();
  const verify = (check: SignatureCheck): boolean => {
    if (seen.has(check)) return true;
    const bytes = Buffer.concat([check.key, check.signature, check.message]).toString("latin1");
    if (!good.has(bytes) && !verifySignature(check)) return false;
    good.add(bytes);
    seen.add(check);
    return true;
  };
  return { verify: async (checks) => checks.map(verify), close: async () => undefined };
}

/** Parses a body once; its digest binds every byte of it. */
function rememberingContext(network: SampleNetwork): AuditContext {
  const parsed = new Map<string, Result<ParsedCommand, Refusal>>();
  const parse: Parse = (command, digest) => {
    const key = Buffer.from(digest).toString("latin1");
    const known = parsed.get(key) ?? parseCommand(plain.ledger, command);
    parsed.set(key, known);
    return known;
  };
  const plain = auditContext(network.genesis, { parse });
  return plain;
}

/** A copy of a node's folder, for altering. */
export function copyOf(folder: string, name: string): string {
  const copy = join(folder, "..", name);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

export class AlteredLog {
  readonly db: DatabaseSync;
  readonly #source: LogSource;
  readonly #context: AuditContext;
  readonly #verifier = rememberingVerifier();

  constructor(network: SampleNetwork, folder: string) {
    this.db = new DatabaseSync(logFile(folder));
    this.#source = new LogSource(this.db);
    this.#context = rememberingContext(network);
  }

  async audit(): Promise<readonly Finding[]> {
    const findings = new Findings(FINDINGS_MAX);
    const signatures = new SignatureQueue(this.#verifier);
    // What is learned of epochs stands in the database, too.
    const epochs = new Epochs(firstEpoch(this.#context.genesis));
    const log = new LogAudit({
      source: this.#source,
      context: { ...this.#context, epochs },
      signatures,
      findings,
      attestations: new Attestations(),
    });
    if (log.begin()) await log.finish(() => undefined);
    return findings.list;
  }
}

export class AlteredState {
  readonly db: DatabaseSync;
  readonly #comparison: StateComparison;

  private constructor(db: DatabaseSync) {
    this.db = db;
    this.#comparison = new StateComparison(db, STATE_TABLES);
  }

  /** Executes the log again and keeps what it yields. */
  static async open(network: SampleNetwork, folder: string): Promise<AlteredState> {
    const db = new DatabaseSync("");
    db.prepare("ATTACH ? AS actual").run(stateFile(folder));
    const context = auditContext(network.genesis);
    const expected = new ExpectedState(context, db);
    const findings = new Findings(FINDINGS_MAX);
    const signatures = new SignatureQueue(rememberingVerifier());
    const log = new DatabaseSync(logFile(folder), { readOnly: true });
    const audit = new LogAudit({
      ...{ source: new LogSource(log), context, signatures, findings },
      attestations: new Attestations(),
    });
    audit.begin();
    await audit.finish((entry, parsed) => {
      if (entry.index <= audit.committed) expected.execute(entry, parsed);
    });
    log.close();
    expected.seal();
    return new AlteredState(db);
  }

  audit(): readonly Finding[] {
    const findings = new Findings(FINDINGS_MAX);
    this.#comparison.compare(findings);
    return findings.list;
  }
}
