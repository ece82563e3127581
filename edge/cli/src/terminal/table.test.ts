// Tables and cut lines: colours take no room, and nothing that others named can move the cursor.

import { styleText } from "node:util";
import { expect, it } from "vitest";
import type { Paint } from "./paint.ts";
import { safeLines, safeText } from "./safe-text.ts";
import { cutLine, renderTable } from "./table.ts";

const paint: Paint = (colour, text) => styleText(colour, text, { validateStream: false });

it("is as wide as its widest cells, numbers to the right", () => {
  const columns = [{ title: "account" }, { title: "amount", align: "right" }] as const;
  const rows = [
    ["wjm", "100.00 USD"],
    ["stu", "0.00 USD"],
  ];
  expect(renderTable(columns, rows)).toEqual([
    "account      amount",
    "wjm      100.00 USD",
    "stu        0.00 USD",
  ]);
});

it("has no line of titles where there are none, and stands on short rows", () => {
  expect(renderTable([{ title: "" }, { title: "" }], [["a", "b"], ["c"]])).toEqual(["a  b", "c"]);
});

it("gives colours no room", () => {
  const [line] = renderTable(
    [{ title: "" }, { title: "" }],
    [
      [paint("red", "a"), "b"],
      ["cc", "d"],
    ],
  );
  expect(line).toBe(`${paint("red", "a")}   b`);
});

it("cuts what shows, not the colours", () => {
  expect(cutLine("abcdef", 4)).toBe("abcd");
  expect(cutLine("abcd", 4)).toBe("abcd");
  expect(cutLine(`ab${paint("red", "cdef")}`, 4)).toBe(`ab${paint("red", "cd")}`);
});

it("shows control characters as replacement characters", () => {
  expect(safeText("a\u001b[2Jb\u202ec\n")).toBe("a\ufffd[2Jb\ufffdc\ufffd");
  expect(safeLines("a\u001b\nb\r")).toEqual(["a\ufffd", "b\ufffd"]);
});
