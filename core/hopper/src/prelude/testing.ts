// std.testing: what tests wrap around commands (L60). A body that fails leaves its signers and
// grants to the machine, which takes them back where the failure is caught.

export const TESTING = `// What tests do that no command can.
module std.testing

// The body's commands, signed by these made-up signers too: \`signing(["ann"], fn() { … })\`. Signer \`n\` satisfies
// \`signer(n)\` and \`role(n)\`.
// example: signing(["ann"], fn() { 1 }) == 1
pub fn signing<a>(names: List<Text>, body: fn() -> a) -> a writes {
  push_signing(names)
  let result = body()
  release()
  result
}

// The body's commands, signed by this made-up signer too, who grants the capability in each.
// example: granting("ann", Draw { amount: 5 }, fn() { 1 }) == 1
pub fn granting<a>(name: Text, what: Capability, body: fn() -> a) -> a writes {
  push_granting(name, what)
  let result = body()
  release()
  result
}

// Ends the test as failed unless the body ends with this error; whatever the body did is undone.
// example: check_fails(OutOfRange, fn() { abort OutOfRange }) == {}
pub fn check_fails(error: ErrorName, body: fn()) writes {
  let found = attempt(body)
  if found != error { raise_check(error, found) }
}
`;
