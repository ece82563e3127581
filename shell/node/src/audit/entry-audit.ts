// Judges one entry against the one before it: the chain, its place, what its body says. Everything but
// signatures, which are listed. It must not know where entries are stored. An entry is judged by what
// honest voters demanded before they stored it, so in a sound log each passes.

import { equalBytes, type Hash, LogIndex, type SignatureCheck, Term } from "@juno/base";
import { mayAppend, type ParsedCommand } from "@juno/ledger";
import {
  checkCertificate,
  commandDigest,
  commandId,
  decodeCertificate,
  decodeCommand,
  type Entry,
  entryHash,
  FIRST_EPOCH,
  isRedacted,
  keptBodyDigest,
  signaturesHash,
} from "@juno/proof";
import type { AuditContext } from "./audit-context.ts";

/** What the next entry is judged by. */
export type Last = {
  readonly index: LogIndex;
  readonly term: Term;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The hash that the next entry builds on; after a break either of two, or none that is known. */
  readonly links: readonly Hash[];
};

export type EntryVerdict = {
  /** The first thing that is wrong with the entry. */
  readonly problem: string | undefined;
  readonly parsed: ParsedCommand | undefined;
  readonly checks: readonly SignatureCheck[];
  readonly last: Last;
};

export const genesisLast = (network: Hash): Last => ({
  index: LogIndex(0),
  term: Term(0),
  time: 0,
  links: [network],
});

type Body = {
  /** E12; undefined if there is none. */
  readonly digest: Hash | undefined;
  readonly parsed: ParsedCommand | undefined;
  readonly checks: readonly SignatureCheck[];
  readonly problem: string | undefined;
};

export function auditEntry(context: AuditContext, last: Last, entry: Entry): EntryVerdict {
  const body = READ_BODY[entry.kind](context, last, entry);
  const hashes = last.links.map((link) => hashOn(context, link, entry, body.digest));
  const isLinked = hashes.length === 0 || hashes.some((hash) => equalBytes(hash, entry.hash));
  const problem =
    digestProblem(entry, body) ??
    (isLinked ? undefined : UNLINKED) ??
    placeProblem(last, entry) ??
    body.problem;
  const links = isLinked ? [entry.hash] : [entry.hash, ...hashes];
  const { index, term, time } = entry;
  return { problem, parsed: body.parsed, checks: body.checks, last: { index, term, time, links } };
}

const UNLINKED = "It does not hash to the hash stored with it: its header, or the hash, was altered.";

/** E10 */
function hashOn(context: AuditContext, link: Hash, entry: Entry, digest: Hash | undefined): Hash {
  return entryHash(context.sha256, link, digest === undefined ? entry : { ...entry, bodyDigest: digest });
}

function digestProblem(entry: Entry, body: Body): string | undefined {
  if (body.digest === undefined) return body.problem;
  if (equalBytes(body.digest, entry.bodyDigest)) return undefined;
  return "Its body does not have the digest stored with it: the body, or the digest, was altered.";
}

/** Protocol 2 and 5.3: epoch, term, time and kind follow those of the entry before. */
function placeProblem(last: Last, entry: Entry): string | undefined {
  if (entry.epoch !== FIRST_EPOCH)
    return `It is of epoch ${entry.epoch}; the log is in epoch ${FIRST_EPOCH}.`;
  if (entry.term < last.term) return `Its term ${entry.term} is lower than the term ${last.term} before it.`;
  if (entry.time < last.time) return "Its time is before that of the entry before it.";
  if (entry.kind === "config") return "It changes the configuration, which no epoch of this log permits.";
  const opensTerm = entry.term > last.term;
  if (opensTerm && entry.kind !== "election") return `Term ${entry.term} begins without its election entry.`;
  if (!opensTerm && entry.kind === "election") return `Term ${entry.term} has a second election entry.`;
  return undefined;
}

type ReadBody = (context: AuditContext, last: Last, entry: Entry) => Body;

const READ_BODY: Readonly<Record<Entry["kind"], ReadBody>> = {
  command: readCommand,
  election: readElection,
  config: (context, _last, entry) => bodyOf({ digest: context.sha256(entry.body) }),
};

function bodyOf(body: Partial<Body>): Body {
  return { digest: undefined, parsed: undefined, checks: [], problem: undefined, ...body };
}

/** C3, C4, C7: a command with exactly its signers' signatures, within its lifetime. */
function readCommand(context: AuditContext, _last: Last, entry: Entry): Body {
  const { sha256 } = context;
  if (isRedacted(entry)) {
    // C22: whether it may be so is asked where it is known what was redacted (redaction-audit.ts).
    const digest = keptBodyDigest(sha256, entry.kind, entry.body);
    return digest.ok ? bodyOf({ digest: digest.value }) : bodyOf({ problem: `${digest.error.detail}.` });
  }
  const command = decodeCommand(entry.body);
  if (!command.ok) return bodyOf({ problem: `Its body is no command: ${command.error.detail}.` });
  const { payload, signatures } = command.value;
  const id = commandId(sha256, payload);
  const digest = commandDigest(sha256, { id, signaturesHash: signaturesHash(sha256, signatures) });
  const parsed = context.parse(command.value, digest);
  if (!parsed.ok) {
    return bodyOf({ digest, problem: `Its command is not well-formed: ${parsed.error.detail}.` });
  }
  const { expires, checks } = parsed.value;
  const timely = mayAppend({ entryTime: entry.time, expires });
  const problem = timely.ok ? undefined : `Its command was outside its lifetime: ${timely.error.detail}.`;
  return bodyOf({ digest, parsed: parsed.value, checks, problem });
}

/** Protocol 5.3: an election entry carries q Votes of its term for exactly the entry before it. */
function readElection(context: AuditContext, last: Last, entry: Entry): Body {
  const digest = context.sha256(entry.body);
  const certificate = decodeCertificate(entry.body);
  if (!certificate.ok) {
    return bodyOf({ digest, problem: `Its body is no certificate: ${certificate.error.detail}.` });
  }
  const { kind, position } = certificate.value;
  const isOfBase =
    position.index === last.index && last.links.some((link) => equalBytes(link, position.hash));
  if (kind !== "election" || position.term !== entry.term || (last.links.length > 0 && !isOfBase)) {
    return bodyOf({
      digest,
      problem: "Its certificate is not of an election of its term upon the entry before.",
    });
  }
  const checks = checkCertificate(context.electorate, certificate.value);
  if (!checks.ok) return bodyOf({ digest, problem: `Its election is not valid: ${checks.error.detail}.` });
  return bodyOf({ digest, checks: checks.value });
}
