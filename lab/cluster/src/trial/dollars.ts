// Amounts of the one currency that trials use, as the API spells them, in minor units.

export function dollars(minor: bigint): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)} USD`;
}

/** Throws if it is no such amount. */
export function amountOf(text: unknown): bigint {
  const match = /^(\d+)\.(\d\d) USD$/.exec(String(text));
  if (match === null) throw new Error(`${String(text)} is no amount`);
  return BigInt(match[1]! + match[2]!);
}
