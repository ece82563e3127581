// Under which key a message must be signed (S18): its sender's in the epoch that it names. Links between epochs prove
// themselves, and with them the key of whoever shows them (E60).

import { decodeWith, type Epoch, ok, type Refusal, type Result, refuse, signedBytes } from "@juno/base";
import { checkEpochLink, type EpochFacts, readEpochLink } from "@juno/proof";
import { readBulk } from "./bulk.ts";
import type { Checks, VerifyContext } from "./checks.ts";
import { type Frame, LINKS_PER_FRAME_MAX, VOTERS_KINDS } from "./message.ts";
import type { Opened } from "./verified.ts";

/**
 * S18: the sender's signature, under its key in the epoch that the body names; or, of a member that knows no epoch in which
 * it is one, in the newest.
 */
export function addEnvelope(
  { electorate, keyOf }: EpochFacts,
  newest: EpochFacts,
  { kind, from, body, signature }: Frame,
  checks: Checks,
): Result<undefined, Refusal> {
  const isVotersOnly = VOTERS_KINDS.has(kind);
  const key = isVotersOnly ? electorate.keyOf.get(from) : (keyOf.get(from) ?? newest.keyOf.get(from));
  if (key === undefined)
    return refuse("wrong_sender", `node ${from} is not a ${isVotersOnly ? "voter" : "member"}`);
  const { network } = electorate;
  checks.add({ key, message: signedBytes({ tag: kind, network, body }), signature });
  return ok(undefined);
}

/** E60: links prove themselves, and then under which key their sender speaks. */
export function openEpochs(
  context: VerifyContext,
  frame: Frame,
  { epoch, checks }: { readonly epoch: Epoch; readonly checks: Checks },
): Result<Opened, Refusal> {
  const links = decodeWith(frame.attachment, (r) => r.list(LINKS_PER_FRAME_MAX, readEpochLink));
  if (!links.ok) return links;
  const learned: EpochFacts[] = [];
  for (const link of links.value) {
    const { last } = context.epochs;
    const before = learned.at(-1) ?? last;
    if (link.entry.epoch < last.electorate.epoch) continue;
    const checked = checkEpochLink(context.sha256, before, link);
    if (!checked.ok) return checked;
    for (const check of checked.value.checks) checks.add(check);
    learned.push(checked.value.facts);
  }
  const facts = context.epochs.of(epoch) ?? learned.find(({ electorate }) => electorate.epoch === epoch);
  if (facts === undefined) return refuse("unknown_epoch", `epoch ${epoch} is not known here`);
  const signed = addEnvelope(facts, facts, frame, checks);
  if (!signed.ok) return signed;
  const body = readBulk({ ...context, electorate: facts.electorate }, frame, (r) => r.raw(r.remaining));
  if (!body.ok) return body;
  return ok({ message: { kind: "epochs", from: frame.from, epoch, learned }, checks: checks.pending });
}
