// Steps of a block that turn resources into others: splitting, joining, packing, taking apart, carrying through a fold
// or a branch, handing to a function.

import type { Body } from "./body.ts";
import { indices, letLine, type Making, mayOwe, type Step } from "./making.ts";
import { hasRoom, isRoomy } from "./packing.ts";
import {
  amountOf,
  at,
  coinsIn,
  type Fn,
  fieldsAt,
  isLinear,
  show,
  type Type,
  type Variable,
  within,
} from "./program-type.ts";
import { enclosed, knowing, may, type Scope } from "./scope.ts";

type CoinVariable = Variable & { readonly type: Type & { kind: "coin" } };

export const isCoin = (variable: Variable): variable is CoinVariable => variable.type.kind === "coin";

/** An amount that is often one that the coin has. */
export function partOf(making: Making, coin: CoinVariable, scope: Scope): string {
  const { dice, terms } = making;
  const amount = amountOf(coin.type.asset);
  const some = terms.term(amount, scope, 2);
  const least = amount.kind === "money" ? `(${some}).max(0.00 ${coin.type.asset.name})` : `(${some})`;
  return dice.pick([`${least}.min(${coin.name}.amount)`, `${coin.name}.amount`, some]);
}

/** The step takes a resource apart, without a branch; undefined if it is a coin, or has several forms. */
export function opening(body: Body, making: Making, of: Variable): Step | undefined {
  const { type, name } = of;
  const bind = (types: readonly Type[]): Variable[] =>
    types.map((one) => ({ name: making.dice.fresh("o"), type: one }));
  const into = (pattern: string, bound: readonly Variable[]) => () => {
    body.spend([of]);
    body.say(`let ${pattern} = ${name}`);
    for (const one of bound) body.bind(one);
  };
  if (type.kind === "once")
    return () => letLine(body, making, type.item, { value: `${name}()`, moves: [of] });
  if (type.kind === "tuple") {
    const bound = bind(type.parts);
    return into(`(${bound.map((one) => one.name).join(", ")})`, bound);
  }
  if (type.kind !== "declared") return undefined;
  const { gather, record, constructors } = type.of;
  if (gather !== undefined) {
    const [coin] = coinsIn(type);
    return () => letLine(body, making, coin!, { value: `${gather}(${name})`, moves: [of] });
  }
  if (!record) return undefined;
  const fields = fieldsAt(constructors[0]!.fields, type.index);
  const bound = bind(fields.map((field) => field.type));
  const pattern = fields.map((field, place) => `${field.name}: ${bound[place]!.name}`).join(", ");
  return into(`${type.of.name} { ${pattern} }`, bound);
}

/** The arms of a match on a resource: each owes what its pattern binds. */
export function armsOf(making: Making, of: Variable, body: (bound: readonly Variable[]) => string): string {
  const { type } = of;
  const bind = (types: readonly Type[]): Variable[] =>
    types.map((one) => ({ name: making.dice.fresh("m"), type: one }));
  const arm = (name: string, bound: readonly Variable[]): string => {
    const inside = bound.map((one) => one.name).join(", ");
    return `${bound.length === 0 ? name : `${name}(${inside})`} => ${body(bound)}`;
  };
  const arms: string[] = [];
  if (type.kind === "option") arms.push(arm("None", []), arm("Some", bind([type.item])));
  if (type.kind === "declared") {
    for (const { name, fields } of type.of.constructors) {
      arms.push(arm(name, bind(fieldsAt(fields, type.index).map((field) => field.type))));
    }
  }
  return `match ${of.name} {\n${arms.join("\n")}\n}`;
}

/** A type that has room for all coins in these, and no other. */
function typeOfAll(types: readonly Type[]): Type {
  const coins = new Map(types.flatMap(coinsIn).map((coin) => [show(coin), coin]));
  const parts = [...coins.values()];
  return parts.length === 1 ? parts[0]! : { kind: "tuple", parts };
}

/** Types to pack coins into that may be there. */
export function packable(making: Pick<Making, "dice" | "declared" | "terms">, scope: Scope): Type[] {
  const { assets, resources } = making.declared;
  const every = indices(scope);
  const coins = assets.flatMap((asset): Type[] =>
    asset.indexed ? every.map((index) => ({ kind: "coin", asset, index })) : [{ kind: "coin", asset }],
  );
  const declared = resources.flatMap((of): Type[] =>
    of.indexed ? every.map((index) => ({ kind: "declared", of, index })) : [{ kind: "declared", of }],
  );
  const whole = [...coins, ...declared];
  const types: Type[] = [...whole, { kind: "option", item: making.dice.pick(whole) }];
  types.push({ kind: "tuple", parts: [making.dice.pick(whole), making.terms.someType(1)] });
  types.push({ kind: "tuple", parts: [making.dice.pick(coins), making.dice.pick(coins)] });
  return types.filter((type) => mayOwe(scope, type));
}

function pack(body: Body, making: Making): Step[] {
  const types = packable(making, body.scope);
  if (types.length === 0) return [];
  return [
    () => {
      const type = making.dice.pick(types);
      letLine(body, making, type, packed(body, making, type));
    },
  ];
}

/** Some of the coins that are owed in a value of the type. */
export function packed(body: Body, making: Making, type: Type): { value: string; moves: Variable[] } {
  const moves: Variable[] = [];
  for (const coin of body.owed.filter(isCoin)) {
    if (hasRoom(type, [...moves, coin]) && making.dice.chance(70)) moves.push(coin);
  }
  return { value: making.packing.pack(type, moves, body.scope), moves };
}

function onCoin(body: Body, making: Making, coin: CoinVariable): Step[] {
  const steps: Step[] = [];
  if (may(body.scope, "fails")) {
    steps.push(() => {
      const [a, b] = [making.dice.fresh("c"), making.dice.fresh("c")];
      const amount = partOf(making, coin, body.scope);
      body.spend([coin]);
      body.say(`let (${a}, ${b}) = ${coin.name}.split(${amount})`);
      for (const name of [a, b]) body.bind({ name, type: coin.type });
    });
  }
  const twin = body.owedLike(coin.type).find((other) => other !== coin);
  if (twin !== undefined) {
    const moves = [coin, twin];
    steps.push(() => letLine(body, making, coin.type, { value: `${coin.name}.join(${twin.name})`, moves }));
  }
  return steps;
}

function onAny(body: Body, making: Making, of: Variable, depth: number): Step[] {
  const { dice, terms, block } = making;
  const { type } = of;
  const open = opening(body, making, of);
  const steps: Step[] = open === undefined ? [] : [open, open];
  if (type.kind !== "once") {
    steps.push(() => {
      const name = dice.fresh("f");
      body.spend([of]);
      body.say(`let ${name} = once fn() { ${of.name} }`);
      body.bind({ name, type: { kind: "once", item: type } });
    });
  }
  if (depth <= 0 || type.kind === "once") return steps;
  const room = { room: coinsIn(type) };
  const carry: Step = () => {
    const item = terms.someType(1);
    const items: Type = { kind: "list", item };
    const list = terms.typed(items, terms.term(items, body.scope, 2));
    const [held, x] = [dice.fresh("held"), dice.fresh("x")];
    const inner = { ...knowing(enclosed(body.scope), { name: x, type: item }), ...room };
    const step = block({ type, scope: inner, owed: [{ name: held, type }], depth: depth - 1 });
    const lambda = `fn(${held}: ${show(type)}, ${x}: ${show(item)}) -> ${show(type)} ${step}`;
    letLine(body, making, type, { value: `fold(${list}, ${of.name}, ${lambda})`, moves: [of] });
  };
  if (may(body.scope, "fails") || isRoomy(type)) steps.push(carry);
  if (type.kind === "option" || (type.kind === "declared" && !type.of.record)) {
    const whole = typeOfAll([type]);
    steps.push(() => {
      const scope = { ...body.scope, room: coinsIn(whole) };
      const arms = armsOf(making, of, (bound) => {
        const known = knowing(scope, ...bound.filter((one) => !isLinear(one.type)));
        return block({
          type: whole,
          scope: known,
          owed: bound.filter((one) => isLinear(one.type)),
          depth: depth - 1,
        });
      });
      letLine(body, making, whole, { value: arms, moves: [of] });
    });
  }
  return steps;
}

/** A branch that some of what is owed goes through. */
function branch(body: Body, making: Making, depth: number): Step[] {
  if (depth <= 0 || body.owed.length === 0) return [];
  return [
    () => {
      const moves = body.owed.filter(() => making.dice.chance(60));
      const owed = moves.length === 0 ? body.owed.slice(0, 1) : moves;
      const type = typeOfAll(owed.map((one) => one.type));
      const scope = { ...body.scope, room: coinsIn(type) };
      const condition = making.terms.condition(body.scope);
      const part = (): string => making.block({ type, scope, owed, depth: depth - 1 });
      letLine(body, making, type, { value: `if ${condition} ${part()} else ${part()}`, moves: owed });
    },
  ];
}

function callOf(body: Body, making: Making, fn: Fn): Step | undefined {
  const { scope } = body;
  const index = making.dice.pick(indices(scope));
  const result = at(fn.result, index);
  const linear = fn.params.some(({ type }) => isLinear(type)) || isLinear(result);
  if (!linear || !within(fn.effect, scope.effect) || !mayOwe(scope, result)) return undefined;
  const params = fn.params.map(({ type }) => at(type, index));
  if (params.some((type) => !mayOwe(scope, type))) return undefined;
  return () => {
    const moves: Variable[] = [];
    const args = params.map((type, place) => {
      if (fn.params[place]!.name === "id") return index;
      const given = body.owed.filter(isCoin).find((coin) => !moves.includes(coin) && hasRoom(type, [coin]));
      if (given !== undefined) moves.push(given);
      return making.packing.pack(type, given === undefined ? [] : [given], scope);
    });
    letLine(body, making, result, { value: `${fn.name}(${args.join(", ")})`, moves });
  };
}

export function resourceSteps(body: Body, making: Making, depth: number): Step[] {
  const { dice, terms, declared } = making;
  const steps: Step[] = [
    () => {
      const type = terms.someType(2);
      letLine(body, making, type, { value: terms.term(type, body.scope), moves: [] });
    },
    ...pack(body, making),
    ...branch(body, making, depth),
    ...declared.fns.flatMap((fn) => callOf(body, making, fn) ?? []),
  ];
  if (body.owed.length === 0) return steps;
  const one = dice.pick(body.owed);
  if (isCoin(one)) steps.push(...onCoin(body, making, one), ...onCoin(body, making, one));
  steps.push(...onAny(body, making, one, depth));
  return steps;
}
