// Commands and their states in JSON. The payload travels as the exact text that was signed (A1);
// the state of a command only ever moves forward (A4).

import {
  isWellFormedText,
  ok,
  parseHex,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
  utf8,
} from "@juno/base";
import type { SignedCommand } from "@juno/proof";
import { type Static, Type } from "typebox";
import { COMMANDS_PER_POST_MAX, PAYLOAD_CHARS_MAX, SIGNATURES_PER_COMMAND_MAX } from "./limits.ts";
import { OutcomeProofSchema } from "./outcome-json.ts";
import { ProblemSchema } from "./problem.ts";
import { CommandIdHex, KeyHex, LogIndexNumber, SignatureHex, Strict } from "./scalars.ts";

const SignatureSchema = Type.Object({ key: KeyHex, signature: SignatureHex }, Strict);

/** A1 */
export const SignedCommandSchema = Type.Object(
  {
    payload: Type.String({
      maxLength: PAYLOAD_CHARS_MAX,
      description: "The payload's JSON text; its exact UTF-8 bytes are what is signed",
    }),
    signatures: Type.Array(SignatureSchema, {
      minItems: 1,
      maxItems: SIGNATURES_PER_COMMAND_MAX,
      description: "One for each of the payload's signers",
    }),
  },
  { ...Strict, description: "A signed command" },
);
export type SignedCommandJson = Static<typeof SignedCommandSchema>;

export const SubmitBodySchema = Type.Union([
  SignedCommandSchema,
  Type.Array(SignedCommandSchema, { minItems: 1, maxItems: COMMANDS_PER_POST_MAX }),
]);
export type SubmitBodyJson = Static<typeof SubmitBodySchema>;

const Id = { id: CommandIdHex };
const RedactedBy = Type.Optional(
  Type.Integer({
    minimum: 1,
    description: "The entry that ordered the command's payload out of the log; absent if none did",
  }),
);

/** A4: `applied` and `expired` are final and never contradicted. */
export const CommandStateSchema = Type.Union(
  [
    Type.Object({ ...Id, state: Type.Literal("unknown") }, Strict),
    Type.Object({ ...Id, state: Type.Literal("pending") }, Strict),
    Type.Object(
      {
        ...Id,
        state: Type.Literal("applied"),
        status: Type.Enum(["ok", "failed", "rejected"]),
        index: LogIndexNumber,
        redactedBy: RedactedBy,
        proof: Type.Optional(OutcomeProofSchema),
      },
      Strict,
    ),
    Type.Object(
      {
        ...Id,
        state: Type.Literal("expired"),
        index: Type.Optional(LogIndexNumber),
        redactedBy: RedactedBy,
        proof: Type.Optional(OutcomeProofSchema),
      },
      Strict,
    ),
  ],
  { $id: "CommandState", description: "What is known of a command" },
);
export type CommandStateJson = Static<typeof CommandStateSchema>;

export const RefusedCommandSchema = Type.Object({ id: CommandIdHex, error: ProblemSchema }, Strict);
export type RefusedCommandJson = Static<typeof RefusedCommandSchema>;

/** One element for each command of an array, in its order. */
export const SubmitReplySchema = Type.Union([
  CommandStateSchema,
  Type.Array(Type.Union([CommandStateSchema, RefusedCommandSchema]), { maxItems: COMMANDS_PER_POST_MAX }),
]);

/** A command whose JSON has the shape of SignedCommandSchema. */
export function parseSignedCommand(json: SignedCommandJson): Result<SignedCommand, Refusal> {
  if (!isWellFormedText(json.payload)) return refuse("malformed", "payload has half of a surrogate pair");
  const signatures = json.signatures.map(({ key, signature }) => ({
    key: parseHex(key, 32)!,
    signature: parseHex(signature, 64)!,
  }));
  return ok({ payload: utf8(json.payload), signatures });
}

/** The JSON of a command; undefined if it has none, its payload being no text or its signatures too many. */
export function renderSignedCommand(
  command: SignedCommand,
  hex: (bytes: Uint8Array) => string,
): SignedCommandJson | undefined {
  const payload = parseUtf8(command.payload);
  const { length } = command.signatures;
  if (payload === undefined || length === 0 || length > SIGNATURES_PER_COMMAND_MAX) return undefined;
  const signatures = command.signatures.map(({ key, signature }) => ({
    key: hex(key),
    signature: hex(signature),
  }));
  return { payload, signatures };
}
