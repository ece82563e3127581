// What no quorum of honest nodes appends (5.3), judged of every entry once it is committed, from the genesis on:
// times that go back, an election elsewhere than at the beginning of its term or for another base, a configuration
// that nobody may have, an entry of its epoch after that (S12), another kind, a command that comes again or too late. It knows outcomes, so it knows what was a repetition.

import { equalBytes } from "@juno/base";
import { decodeCertificate, type Electorate, type Entry, type Epochs } from "@juno/proof";
import { faultOf } from "./certificates.ts";
import { faultOfConfiguration } from "./configurations.ts";

type Committed = { readonly entry: Entry; readonly status: string | undefined };

/** Statuses of commands that every honest node refuses to append. */
const REFUSED: ReadonlySet<string> = new Set(["duplicate", "expired"]);

/** Why honest nodes have not appended an entry behind another, or undefined. */
export function breachOf(
  epochs: Pick<Epochs, "of">,
  { entry, status }: Committed,
  previous: Entry | undefined,
): string | undefined {
  const { kind, epoch, term, time } = entry;
  // S12: a config entry is the last of its epoch, and terms begin anew.
  const isFirst = previous === undefined || previous.kind === "config";
  const ofEpoch = previous === undefined ? 0 : previous.epoch + (isFirst ? 1 : 0);
  const facts = epochs.of(epoch);
  if (epoch !== ofEpoch || facts === undefined)
    return `is of epoch ${epoch} in the midst of epoch ${ofEpoch}`;
  const before = { term: isFirst ? 0 : previous.term, time: previous?.time ?? 0 };
  if (time < before.time) return `is of ${time}, after an entry of ${before.time}`;
  if (term < before.term) return `is of term ${term}, after an entry of term ${before.term}`;
  const opensTerm = term > before.term;
  if (opensTerm !== (kind === "election")) {
    return opensTerm ? `opens term ${term} without its election` : `elects in the midst of term ${term}`;
  }
  const { electorate } = facts;
  if (opensTerm) return faultOfElection(electorate, entry, previous?.hash ?? electorate.network);
  if (kind === "config") return faultOfConfiguration(facts, entry);
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
