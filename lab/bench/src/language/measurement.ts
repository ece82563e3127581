// `npm run bench -- --language`: what code of the language costs, beside the same algorithm on an interpreter of Ethereum's machine, in
// one process and turn by turn.

import { startEthereum, wordsTo } from "./ethereum.ts";
import { BANK, check, command, computing, ITEMS, PAYMENTS, transfer } from "./hopper.ts";
import { measure, type Subject } from "./measure.ts";

const repeated =
  (work: () => unknown) =>
  (times: number): void => {
    for (let i = 0; i < times; i += 1) work();
  };

const repeatedInTurn =
  (work: () => Promise<unknown>) =>
  async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) await work();
  };

export type LanguageRow = {
  readonly name: string;
  readonly microseconds: number;
  /** Of what is measured once; absent where it does not consist of instructions. */
  readonly instructions?: number;
  readonly gas?: number;
  readonly millionInstructionsPerSecond?: number;
  readonly nanosecondsPerGas?: number;
};

type Measured = Subject & { readonly instructions?: number; readonly gas?: number; readonly parts?: number };

async function subjects(): Promise<Measured[]> {
  const { fold, payments } = computing();
  const whole = transfer();
  const ethereum = await startEthereum();
  const words = wordsTo(ITEMS);
  const before = await ethereum.balances();
  await ethereum.transfer();
  const after = await ethereum.balances();
  if (after.alice !== before.alice - 1n || after.bob !== before.bob + 1n)
    throw new Error("the token moved nothing");
  const isSum = (sum: bigint) => sum === (BigInt(ITEMS) * BigInt(ITEMS + 1)) / 2n;
  if (!isSum(await ethereum.sum(words))) throw new Error("Ethereum's sum is wrong");
  return [
    { name: `Hopper: fold of a list, ${ITEMS} items`, run: repeated(fold.run), ...fold.count() },
    {
      name: "Hopper: payment between accounts",
      run: repeated(payments.run),
      ...payments.count(),
      parts: PAYMENTS,
    },
    { name: "Hopper: transfer with rows", run: repeated(whole.run), ...whole.count() },
    { name: "Hopper: transfer as a command", run: repeated(command()) },
    {
      name: `Ethereum: sum of a list, ${ITEMS} items`,
      run: repeatedInTurn(() => ethereum.sum(words)),
      instructions: await ethereum.count(() => ethereum.sum(words)),
    },
    {
      name: "Ethereum: ERC-20 transfer",
      run: repeatedInTurn(ethereum.transfer),
      instructions: await ethereum.count(ethereum.transfer),
    },
    { name: "checking bank.hop", run: repeated(check(BANK)) },
  ];
}

export async function measureLanguage(): Promise<LanguageRow[]> {
  const all = await subjects();
  const timings = await measure(all);
  return all.map(({ name, instructions, gas, parts = 1 }, at) => {
    const { nanoseconds } = timings[at]!;
    return {
      name,
      microseconds: nanoseconds / parts / 1_000,
      ...(instructions === undefined
        ? {}
        : {
            instructions: instructions / parts,
            millionInstructionsPerSecond: (instructions * 1_000) / nanoseconds,
          }),
      ...(gas === undefined ? {} : { gas: gas / parts, nanosecondsPerGas: nanoseconds / gas }),
    };
  });
}
