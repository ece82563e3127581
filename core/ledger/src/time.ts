// Instants as text, RFC 3339 in UTC with milliseconds, by integer arithmetic alone (C7): a host's
// date functions accept more than one spelling and differ between hosts.

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})Z$/;
const DAY_MS = 86_400_000;
/** The last millisecond that four digits of a year can name. */
const TIME_MS_MAX = 253_402_300_799_999;
/** Days of a year before each month, from March: the leap day then comes last. */
const DAYS_BEFORE_MONTH = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337] as const;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAY = 719_468;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const leapDaysBefore = (year: number): number =>
  Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);

/** Days from 1970-01-01, in years that begin in March. */
function dayNumber(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const yearStart = 365 * fromMarch + leapDaysBefore(fromMarch);
  return yearStart + DAYS_BEFORE_MONTH[monthFromMarch]! + day - 1 - EPOCH_DAY;
}

/** Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.sssZ`, or undefined; years 1970 to 9999. */
export function parseTime(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second, ms] = match.slice(1).map((digits) => Number(digits));
  if (year! < 1970 || month! < 1 || month! > 12 || day! < 1 || day! > daysInMonth(year!, month!)) {
    return undefined;
  }
  if (hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const inDay = ((hour! * 60 + minute!) * 60 + second!) * 1000 + ms!;
  return dayNumber(year!, month!, day!) * DAY_MS + inDay;
}

const digits = (value: number, count: number): string => String(value).padStart(count, "0");

/** The text that `parseTime` reads; for what lies outside its years, the number of milliseconds. */
export function renderTime(ms: number): string {
  if (ms < 0 || ms > TIME_MS_MAX) return `${ms} ms`;
  const days = Math.floor(ms / DAY_MS);
  const inDay = ms % DAY_MS;
  let year = 1970 + Math.floor(days / 366);
  while (dayNumber(year + 1, 1, 1) <= days) year += 1;
  let month = 1;
  while (month < 12 && dayNumber(year, month + 1, 1) <= days) month += 1;
  const day = days - dayNumber(year, month, 1) + 1;
  const [hour, minute] = [Math.floor(inDay / 3_600_000), Math.floor(inDay / 60_000) % 60];
  const second = Math.floor(inDay / 1000) % 60;
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(inDay % 1000, 3)}Z`;
}
