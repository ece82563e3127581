// A small contract and tests of it, to run commands on.

export const PURSE = `module demo.purse
import std.auth {signed}

currency USD { decimals: 2, mint: self }
resource Purse { owner: Policy, funds: Coin<USD> }
table purses: Text => Purse
error NotSigned { name: Text }
event Emptied { name: Text, amount: Money<USD> }

action open(name: Text, owner: Policy, amount: Money<USD>)
  requires amount >= 0 USD
{
  purses.insert(name, Purse { owner, funds: mint(USD, amount) })
}

action empty(name: Text) {
  let Purse { owner, funds } = purses.take(name)
  require signed(owner) else NotSigned { name }
  emit Emptied { name, amount: funds.amount }
  burn(funds)
}

query inside(name: Text) -> Money<USD> = purses[name].funds.amount
`;

/** Without the last line of `empty`, so that the coin is lost. */
export const LOSING_PURSE = PURSE.replace("  burn(funds)\n", "");

export const GOOD_TEST = `test "holds what was put in" {
  purse.open("ann", signer("ann"), 2.50 USD)
  check(purse.inside("ann") == 2.50 USD)
}
`;

export const testsOf = (...tests: readonly string[]): string =>
  `module demo.purse_tests
import demo.purse {USD, NotSigned}
import std.testing {check, check_fails, signer, signing}

${tests.join("\n")}`;
