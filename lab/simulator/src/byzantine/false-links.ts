// Shows links between epochs that prove nothing (E56): of a configuration that is approved but not committed, or that nobody
// has approved; by its own Ack, by those of others for something else, or by none.

import { LogIndex } from "@juno/base";
import {
  chainEntry,
  type EpochLink,
  encodeAck,
  encodeConfigBody,
  type SignedStatement,
  writeEpochLink,
} from "@juno/proof";
import { administrators, configurationDocument, generationOf } from "../members.ts";
import { bulkFrame, type Liar, type Lie, signedFrame } from "./liar.ts";

const LONG_MS = 3_600_000;

export const falseLinks: Lie = (liar) => {
  const { prng, others } = liar;
  return {
    tick: () => {
      if (!prng.chance(1, 3)) return;
      const link = falseLink(liar);
      if (link === undefined) return;
      const frame = bulkFrame(liar, "epochs", (w) => w.list([link], writeEpochLink));
      for (const to of others) if (prng.chance(1, 2)) liar.post({ to, frame });
    },
  };
};

function falseLink(liar: Liar): EpochLink | undefined {
  const { context, prng, now } = liar;
  const state = liar.state();
  if (state === undefined) return undefined;
  const { electorate, sha256 } = context;
  const { last } = state.log;
  const body = liar.approved()[0] ?? unapproved(liar);
  const bare = {
    ...{ epoch: electorate.epoch, index: LogIndex(last.index + 1), term: state.currentTerm },
    ...{ time: now().wallMs, kind: "config" as const, body },
  };
  const entry = chainEntry(sha256, last.hash, bare);
  if (!entry.ok) return undefined;
  const { index, hash } = entry.value;
  const said = encodeAck({
    ...{ epoch: electorate.epoch, from: liar.self, term: state.currentTerm },
    ...{ stored: { index, hash }, certified: { index, hash }, applied: state.applied },
  });
  const { signature } = signedFrame(liar, { kind: "ack", body: said });
  const own: SignedStatement = { voter: liar.self, body: said, signature };
  const overheard = liar.notebook.acks.slice(-30).map(({ statement }) => statement);
  const acks = distinct(prng.chance(1, 2) ? [own] : [own, ...overheard]);
  return {
    previous: last.hash,
    entry: bare,
    proof: { term: state.currentTerm, index, hash, headers: [], acks },
  };
}

function distinct(statements: readonly SignedStatement[]): SignedStatement[] {
  const byVoter = new Map(statements.map((statement) => [statement.voter, statement] as const).reverse());
  return [...byVoter.values()].sort((a, b) => a.voter - b.voter);
}

function unapproved({ configuration, now, prng }: Liar): Uint8Array {
  const admin = administrators(generationOf(configuration.admin));
  const document = configurationDocument({
    ...{ epoch: configuration.epoch + 1, members: configuration.members, admin },
    ...{ expires: now().wallMs + LONG_MS, nonce: prng.u32() },
  });
  return encodeConfigBody({ document, approvals: [], ready: [] });
}
