// The client's own help: what can be typed, each with an example that works.

import { renderTable } from "../terminal/table.ts";

const COMMANDS: readonly (readonly [example: string, meaning: string])[] = [
  ["CreateAccount wjm", "opens an account; its owner's key is made in keys/wjm.json"],
  ["AdjustAccount wjm 100%1", "makes money: signed by operators; 100.00 means the same"],
  ["transfer(wjm->stu, 10%1)", "signed by wjm"],
  ["transfer(stu->bank->wjm, 10%1)", "through bank, all or nothing; signed by stu and bank"],
  ["ObserveAccount wjm", "a balance, agreed by a quorum"],
  ["ObserveAccounts", "all of them"],
  ["call demo.accounts.transfer(wjm, [], stu, 10.00 USD) by wjm", "an action of any module, and who signs"],
  ['query demo.accounts.balance {"name": "wjm"}', "a query of any module; arguments in order or by name"],
  ["modules", "what is deployed; or: modules demo.accounts, what it offers"],
  ["batch test:1000", "a thousand transfers under one signature; prints the rate"],
  ["many test:1000", "a thousand transfers, each a signed command; prints the rate"],
  ["status", "every node: role, term, leader, what is committed and applied"],
  ["receipt", "the last command's outcome and its proof; or: receipt ID"],
  ["quit", "or Ctrl-D"],
];

export const HELP_LINES: readonly string[] = renderTable([{ title: "" }, { title: "" }], COMMANDS);
