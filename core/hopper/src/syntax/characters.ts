// Classes of characters, by UTF-16 unit. Names are ASCII: two names that look alike are the same name.

export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

export const isNameStart = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f;

export const isNamePart = (unit: number): boolean => isNameStart(unit) || isDigit(unit);

/** Characters that draw nothing or turn the direction of what follows: a reader would be deceived. */
export function isDeceptive(unit: number): boolean {
  if (unit < 0x20) return unit !== 0x09 && unit !== 0x0a;
  if (unit < 0x7f) return false;
  return (
    unit <= 0x9f ||
    unit === 0xad ||
    unit === 0x061c ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x2028 && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) ||
    unit === 0xfeff
  );
}

/** `U+202E`, for characters that cannot be shown. */
export const codePointName = (point: number): string =>
  `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
