// The yardstick: an interpreter of Ethereum's machine in JavaScript, with its state in memory. It runs the transfer of an ERC-20
// token as compilers write it (selector, balances in slots that are hashed, checked arithmetic, the event), and the sum of a list.

import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { createEVM, type EVM } from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { Account, type Address, createAddressFromString, hexToBytes } from "@ethereumjs/util";
import { assemble } from "./assembler.ts";

/** First bytes of the Keccak-256 of `transfer(address,uint256)`, and all of that of `Transfer(address,address,uint256)`. */
const SELECTOR = "0xa9059cbb";
const TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/** The balance's slot of the address on the stack: keccak256(address . slot 0 of the mapping). */
const BALANCE_SLOT = "PUSH 0, MSTORE, PUSH 0, PUSH 0x20, MSTORE, PUSH 0x40, PUSH 0, KECCAK256";

const TOKEN = `
  PUSH 4, CALLDATASIZE, LT, PUSH @refuse, JUMPI
  PUSH 0, CALLDATALOAD, PUSH 0xe0, SHR, DUP1, PUSH ${SELECTOR}, EQ, PUSH @transfer, JUMPI
  refuse:
    PUSH 0, PUSH 0, REVERT
  transfer:
    POP, PUSH 0x44, CALLDATASIZE, LT, PUSH @refuse, JUMPI
    PUSH 0x24, CALLDATALOAD                  // amount
    PUSH 4, CALLDATALOAD                     // to, amount
    DUP1, PUSH 0xa0, SHR, PUSH @refuse, JUMPI
    DUP1, ISZERO, PUSH @refuse, JUMPI
    CALLER, ${BALANCE_SLOT}
    DUP1, SLOAD                              // balance, slot, to, amount
    DUP4, DUP2, LT, PUSH @refuse, JUMPI
    DUP4, SWAP1, SUB, SWAP1, SSTORE          // to, amount
    DUP1, ${BALANCE_SLOT}
    DUP1, SLOAD, DUP1, DUP5, ADD             // sum, balance, slot, to, amount
    SWAP1, DUP2, LT, PUSH @refuse, JUMPI     // sum, slot, to, amount
    SWAP1, SSTORE                            // to, amount
    SWAP1, PUSH 0, MSTORE
    CALLER, PUSH ${TOPIC}, PUSH 0x20, PUSH 0, LOG3
    PUSH 1, PUSH 0, MSTORE, PUSH 0x20, PUSH 0, RETURN
`;

/** The sum of the words it is called with. */
const SUM = `
  PUSH 0, PUSH 0                             // place, sum
  next:
    CALLDATASIZE, DUP2, LT, ISZERO, PUSH @done, JUMPI
    DUP1, CALLDATALOAD, DUP3, ADD, SWAP2, POP
    PUSH 0x20, ADD, PUSH @next, JUMP
  done:
    POP, PUSH 0, MSTORE, PUSH 0x20, PUSH 0, RETURN
`;

const RETURN_TOP = "PUSH 0, MSTORE, PUSH 0x20, PUSH 0, RETURN";

const addressOf = (byte: string): Address => createAddressFromString(`0x${byte.repeat(20)}`);
const ALICE = addressOf("aa");
const BOB = addressOf("bb");
const TOKEN_AT = addressOf("11");
const SUM_AT = addressOf("22");
const BALANCE = 1_000_000_000n;
const GAS_LIMIT = 1_000_000_000n;

const wordOf = (value: bigint): Uint8Array => hexToBytes(`0x${value.toString(16).padStart(64, "0")}`);
const numberOf = (word: Uint8Array): bigint => BigInt(`0x${Buffer.from(word).toString("hex")}`);
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const TRANSFER = joined([hexToBytes(SELECTOR), wordOf(BigInt(BOB.toString())), wordOf(1n)]);

/** Alice calls. */
async function call(evm: EVM, to: Address, data: Uint8Array): Promise<Uint8Array> {
  const { execResult } = await evm.runCall({ caller: ALICE, to, data, gasLimit: GAS_LIMIT, gasPrice: 0n });
  if (execResult.exceptionError !== undefined) throw new Error(execResult.exceptionError.error);
  return execResult.returnValue;
}

export type Ethereum = {
  /** One unit from Alice to Bob. */
  transfer(): Promise<void>;
  sum(words: Uint8Array): Promise<bigint>;
  /** What both have, so that a transfer that did nothing is noticed. */
  balances(): Promise<{ readonly alice: bigint; readonly bob: bigint }>;
  /** Instructions that `work` took. */
  count(work: () => Promise<unknown>): Promise<number>;
};

/** The numbers from 1 to `items` as words. */
export const wordsTo = (items: number): Uint8Array =>
  joined(Array.from({ length: items }, (_, at) => wordOf(BigInt(at + 1))));

export async function startEthereum(): Promise<Ethereum> {
  const common = new Common({ chain: Mainnet, hardfork: Hardfork.Shanghai });
  const state = new SimpleStateManager({ common });
  const evm = await createEVM({ common, stateManager: state });
  for (const address of [ALICE, TOKEN_AT, SUM_AT]) await state.putAccount(address, new Account());
  await state.putCode(TOKEN_AT, assemble(TOKEN));
  await state.putCode(SUM_AT, assemble(SUM));
  const slotOf = async (caller: Address) => {
    const code = assemble(`CALLER, ${BALANCE_SLOT}, ${RETURN_TOP}`);
    return (await evm.runCode({ code, caller, gasLimit: GAS_LIMIT })).returnValue;
  };
  const [alice, bob] = [await slotOf(ALICE), await slotOf(BOB)];
  for (const slot of [alice, bob]) await state.putStorage(TOKEN_AT, slot, wordOf(BALANCE));
  const balanceAt = async (slot: Uint8Array) => numberOf(await state.getStorage(TOKEN_AT, slot));
  return {
    transfer: async () => {
      const done = await call(evm, TOKEN_AT, TRANSFER);
      if (done.at(-1) !== 1) throw new Error("the token's transfer does not say that it was done");
    },
    sum: async (words) => numberOf(await call(evm, SUM_AT, words)),
    balances: async () => ({ alice: await balanceAt(alice), bob: await balanceAt(bob) }),
    count: async (work) => {
      let steps = 0;
      const step = () => {
        steps += 1;
      };
      evm.events.on("step", step);
      await work();
      evm.events.off("step", step);
      return steps;
    },
  };
}
