// What a receipt says, once its bytes are believed: parsed for programs and people. The ledger
// writes it (spec/4-ledger.md, C13); its hash covers the text, not this reading of it.

import { type Static, Type } from "typebox";
import { CommandIdHex, HashHex, KeyHex, LogIndexNumber, Strict, wholeNumber } from "./scalars.ts";

const Fields = Type.Record(Type.String(), Type.Unknown());

const ContractErrorSchema = Type.Object(
  {
    module: Type.Optional(
      Type.String({ description: "Declares the error; absent if the ledger or the language does" }),
    ),
    name: Type.String(),
    fields: Fields,
    place: Type.Optional(
      Type.Object(
        {
          module: Type.String(),
          line: Type.Integer({ minimum: 1 }),
          column: Type.Integer({ minimum: 1 }),
        },
        { ...Strict, description: "Where in the source the code ended" },
      ),
    ),
  },
  Strict,
);
export type ContractErrorJson = Static<typeof ContractErrorSchema>;

const RowChangesSchema = Type.Array(
  Type.Object(
    {
      module: Type.String(),
      table: Type.String(),
      key: Type.String(),
      before: Type.Unknown(),
      after: Type.Unknown(),
    },
    Strict,
  ),
);

const ActionReceiptSchema = Type.Object(
  {
    status: Type.Enum(["ok", "failed"]),
    gas: wholeNumber("Used by this action"),
    gasByKind: Type.Record(Type.String(), wholeNumber("Of this kind")),
    changes: RowChangesSchema,
    events: Type.Array(Type.Object({ module: Type.String(), name: Type.String(), fields: Fields }, Strict)),
    supply: Type.Array(
      Type.Object({ asset: Type.Unknown(), minted: Type.Unknown(), burned: Type.Unknown() }, Strict),
      { description: "Coins made and destroyed, by asset" },
    ),
    grants: Type.Array(Type.Object({ signer: KeyHex, capability: Type.String(), fields: Fields }, Strict), {
      description: "What was used of the signers' grants",
    }),
    error: Type.Optional(ContractErrorSchema),
    at: Type.Optional(wholeNumber("Of a failed atomic command: which action failed, from 0")),
  },
  Strict,
);

export const CommandReceiptSchema = Type.Object(
  {
    index: LogIndexNumber,
    id: Type.Union([CommandIdHex, Type.Null()]),
    status: Type.Enum(["ok", "failed", "expired", "duplicate", "rejected"]),
    gas: wholeNumber("Used by the command"),
    actions: Type.Array(ActionReceiptSchema),
    changes: Type.Optional(RowChangesSchema),
    reason: Type.Optional(Type.String()),
    first: Type.Optional(LogIndexNumber),
    stateRoot: Type.Optional(HashHex),
  },
  { ...Strict, $id: "CommandReceipt", description: "What a command did" },
);
export type CommandReceiptJson = Static<typeof CommandReceiptSchema>;
