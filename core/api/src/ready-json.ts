// Whether a node is ready for a configuration (E55, A29), or for later versions (C38).

import { Type } from "typebox";
import { NodeNumber, SignatureHex, Strict } from "./scalars.ts";

/** Of an act's document (E54). */
const ACT_CHARS_MAX = 32 * 1024;

export const ReadyBodySchema = Type.Object(
  {
    act: Type.String({
      maxLength: ACT_CHARS_MAX,
      description: "The document of an act of kind configure or activate",
    }),
  },
  Strict,
);

export const ReadyReplySchema = Type.Object({ node: NodeNumber, signature: SignatureHex }, Strict);
