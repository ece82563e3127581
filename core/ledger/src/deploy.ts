// Deploying modules (C19): all that an action brings, or none. Each node checks the sources itself (L21), with all deployed
// modules that depend on them, for what their checks cost. A source that is refused is an action that failed.

import { compareText, type JsonObject, jsonObject, utf8Length } from "@juno/base";
import {
  AUTHORITY_GAS,
  type Entry,
  type Meter,
  type MigrationCode,
  moduleName,
  parse,
  ROW_GAS,
} from "@juno/hopper";
import { policyKeys, satisfies } from "@juno/proof";
import { Abort } from "./contract-error.ts";
import { DEPLOYMENT_CODE, refusal, refusalOf } from "./deploy-refusal.ts";
import { type DeployedModule, deployedModule, moduleRow, SYSTEM } from "./deployed-module.ts";
import { type Done, effectsOf, ownStep, perform, type Session } from "./execution.ts";
import { GAS } from "./gas.ts";
import { badModuleName } from "./genesis-modules.ts";
import { maySubmit } from "./governance/access.ts";
import { activationIn, versionsAt } from "./governance/activation-state.ts";
import { accessOfKey } from "./governance/client-state.ts";
import { operatorPolicy } from "./governance/switches.ts";
import { keptState } from "./kept-state.ts";
import { migrate } from "./migrate.ts";
import { MODULES_MAX, programOf, type ResolvedModule, resolveModule } from "./module-compiler.ts";
import { ModuleRegistry } from "./module-registry.ts";
import type { Overlay } from "./overlay.ts";
import type { Deploy } from "./payload-parts.ts";

/** C14: bytes of sources that a ledger has deployed. */
export const SOURCE_BYTES_IN_ALL_MAX = 1_048_576;

class Deployment {
  readonly #session: Session;
  readonly #rows: Overlay;
  readonly #registry: ModuleRegistry;
  /** What is deployed now, by name. */
  readonly #before: ReadonlyMap<string, DeployedModule>;
  /** What would be. */
  readonly #after: Map<string, DeployedModule>;
  readonly #resolved = new Map<string, ResolvedModule>();

  constructor(session: Session, rows: Overlay) {
    this.#session = session;
    this.#rows = rows;
    this.#registry = new ModuleRegistry(session.context, rows);
    this.#before = new Map(this.#registry.all().map((module) => [module.name, module]));
    const bytes = bytesOf(this.#before.values());
    this.#charge(ROW_GAS.read * this.#before.size + Math.floor(bytes / ROW_GAS.readBytesPerGas));
    this.#after = new Map(this.#before);
  }

  #charge(gas: number): void {
    this.#session.gas.charge("deployment", gas);
  }

  run({ sources, init }: Deploy): Done[] {
    const brought = this.#bring(sources);
    this.#demandPermitted(brought);
    for (const module of brought) this.#authorise(module);
    this.#checkSize();
    const order = this.#affectedInOrder(brought);
    for (const module of order) this.#check(module, brought.includes(module));
    const kept = order.map(({ name }) => ({ name, migrations: this.#keepState(name) }));
    for (const module of brought) this.#write(module);
    for (const { name, migrations } of kept) this.#migrate(name, migrations);
    const beginning = order.filter(({ name }) => !this.#before.has(name) && this.#initOf(name) !== undefined);
    for (const name of init.keys()) {
      // Whoever gives arguments believes that they mean something.
      if (!beginning.some((module) => module.name === name)) throw unusedInit(name);
    }
    return beginning.map(({ name }) => this.#begin(name, init.get(name) ?? new Map()));
  }

  /** The modules of the sources, as they would be deployed. */
  #bring(sources: readonly string[]): DeployedModule[] {
    const { context, index } = this.#session;
    const names = namesIn(sources);
    // C34
    const { language } = versionsAt(activationIn(this.#rows), index);
    return names.map((name, at) => {
      const version = (this.#before.get(name)?.version ?? 0) + 1;
      const parts = { name, version, source: sources[at]!, at: index, language };
      const module = deployedModule(context.sha256, parts);
      this.#after.set(name, module);
      return module;
    });
  }

  /** C30: a role may say which modules its clients submit to. */
  #demandPermitted(brought: readonly DeployedModule[]): void {
    const { context, signers } = this.#session;
    const access = accessOfKey(context, this.#rows, signers[0]!.key);
    const other = brought.find(({ name }) => !maySubmit(access, name));
    if (other === undefined) return;
    const message = "the roles of the client that submits this do not let it deploy this module";
    throw refusal({ module: other.name, code: DEPLOYMENT_CODE.notPermitted, message });
  }

  /** C19: the operators let new modules in; who may put another version in a module's place, the module says. */
  #authorise({ name }: DeployedModule): void {
    const { context, signers } = this.#session;
    const deployed = this.#before.get(name);
    if (deployed === undefined) {
      const operator = operatorPolicy(context, this.#rows);
      this.#charge(AUTHORITY_GAS.policyKey * policyKeys(operator).length);
      if (satisfies(operator, new Set(signers.map(({ key }) => key)))) return;
      const message = "a new module needs the signatures of the network's operators";
      throw refusal({ module: name, code: DEPLOYMENT_CODE.unauthorised, message });
    }
    const resolved = this.#registry.resolve(deployed);
    const { upgrade } = resolved.compiled.code;
    if (upgrade === undefined) {
      const message = `version ${deployed.version} of \`${name}\` says that it is never upgraded`;
      throw refusal({ module: name, code: DEPLOYMENT_CODE.never, message });
    }
    if (this.#holds(resolved, upgrade)) return;
    const message = `the signers do not satisfy what version ${deployed.version} of \`${name}\` says under \`upgrade by\``;
    throw refusal({ module: name, code: DEPLOYMENT_CODE.unauthorised, message });
  }

  #holds(module: ResolvedModule, policy: string): boolean {
    const { context, gas } = this.#session;
    const { name } = module.module;
    const meter: Meter = {
      charge: (amount) => gas.charge("deployment", amount),
      fail: (error, fields) => {
        throw new Abort({ name: error, fields: jsonObject({ ...fields }) });
      },
    };
    const value = programOf(module).policyOf({ module: name, name: policy }, meter, context.sha256);
    return effectsOf(this.#session, this.#rows, module).signed(value, name, meter);
  }

  #checkSize(): void {
    const modules = [...this.#after.values()];
    const bytes = bytesOf(modules);
    if (modules.length <= MODULES_MAX && bytes <= SOURCE_BYTES_IN_ALL_MAX) return;
    const most = `${MODULES_MAX} modules with ${SOURCE_BYTES_IN_ALL_MAX} bytes of source`;
    const message = `a ledger has at most ${most}; with this there would be ${modules.length} with ${bytes}`;
    throw refusal({ module: modules.at(-1)!.name, code: DEPLOYMENT_CODE.tooMuch, message });
  }

  /** What is brought, and all that imports it, directly or not; imported modules first. */
  #affectedInOrder(brought: readonly DeployedModule[]): DeployedModule[] {
    const affected = new Set(brought.map(({ name }) => name));
    const importers = importersOf(this.#after);
    const waiting = [...affected];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      for (const importer of importers.get(name) ?? []) {
        if (!affected.has(importer)) waiting.push(importer);
        affected.add(importer);
      }
    }
    const modules = [...affected].sort(compareText).map((name) => this.#after.get(name)!);
    return inOrder(modules);
  }

  #resolve(module: DeployedModule): ResolvedModule | undefined {
    const resolved = this.#resolved.get(module.name) ?? this.#registry.find(module.name);
    if (resolved === undefined) return undefined;
    return "compiled" in resolved ? resolved : this.#registry.resolve(resolved);
  }

  /** L21: checks one module against what it would import. What is brought is paid for by its bytes already. */
  #check(module: DeployedModule, isBrought: boolean): void {
    const { context, gas } = this.#session;
    if (!isBrought) this.#charge(GAS.sourceByte * utf8Length(module.source));
    const imported = module.imports.flatMap((name) => {
      const known = this.#after.get(name);
      return known === undefined ? [] : (this.#resolve(known) ?? []);
    });
    const fuel = Math.floor(gas.left / GAS.checkerUnit);
    const result = resolveModule(context.sha256, module, { imported, fuel });
    // With less fuel the answer may be another one: who cannot pay for all of it gets none.
    this.#charge(result.work >= fuel ? gas.left + 1 : GAS.checkerUnit * result.work);
    if (!("compiled" in result)) throw refusalOf(result.diagnostics);
    this.#resolved.set(module.name, result);
  }

  /** L45: the migrations that are to run. */
  #keepState(name: string): readonly MigrationCode[] {
    const deployed = this.#before.get(name);
    if (deployed === undefined) return [];
    const before = this.#registry.resolve(deployed).compiled.code;
    const versions = { name, old: before, new: this.#resolved.get(name)!.compiled.code };
    const kept = keptState(versions, this.#rows);
    if (!kept.ok) throw kept.error;
    return kept.value;
  }

  #migrate(name: string, migrations: readonly MigrationCode[]): void {
    if (migrations.length > 0) migrate(this.#session, this.#rows, this.#resolved.get(name)!, migrations);
  }

  #write(module: DeployedModule): void {
    const { name, version, hash } = module;
    this.#session.context.trace?.(ownStep(this.#session, { kind: "module", module: name, version, hash }));
    const row = moduleRow(module);
    this.#charge(ROW_GAS.write + ROW_GAS.writeByte * row.length);
    this.#rows.write({ module: SYSTEM.module, table: SYSTEM.modules, key: module.name }, row);
  }

  /** `init` runs once, at the first deployment (L2). */
  #begin(name: string, args: JsonObject): Done {
    const module = this.#resolved.get(name)!;
    this.#session.context.trace?.(ownStep(this.#session, { kind: "init", module: name }));
    return perform(this.#session, this.#rows, { module, entry: this.#initOf(name)!, args });
  }

  #initOf(name: string): Entry | undefined {
    return this.#resolved.get(name)!.compiled.code.init;
  }
}

/** Names of the modules that import each. */
function importersOf(modules: ReadonlyMap<string, DeployedModule>): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const { name, imports } of modules.values()) {
    for (const imported of imports) importers.set(imported, [...(importers.get(imported) ?? []), name]);
  }
  return importers;
}

/** Imported modules first. */
function inOrder(modules: readonly DeployedModule[]): DeployedModule[] {
  const order: DeployedModule[] = [];
  const placed = new Set<string>();
  const among = new Set(modules.map(({ name }) => name));
  let waiting = modules;
  while (waiting.length > 0) {
    const isReady = ({ imports }: DeployedModule) =>
      imports.every((name) => placed.has(name) || !among.has(name));
    const ready = waiting.filter(isReady);
    if (ready.length === 0) throw circle(waiting);
    for (const module of ready) placed.add(module.name);
    order.push(...ready);
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return order;
}

/** L3 */
function circle(modules: readonly DeployedModule[]): Abort {
  const names = modules.map(({ name }) => `\`${name}\``).join(", ");
  const message = `these modules import each other in a circle, or what is in one: ${names}`;
  return refusal({ module: modules[0]!.name, code: DEPLOYMENT_CODE.circle, message });
}

/** Each source's module, all of them different; of a source that does not even parse, nothing else is worth saying. */
function namesIn(sources: readonly string[]): string[] {
  const names: string[] = [];
  for (const [at, text] of sources.entries()) {
    const { module, diagnostics } = parse({ name: `modules[${at}]`, text });
    if (diagnostics.length > 0) throw refusalOf(diagnostics);
    const name = moduleName(module);
    const refused = (code: string, message: string) =>
      refusal({ module: name ?? `modules[${at}]`, code, message });
    if (name === undefined) {
      throw refused(DEPLOYMENT_CODE.nameless, "this source does not say which module it is");
    }
    const fault = badModuleName(name);
    if (fault !== undefined) throw refused(DEPLOYMENT_CODE.name, fault);
    if (names.includes(name))
      throw refused(DEPLOYMENT_CODE.twice, `two sources are of the module \`${name}\``);
    names.push(name);
  }
  return names;
}

function bytesOf(modules: Iterable<DeployedModule>): number {
  let bytes = 0;
  for (const { source } of modules) bytes += utf8Length(source);
  return bytes;
}

const unusedInit = (module: string): Abort =>
  new Abort({ name: "UnknownArgument", fields: { argument: `init.${module}` } });

export function deploy(session: Session, rows: Overlay, action: Deploy): Done {
  session.gas.charge("deployment", GAS.sourceByte * action.sourceBytes);
  const parts = new Deployment(session, rows).run(action);
  return {
    events: parts.flatMap(({ events }) => events),
    supplies: parts.flatMap(({ supplies }) => supplies),
    grants: parts.flatMap(({ grants }) => grants),
  };
}
