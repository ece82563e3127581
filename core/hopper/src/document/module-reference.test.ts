// A module's documentation: heads and comments, no bodies, nothing private.

import { expect, it } from "vitest";
import { moduleReference } from "./module-reference.ts";

it("tells what others can use, in chapters, with the comments above", () => {
  const text = `// Notes for a test.
// In two lines.
module demo.notes

table notes: Text => Text

// keeps a note
action keep(name: Text, note: Text)
  requires note.length() > 0
{
  notes.put(name, trimmed(note))
}

pub fn twice(note: Text) -> Text = note ++ note
fn trimmed(note: Text) -> Text = note

test "a note is kept" {}
`;
  expect(moduleReference({ name: "notes.hop", text })).toBe(`# demo.notes

Notes for a test.
In two lines.

## Actions

\`\`\`hopper
action keep(name: Text, note: Text)
  requires note.length() > 0
\`\`\`

keeps a note

## Functions for other modules

\`\`\`hopper
pub fn twice(note: Text) -> Text
\`\`\`

## Tables

\`\`\`hopper
table notes: Text => Text
\`\`\`

## What its tests hold it to

- a note is kept
`);
});

it("has something to say of a source that is malformed, too", () => {
  expect(moduleReference({ name: "x.hop", text: "fn (" })).toBe("# x.hop\n");
});
