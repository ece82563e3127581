// What a proven row shows (E43), in plain words and for programs. Whoever calls it has verified the proof.

import { hex, parseUtf8 } from "@juno/base";
import { renderTime } from "@juno/ledger/light";
import type { KnownEpochs, ProvenRow } from "@juno/proof";
import { safeText } from "../terminal/safe-text.ts";
import { attestedBy, NETWORK_CHARS } from "./proved-view.ts";

const attesters = ({ checkpoint }: ProvenRow): number[] =>
  checkpoint.attestations.map(({ ack }) => ack.voter);

const rowText = ({ row }: ProvenRow): string | undefined => row && parseUtf8(row);

export function provenRowLines(proven: ProvenRow, epochs: KnownEpochs): string[] {
  const { module, table, key, checkpoint } = proven;
  const { index, time } = checkpoint.header;
  const { network } = epochs.last.electorate;
  const text = rowText(proven);
  return [
    `row          ${safeText(`${module}.${table} ${JSON.stringify(key)}`)}`,
    `ledger       ${hex(network).slice(0, NETWORK_CHARS)}…, after entry ${index}, ${renderTime(time)}`,
    `attested by  ${attestedBy(epochs, checkpoint.attestations)}`,
    `value        ${text === undefined ? "there is no such row" : safeText(text)}`,
  ];
}

export function provenRowJson(proven: ProvenRow): Record<string, unknown> {
  const { module, table, key, checkpoint } = proven;
  const { index, time } = checkpoint.header;
  const text = rowText(proven);
  const row: unknown = text === undefined ? null : JSON.parse(text);
  return { module, table, key, row, index, time, attestedBy: attesters(proven) };
}
