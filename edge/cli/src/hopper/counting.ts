// Numbers with their nouns, as sentences need them.

export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number === 0 ? "no" : grouped(number)} ${number === 1 ? noun : plural}`;

/** 1,234,567 */
export const grouped = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ",");
