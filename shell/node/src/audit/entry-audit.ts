// Judges one entry against the one before it: the chain, its place, what its body says. Everything but
// signatures, which are listed. It must not know where entries are stored. An entry is judged by what
// honest voters demanded before they stored it, so in a sound log each passes.

import { type Epoch, equalBytes, type Hash, LogIndex, type SignatureCheck, Term } from "@juno/base";
import { mayAppend, type ParsedCommand } from "@juno/ledger";
import {
  checkCertificate,
  checkConfigBody,
  commandDigest,
  commandId,
  decodeCertificate,
  decodeCommand,
  type Entry,
  electorateIn,
  endOf,
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
  readonly epoch: Epoch;
  readonly term: Term;
  /** S12: whether it is a config entry, and what comes next is of the next epoch. */
  readonly ends: boolean;
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
  ...{ epoch: FIRST_EPOCH, term: Term(0), ends: false, time: 0 },
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
    epochProblem(context, last, entry) ??
    body.problem;
  const links = isLinked ? [entry.hash] : [entry.hash, ...hashes];
  const { index, epoch, term, time } = entry;
  const next = { index, epoch, term, ends: entry.kind === "config", time, links };
  return { problem, parsed: body.parsed, checks: body.checks, last: next };
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

/** Protocol 2 and 5.3, S12: epoch, term, time and kind follow those of the entry before. */
function placeProblem(last: Last, entry: Entry): string | undefined {
  const due = last.ends ? last.epoch + 1 : last.epoch;
  if (last.ends && entry.epoch === last.epoch)
    return `It stands above the config entry that ended its epoch ${entry.epoch}.`;
  if (entry.epoch !== due) return `It is of epoch ${entry.epoch}; the log is in epoch ${due}.`;
  // Terms are numbered anew in each epoch.
  const before = last.ends ? Term(0) : last.term;
  if (entry.term < before) return `Its term ${entry.term} is lower than the term ${before} before it.`;
  if (entry.term === 0) return "It is of term 0, in which nobody leads.";
  if (entry.time < last.time) return "Its time is before that of the entry before it.";
  const opensTerm = entry.term > before;
  if (opensTerm && entry.kind !== "election") return `Term ${entry.term} begins without its election entry.`;
  if (!opensTerm && entry.kind === "election") return `Term ${entry.term} has a second election entry.`;
  return undefined;
}

/** P38, P39: an epoch ends with the entry that its link proves, and no other. */
function epochProblem({ epochs }: AuditContext, last: Last, entry: Entry): string | undefined {
  if (epochs.of(entry.epoch) === undefined) return unproved(last, entry);
  const begun = epochs.of(entry.epoch)!.electorate.start;
  const isOther = last.links.length > 0 && !last.links.some((link) => equalBytes(link, begun.hash));
  if (last.ends && (begun.index !== last.index || isOther))
    return `Its epoch begins above another entry ${begun.index} than the one before it, by what voters have committed.`;
  const end = endOf(epochs, entry.epoch);
  if (end === undefined || entry.index < end.index)
    return end !== undefined && entry.kind === "config"
      ? `It would end epoch ${entry.epoch}, which ends with entry ${end.index}, by what voters have committed.`
      : undefined;
  if (entry.index === end.index && equalBytes(entry.hash, end.hash)) return undefined;
  return `Voters have committed another entry ${end.index}, which ended epoch ${entry.epoch}.`;
}

const unproved = (last: Last, { epoch }: Entry): string =>
  last.ends
    ? `Nothing shows that the config entry before it was committed, and who votes in epoch ${epoch}: its link is missing.`
    : `Nothing shows who votes in epoch ${epoch}: its link is missing.`;

type ReadBody = (context: AuditContext, last: Last, entry: Entry) => Body;

const READ_BODY: Readonly<Record<Entry["kind"], ReadBody>> = {
  command: readCommand,
  election: readElection,
  config: readConfig,
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

/** E55: whether the body may end the epoch. */
function readConfig({ sha256, genesis, epochs }: AuditContext, _last: Last, entry: Entry): Body {
  const digest = sha256(entry.body);
  const before = epochs.of(entry.epoch)?.configuration;
  if (before === undefined) return bodyOf({ digest });
  const body = checkConfigBody({ sha256, network: genesis.network, before }, entry);
  if (body.ok) return bodyOf({ digest, checks: body.value.checks });
  return bodyOf({ digest, problem: `It may not end epoch ${entry.epoch}: ${body.error.detail}.` });
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
  const electorate = electorateIn(context.epochs, entry.epoch);
  const checks = electorate.ok ? checkCertificate(electorate.value, certificate.value) : electorate;
  if (!checks.ok) return bodyOf({ digest, problem: `Its election is not valid: ${checks.error.detail}.` });
  return bodyOf({ digest, checks: checks.value });
}
