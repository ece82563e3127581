// What no quorum of honest nodes appends (5.3), judged of every entry once it is committed, from the genesis on:
// times that go back, an election elsewhere than at the beginning of its term or for another base, another
// kind, a command that comes again or too late. It knows outcomes, so it knows what was a repetition.

import { equalBytes } from "@juno/base";
import { decodeCertificate, type Electorate, type Entry } from "@juno/proof";
import { faultOf } from "./certificates.ts";

type Committed = { readonly entry: Entry; readonly status: string | undefined };

/** Statuses of commands that every honest node refuses to append. */
const REFUSED: ReadonlySet<string> = new Set(["duplicate", "expired"]);

/** Why honest nodes have not appended an entry behind another, or undefined. */
export function breachOf(
  electorate: Electorate,
  { entry, status }: Committed,
  previous: Entry | undefined,
): string | undefined {
  const { kind, term, time } = entry;
  const before = { term: previous?.term ?? 0, time: previous?.time ?? 0 };
  if (time < before.time) return `is of ${time}, after an entry of ${before.time}`;
  if (term < before.term) return `is of term ${term}, after an entry of term ${before.term}`;
  const opensTerm = term > before.term;
  if (opensTerm !== (kind === "election")) {
    return opensTerm ? `opens term ${term} without its election` : `elects in the midst of term ${term}`;
  }
  if (opensTerm) return faultOfElection(electorate, entry, previous?.hash ?? electorate.network);
  if (kind !== "command") return `is of kind ${kind}`;
  return status !== undefined && REFUSED.has(status) ? `is a command that is ${status}` : undefined;
}

function faultOfElection(
  electorate: Electorate,
  { body, term, index }: Entry,
  base: Uint8Array,
): string | undefined {
  const certificate = decodeCertificate(body);
  if (!certificate.ok || certificate.value.kind !== "election") return "holds no election certificate";
  const { position } = certificate.value;
  const isOfBase = position.term === term && position.index === index - 1 && equalBytes(position.hash, base);
  if (!isOfBase) return "holds the election of another base";
  const fault = faultOf(electorate, certificate.value);
  return fault === undefined ? undefined : `holds a certificate with ${fault}`;
}
