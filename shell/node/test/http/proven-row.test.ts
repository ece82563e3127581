// Every part of a proven row, changed, is refused (E43): each number, text and hex digit string, each item
// of each list, each member.

import { parseProvenRow } from "@juno/api";
import { verifyRow } from "@juno/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { ask } from "./asking.ts";
import { createAccount, type PretendNetwork, pretendNetwork } from "./pretend-network.ts";

type Variant = { readonly place: string; readonly value: unknown };

const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);

/** Some digits of a text: all of a short one, the ends and the middle of a long one. */
const placesIn = (text: string): number[] => {
  const all = Array.from(text, (_, at) => at);
  return all.length <= 8 ? all : all.filter((at) => at < 2 || at > text.length - 3 || at % 29 === 0);
};

/** The value with one part changed, in every way that this knows. */
function* variantsOf(value: unknown, place = ""): Generator<Variant> {
  if (typeof value === "number") {
    yield { place, value: value + 1 };
    if (value > 0) yield { place, value: value - 1 };
  } else if (typeof value === "string") {
    for (const at of placesIn(value)) yield { place: `${place}[${at}]`, value: flipped(value, at) };
    yield { place, value: `${value}00` };
    yield { place, value: value.slice(0, -2) };
  } else if (value === null) {
    yield { place, value: "0" };
  } else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      for (const inner of variantsOf(item, `${place}[${at}]`)) {
        yield { place: inner.place, value: value.with(at, inner.value) };
      }
      yield { place: `${place} without ${at}`, value: value.toSpliced(at, 1) };
      yield { place: `${place} twice ${at}`, value: value.toSpliced(at, 0, item) };
    }
  } else {
    const members = value as Readonly<Record<string, unknown>>;
    for (const [name, member] of Object.entries(members)) {
      for (const inner of variantsOf(member, `${place}.${name}`)) {
        yield { place: inner.place, value: { ...members, [name]: inner.value } };
      }
      const { [name]: _, ...rest } = members;
      yield { place: `${place} without ${name}`, value: rest };
    }
    yield { place: `${place} with more`, value: { ...members, more: 1 } };
  }
}

describe("a proven row", () => {
  let under: PretendNetwork;
  const url = "/api/v1/tables/demo.accounts/accounts?proof=1&key=";

  const believed = (json: unknown): boolean => {
    const parsed = parseProvenRow(json);
    return parsed.ok && verifyRow(under, parsed.value).ok;
  };

  beforeAll(async () => {
    under = await pretendNetwork({ genesis: { limits: { checkpointEntries: 4 } } });
    for (const name of ["wjm", "stu", "bank"]) {
      const { json } = under.command(["wjm"], [createAccount(name)]);
      await ask(under, { method: "POST", url: "/api/v1/commands?wait=committed", body: json });
    }
  });

  const accepted = async (key: string): Promise<string[]> => {
    const { json } = await ask(under, { url: url + key });
    expect(believed(json)).toBe(true);
    return [...variantsOf(json)].filter(({ value }) => believed(value)).map(({ place }) => place);
  };

  it("is believed as it is, and in no other way", async () => {
    expect(await accepted("wjm")).toEqual([]);
  });

  it("that is not there is believed so; of others that are not there either the same may show it", async () => {
    const others = (await accepted("nobody")).filter((place) => !/^\.(module|table|key)/.test(place));
    expect(others).toEqual([]);
  });
});
