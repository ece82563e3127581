// What signers allow deeper modules to do in their name (L43): "bank.Debit of alice, up to 100 USD". A grant
// matches what is asked for if all fields but the spent one are equal and what is left of that suffices; using
// it takes the amount away. Several grants of one signer are not put together. A grant that does not read
// as its capability, or whose capability no linked module declares, matches nothing.

import { assert, canonicalText, type Json, type JsonObject, utf8Length } from "@juno/base";
import { fieldsToJson, readFields } from "../border/fields.ts";
import type { Crossing, ShapeScope } from "../border/scope.ts";
import type { Spend } from "../border/spell.ts";
import { compareValues } from "../compare.ts";
import { compareIntegers, isNegative, subtract } from "../integer.ts";
import type { CapabilityCode } from "../module-code.ts";
import type { GrantState } from "../state/effects-state.ts";
import type { Construct, Integer, Value } from "../value.ts";
import type { Grant, Signer } from "../world.ts";

/** What was taken from one grant in all: for the receipt (L44). */
export type SpentGrant = {
  /** The key of who granted it, lower-case hex. */
  readonly signer: string;
  readonly capability: string;
  /** What the grant says, as JSON by field name, but for the amount: that is what was spent of it. */
  readonly fields: JsonObject;
};

export type HeldGrant = {
  readonly signer: string;
  readonly capability: CapabilityCode;
  readonly fields: readonly Value[];
  /** What may still be spent, if the capability is spent at all. */
  left: Integer | undefined;
  used: boolean;
  /** As the signer gave it. */
  readonly given: Grant;
};

/** Reads a grant's fields by its capability: for whoever admits commands, to refuse what could never match. */
export const readGrant = (
  scope: ShapeScope,
  capability: CapabilityCode,
  grant: Grant,
): Crossing<readonly Value[]> =>
  readFields(capability.fields, scope, grant.fields as ReadonlyMap<string, Json>, "refuse");

export type Undo = (undo: () => void) => void;

export class GrantBook {
  readonly #scope: ShapeScope;
  readonly #bySigner: readonly (readonly HeldGrant[])[];
  readonly #undo: Undo;
  readonly #signers: readonly Signer[];

  constructor(parts: {
    signers: readonly Signer[];
    capabilities: ReadonlyMap<string, CapabilityCode>;
    scope: ShapeScope;
    /** Is told how to undo each use. */
    undo: Undo;
    /** Is told of each grant's bytes before it is read. */
    spend: Spend;
  }) {
    this.#scope = parts.scope;
    this.#undo = parts.undo;
    this.#bySigner = parts.signers.map(({ key, grants }) =>
      grants.flatMap((grant): HeldGrant[] => {
        parts.spend(utf8Length(canonicalText(grant.fields as JsonObject)));
        const capability = parts.capabilities.get(grant.capability);
        const fields = capability && readGrant(parts.scope, capability, grant);
        if (capability === undefined || fields?.ok !== true) return [];
        const { spends } = capability;
        const left = spends === undefined ? undefined : (fields.value[spends] as Integer);
        return [{ signer: key, capability, fields: fields.value, left, used: false, given: grant }];
      }),
    );
    this.#signers = parts.signers;
  }

  /** The first grant of the signer at that place that covers what is asked for; undefined if none does. */
  find(signer: number, asked: Construct, charge: () => void): HeldGrant | undefined {
    const [name, ...fields] = asked.fields as readonly [string, ...Value[]];
    return this.#bySigner[signer]!.find((grant) => {
      charge();
      return grant.capability.name === name && covers(grant, fields);
    });
  }

  /** Takes what is asked for from a grant that `find` found for it. */
  spend(grant: HeldGrant, asked: Construct): void {
    const { left, used, capability } = grant;
    this.#undo(() => {
      grant.left = left;
      grant.used = used;
    });
    grant.used = true;
    if (left === undefined) return;
    const rest = subtract(left, asked.fields[1 + capability.spends!] as Integer);
    assert(rest !== undefined, "what is left of a grant is less than it was");
    grant.left = rest;
  }

  /** The signers with what is left of their grants. */
  left(): Signer[] {
    return this.#signers.map(({ key, grants }, at) => ({
      key,
      grants: grants.map((grant) => {
        const held = this.#bySigner[at]!.find(({ given }) => given === grant);
        return held?.used ? this.#rest(held) : grant;
      }),
    }));
  }

  #rest({ capability, fields, left, given }: HeldGrant): Grant {
    if (left === undefined) return given;
    const rest = fields.map((field, at) => (at === capability.spends ? left : field));
    const json = fieldsToJson(capability.fields, this.#scope, rest);
    assert(json.ok, "what was read can be written");
    return { capability: given.capability, fields: json.value };
  }

  state(): GrantState[] {
    return this.#bySigner.flatMap((grants, signer) =>
      grants.flatMap(({ used, left }, grant) => (used ? [{ signer, grant, left }] : [])),
    );
  }

  resume(states: readonly GrantState[]): void {
    for (const { signer, grant, left } of states) {
      const held = this.#bySigner[signer]?.[grant];
      assert(held !== undefined, "what was suspended had the same grants");
      held.left = left;
      held.used = true;
    }
  }

  /** In the order of signers and of their grants. */
  spent(): SpentGrant[] {
    return this.#bySigner
      .flat()
      .filter((grant) => grant.used)
      .map((grant) => {
        const { signer, capability, fields, left } = grant;
        const { spends } = capability;
        const shown = fields.map((field, at) => (at === spends ? subtract(field as Integer, left!)! : field));
        const json = fieldsToJson(capability.fields, this.#scope, shown);
        assert(json.ok, "what was read can be written");
        return { signer, capability: capability.name, fields: json.value };
      });
  }
}

function covers({ capability, fields, left }: HeldGrant, asked: readonly Value[]): boolean {
  return fields.every((field, at) => {
    if (at !== capability.spends) return compareValues(field, asked[at]!) === 0;
    const amount = asked[at] as Integer;
    // A negative amount would give back what was spent.
    return !isNegative(amount) && compareIntegers(amount, left!) <= 0;
  });
}
