// Whom a node has channels to: the members of its own epoch, for it may have to catch up with them, and those of the
// newest one that it knows of, with all keys that they may prove meanwhile.

import { Epoch, hex, type NodeId } from "@juno/base";
import type { State } from "@juno/consensus";
import type { Member } from "@juno/proof";
import type { Admission, Peer } from "./ports/transport.ts";

export function admissionOf(
  self: NodeId,
  { epochs, electorate }: Pick<State, "epochs" | "electorate">,
): Admission {
  const newest = epochs.last.configuration.members;
  const members = [...newest, ...epochs.of(electorate.epoch)!.configuration.members];
  const own = members.find(({ id }) => id === self);
  const peers = new Map<NodeId, Peer>();
  for (const member of members)
    if (member.id !== self) peers.set(member.id, together(peers.get(member.id), member));
  // Who was left out last is still to be told so.
  const before = electorate.epoch > 0 ? epochs.of(Epoch(electorate.epoch - 1)) : undefined;
  for (const member of before?.configuration.members ?? [])
    if (member.id !== self && !peers.has(member.id)) peers.set(member.id, together(undefined, member));
  return { own: own?.transportKey, peers: [...peers.values()] };
}

function together(known: Peer | undefined, { id, transportKey, address }: Member): Peer {
  if (known === undefined) return { id, transportKeys: [transportKey], address };
  const isNew = known.transportKeys.every((key) => hex(key) !== hex(transportKey));
  const transportKeys = isNew ? [...known.transportKeys, transportKey] : known.transportKeys;
  return { id, transportKeys, address: known.address ?? address };
}
