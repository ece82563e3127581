// The bytes of one stream event, signed (A17). Made once per entry and shared by every reader.

import { eventStatement, type NodeEventJson, renderEntry, renderEvent, renderSignature } from "@juno/api";
import type { Sha256 } from "@juno/base";
import type { AppliedEntry } from "@juno/proof";
import type { NodeEvent } from "@juno/runtime";
import { fastHex } from "./fast-hex.ts";
import type { ReplySigner } from "./http-options.ts";

/** The event of one entry. */
export type EntryFrame = { readonly index: number; readonly bytes: Buffer };

export type FrameEncoder = {
  entry(entry: AppliedEntry): EntryFrame;
  node(event: NodeEvent): Buffer;
};

export function frameEncoder(context: { signer: ReplySigner; sha256: Sha256 }): FrameEncoder {
  const { signer, sha256 } = context;
  const { network, node, sign } = signer;
  const signatureOf = renderSignature({ node, sign, hex: fastHex });
  const tools = { sha256, hex: fastHex };
  const signed = (event: { name: string; id: number | undefined; data: string }): Buffer =>
    Buffer.from(renderEvent(event, signatureOf(eventStatement({ network, sha256 }, event))));
  return {
    entry: (applied) => {
      const { index } = applied.entry;
      const data = JSON.stringify(renderEntry(tools, applied));
      return { index, bytes: signed({ name: "entry", id: index, data }) };
    },
    node: ({ what, detail, time, term, leader }) => {
      const optional = {
        ...(term === undefined ? {} : { term }),
        ...(leader === undefined ? {} : { leader }),
      };
      const body: NodeEventJson = { what, detail, time, ...optional };
      return signed({ name: "node", id: undefined, data: JSON.stringify(body) });
    },
  };
}
