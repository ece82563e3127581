// How branches are called, from a source as people write it, and a message as they read it (L63).

import { expect, it } from "vitest";
import { brief, lookUp, ref } from "../../test/terms.ts";
import type { Range } from "../diagnostic/source.ts";
import type { Term, TermBody } from "./term.ts";
import { checkUsage } from "./usage.ts";
import { branchLabel } from "./usage-branches.ts";
import { quote } from "./usage-report.ts";

const SOURCE = {
  name: "loan.hop",
  text: `fn close(pledge: Coin<GOLD>, paid: Nat) writes {
  if paid == total {
    emit Closed { paid }
  } else {
    loans.put("a", pledge)
  }
  match shown { Some(x) => {}, None => {} }
}
`,
};

/** Where `text` stands, and all up to `end` if that is given. */
function at(text: string, end = ""): Range {
  const start = SOURCE.text.indexOf(text);
  return { start, end: SOURCE.text.indexOf(end, start + text.length) + end.length };
}

const term = (range: Range, body: TermBody): Term => ({ range, ...body });
const unit = (range: Range): Term => term(range, { kind: "tuple", parts: [] });

const condition = unit(at("paid == total"));
const then = unit(at("{\n    emit", "}\n  }"));
const put = term(at("loans.put", ")"), {
  kind: "table",
  operation: "put",
  table: ref("loans"),
  args: [term(at("pledge)"), { kind: "local", id: 0 })],
});
const branching = { range: at("if", "pledge)\n  }"), kind: "if", condition, then, else: put } as const;

it("tells a branch from the other as the source does", () => {
  const pledge = { id: 0, name: "pledge", range: at("pledge") };
  const otherwise = { ...put, range: at("{\n    loans", "}") };
  const found = checkUsage(
    {
      binders: [{ variable: pledge, quantity: "1", type: condition }],
      body: { ...branching, else: otherwise },
    },
    { source: SOURCE, quantityOf: () => "ω", renderType: () => "Coin<GOLD>", lookUp },
  );
  expect(found.flatMap(brief)).toEqual([
    "H0201 line 2: `pledge` (Coin<GOLD>) is handed over in one branch but kept in the other",
    "line 2: `if paid == total`: not used, so it would be lost",
    "line 5: `else`: moved into `loans.put`",
    "help: use `pledge` up in each branch, or end the branch that keeps it with `abort`",
  ]);
});

it("knows an `else` that is not written, and arms by their patterns", () => {
  const missing = { ...branching, else: unit(branching.range) };
  expect(branchLabel(SOURCE, missing, 1)).toEqual({ label: "without an `else`", range: condition.range });
  const pattern = { range: at("Some(x)"), kind: "wildcard", quantity: "ω" } as const;
  const arms = [{ range: pattern.range, pattern, body: condition }];
  const match = { range: at("match"), kind: "match", scrutinee: condition, arms } as const;
  expect(branchLabel(SOURCE, match, 0)).toEqual({ label: "`Some(x) =>`", range: pattern.range });
});

it("quotes one line, and not too much of it", () => {
  expect(quote(SOURCE, at("emit", "}"))).toBe("emit Closed { paid }");
  expect(quote(SOURCE, at("emit", "else"))).toBe("emit Closed { paid }…");
  expect(quote(SOURCE, at("fn close", "writes"))).toBe("fn close(pledge: Coin<GOLD>, paid: Nat)…");
});
