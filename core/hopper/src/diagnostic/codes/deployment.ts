// Codes H10xx: what a node may spend on checking a deployment, and why a ledger refuses one that is sound by itself.

import type { CodeEntry } from "./entry.ts";

export const DEPLOYMENT: readonly CodeEntry[] = [
  {
    code: "H1000",
    title: "a module that takes too much work to check",
    explain:
      "Every node checks what is deployed, with the same bound on the work. Most modules take a small part of it; what takes much is types that have to compute. Split the module, or write types down where they are worked out.",
  },
  {
    code: "H1001",
    title: "types that are nested too deeply",
    explain:
      "While types are worked out, one may lead into another only so many levels deep, because no node may run out of stack. Give parts of the expression names with `let`, or make them functions of their own.",
  },
  {
    code: "H1010",
    title: "a name that no module may have",
    explain:
      "Names that begin with `juno` are the ledger's own and those that begin with `std` the library's; all others have at most nine parts of at most 64 characters each. Give the module another name.",
    wrong: "module juno.bank",
    right: "module acme.bank",
  },
  {
    code: "H1011",
    title: "a deployment without the signatures it needs",
    explain:
      "A new module needs the signatures that the network's operator policy asks for. The next version of a module needs those that the present version names under `upgrade by`. Let more of them sign: `hopper deploy` takes all their key files after `--sign`.",
  },
  {
    code: "H1012",
    title: "an upgrade of a module that is never upgraded",
    explain:
      "A module without `upgrade by` stays as it is for good, and its users rely on that. Deploy the new code under another name, and let people move what they own by actions of both modules. Whoever wants to change a module later says so in its first version.",
    wrong: "module acme.notes",
    right: 'module acme.notes\nimport std.auth {role}\nupgrade by role("operations")',
  },
  {
    code: "H1013",
    title: "an upgrade that does not fit the rows there are",
    explain:
      "Rows that earlier versions wrote must be readable by the new one. A table with rows cannot be left out and its keys keep their form. If the form of its rows changes, declare the old type under another name and say by `migrate` how a new row is made of an old one. A `migrate` whose rows already have the new form would never run, so it is refused as well.",
    wrong: `type Account { owner: Text }
table accounts: Text => Account

migrate accounts(old: Account) { Account { owner: old.owner } }`,
    right: `type Before { owner: Text }
type Account { owner: Text, frozen: Bool }
table accounts: Text => Account

migrate accounts(old: Before) { Account { owner: old.owner, frozen: false } }`,
  },
  {
    code: "H1014",
    title: "an upgrade that changes an asset",
    explain:
      "Coins of an asset may be anywhere, also in rows of other modules, and a coin must mean tomorrow what it means today. So an upgrade keeps each currency and asset with its decimals and its parameters, and leaves none out. What is to be different is an asset of another name.",
  },
  {
    code: "H1015",
    title: "more modules than a ledger holds",
    explain:
      "Every node keeps and compiles all modules that are deployed, so there is a limit on their number and on the bytes of their sources together. Leave out what is not used, or upgrade modules instead of deploying them again under another name.",
  },
  {
    code: "H1016",
    title: "a deployment by a client that may not deploy this module",
    explain:
      "Roles may limit to which modules a client submits, calls and deployments alike. Whoever else has signed, the client that a command is charged to, its first signer, needs a role that names the module. Have another client submit the deployment, or ask the network's administrators for another role.",
  },
];
