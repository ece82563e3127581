// Who is behind a command (L43). `signed` counts signers in the module that the command called and nowhere
// else, so that signing an unknown action cannot drain anybody; `allowed` counts signers there too
// (L43), and in every module those whose grants cover what is asked for, which uses these up.

import type { ShapeScope } from "../border/scope.ts";
import type { Meter } from "../effects.ts";
import type { CapabilityCode } from "../module-code.ts";
import { AUTHORITY_GAS } from "../row-gas.ts";
import type { GrantState } from "../state/effects-state.ts";
import type { Construct, Value } from "../value.ts";
import type { Signer } from "../world.ts";
import { GrantBook, type HeldGrant, type SpentGrant, type Undo } from "./grants.ts";
import { type Policy, readPolicy } from "./policy.ts";
import { servingSigners } from "./satisfy.ts";

export type AuthorityParts = {
  readonly signers: readonly Signer[];
  readonly roles: (role: string) => readonly string[];
  readonly now: number;
  /** The module whose action the command called. */
  readonly entry: string;
  readonly capabilities: ReadonlyMap<string, CapabilityCode>;
  readonly scope: ShapeScope;
  readonly undo: Undo;
};

export class Authority {
  readonly now: number;
  readonly #parts: AuthorityParts;
  /** Made when first needed: most commands grant nothing. */
  #grants: GrantBook | undefined;

  constructor(parts: AuthorityParts) {
    this.now = parts.now;
    this.#parts = parts;
  }

  signed(policy: Value, module: string, meter: Meter): boolean {
    if (module !== this.#parts.entry) return false;
    const within = policyWithin(policy, meter);
    const signers = this.#parts.signers.map(({ key }) => key);
    return this.#serving(within, signers, meter) !== undefined;
  }

  allowed(policy: Value, capability: Construct, module: string, meter: Meter): boolean {
    if (module === this.#parts.entry) return this.signed(policy, module, meter);
    const within = policyWithin(policy, meter);
    const spend = (bytes: number) => meter.charge(AUTHORITY_GAS.grantByte * bytes);
    this.#grants ??= new GrantBook({ ...this.#parts, spend });
    const granting: { signer: string; grant: HeldGrant }[] = [];
    for (const [at, { key }] of this.#parts.signers.entries()) {
      const grant = this.#grants.find(at, capability, () => meter.charge(AUTHORITY_GAS.grant));
      if (grant !== undefined) granting.push({ signer: key, grant });
    }
    const serving = this.#serving(
      within,
      granting.map(({ signer }) => signer),
      meter,
    );
    if (serving === undefined) return false;
    for (const place of serving) this.#grants.spend(granting[place]!.grant, capability);
    return true;
  }

  #serving(policy: Policy, signers: readonly string[], meter: Meter): readonly number[] | undefined {
    const { roles, now } = this.#parts;
    const charge = (work: "policyKey" | "roleHolder" | "trial", times: number) =>
      meter.charge(AUTHORITY_GAS[work] * times);
    return servingSigners(policy, { signers, roles, now, charge });
  }

  grantsState(): GrantState[] {
    return this.#grants?.state() ?? [];
  }

  resumeGrants(states: readonly GrantState[]): void {
    if (states.length === 0) return;
    // What was read before the machine was suspended was paid for then.
    this.#grants = new GrantBook({ ...this.#parts, spend: () => undefined });
    this.#grants.resume(states);
  }

  signersLeft(): readonly Signer[] {
    return this.#grants?.left() ?? this.#parts.signers;
  }

  /** L44 */
  grantsSpent(): SpentGrant[] {
    return this.#grants?.spent() ?? [];
  }
}

/** Code can put policies together that break the limits (C6): such a policy is nobody's. */
function policyWithin(value: Value, meter: Meter): Policy {
  const policy = readPolicy(value);
  if (!policy.ok) return meter.fail("PolicyOutOfLimits", { expected: policy.error.expected });
  return policy.value;
}
