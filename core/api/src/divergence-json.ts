// What a node found when it left, as it stands in the folder that it leaves behind (V16).

import { type Static, Type } from "typebox";
import { HashHex, LogIndexNumber, NodeNumber, Strict } from "./scalars.ts";

const HexText = Type.String({ pattern: "^(?:[0-9a-f]{2})*$" });
const WORDS_MAX = 128;

export const DIVERGENCE_FORMAT = 1;

export const DivergenceSchema = Type.Object(
  {
    format: Type.Literal(DIVERGENCE_FORMAT),
    network: HashHex,
    node: NodeNumber,
    mode: Type.Enum(["readOnly", "halted"]),
    reason: Type.String(),
    index: LogIndexNumber,
    of: Type.Optional(Type.Enum(["outcome", "snapshot"])),
    own: Type.Optional(HashHex),
    theirs: Type.Optional(HashHex),
    words: Type.Array(Type.Object({ voter: NodeNumber, body: HexText, signature: HexText }, Strict), {
      maxItems: WORDS_MAX,
      description: "What the others have signed: bodies of Acks (E22), or of words about a snapshot (E46)",
    }),
  },
  Strict,
);
export type DivergenceJson = Static<typeof DivergenceSchema>;
