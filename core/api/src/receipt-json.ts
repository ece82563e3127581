// What a receipt says, once its bytes are believed: parsed for programs and people. The ledger
// writes it (spec/4-ledger.md, C13); its hash covers the text, not this reading of it.

import { type Static, Type } from "typebox";
import { CommandIdHex, LogIndexNumber, Strict, wholeNumber } from "./scalars.ts";

const ContractErrorSchema = Type.Object(
  { module: Type.String(), name: Type.String(), fields: Type.Record(Type.String(), Type.Unknown()) },
  Strict,
);
export type ContractErrorJson = Static<typeof ContractErrorSchema>;

const ActionReceiptSchema = Type.Object(
  {
    status: Type.Enum(["ok", "failed"]),
    gas: wholeNumber("Used by this action"),
    changes: Type.Array(
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
    ),
    events: Type.Array(
      Type.Object(
        { module: Type.String(), name: Type.String(), fields: Type.Record(Type.String(), Type.Unknown()) },
        Strict,
      ),
    ),
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
    reason: Type.Optional(Type.String()),
    first: Type.Optional(LogIndexNumber),
  },
  { ...Strict, $id: "CommandReceipt", description: "What a command did" },
);
export type CommandReceiptJson = Static<typeof CommandReceiptSchema>;
