// Instants and dates as text, by integer arithmetic alone: a host's date functions accept more than
// one spelling and differ between hosts (L33). Time is milliseconds since 1970-01-01 in UTC, Date the
// number of days since then. What has text lies in the years 1970 to 9999; what does not may be
// computed with, but never crosses a border.

import { allDigits } from "./digits.ts";

export const DAY_MS = 86_400_000;
/** The last day that four digits of a year can name. */
const DAY_MAX = 2_932_896;
/** Days of a year before each month, from March: the leap day then comes last. */
const DAYS_BEFORE_MONTH = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337] as const;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAY = 719_468;

export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const leapDaysBefore = (year: number): number =>
  Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);

/** Days since 1970-01-01 of a real date, counted in years that begin in March. */
export function dayOfDate({ year, month, day }: CivilDate): number {
  const fromMarch = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const yearStart = 365 * fromMarch + leapDaysBefore(fromMarch);
  return yearStart + DAYS_BEFORE_MONTH[monthFromMarch]! + day - 1 - EPOCH_DAY;
}

/** Whether a day has a text; so does an instant if its day has. */
export const isNamedDay = (day: number | bigint): day is number => day >= 0 && day <= DAY_MAX;

/** The date of a day that has a text. */
export function dateOfDay(days: number): CivilDate {
  let year = 1970 + Math.floor(days / 366);
  while (dayOfDate({ year: year + 1, month: 1, day: 1 }) <= days) year += 1;
  let month = 1;
  while (month < 12 && dayOfDate({ year, month: month + 1, day: 1 }) <= days) month += 1;
  return { year, month, day: days - dayOfDate({ year, month, day: 1 }) + 1 };
}

function numberAt(text: string, from: number, to: number): number {
  return allDigits(text, from, to) ? Number(text.slice(from, to)) : -1;
}

/** The day of `YYYY-MM-DD`, or undefined. */
export function parseDate(text: string): number | undefined {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return undefined;
  const date = { year: numberAt(text, 0, 4), month: numberAt(text, 5, 7), day: numberAt(text, 8, 10) };
  const { year, month, day } = date;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return dayOfDate(date);
}

/** Milliseconds of the day of `THH:MM:SS.sssZ`, or undefined. */
function parseTimeOfDay(text: string): number | undefined {
  if (text.length !== 14 || text[0] !== "T" || text[3] !== ":" || text[6] !== ":") return undefined;
  if (text[9] !== "." || text[13] !== "Z") return undefined;
  const [hour, minute] = [numberAt(text, 1, 3), numberAt(text, 4, 6)];
  const [second, ms] = [numberAt(text, 7, 9), numberAt(text, 10, 13)];
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0) {
    return undefined;
  }
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** The milliseconds of `YYYY-MM-DDTHH:MM:SS.sssZ`, or undefined. */
export function parseTime(text: string): number | undefined {
  const day = parseDate(text.slice(0, 10));
  const inDay = parseTimeOfDay(text.slice(10));
  return day === undefined || inDay === undefined ? undefined : day * DAY_MS + inDay;
}

const padded = (value: number, count: number): string => String(value).padStart(count, "0");

/** The text that `parseDate` reads; undefined for a day without one. */
export function renderDate(days: number | bigint): string | undefined {
  if (!isNamedDay(days)) return undefined;
  const { year, month, day } = dateOfDay(days);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** The text that `parseTime` reads; undefined for an instant without one. */
export function renderTime(ms: number | bigint): string | undefined {
  if (typeof ms === "bigint") return undefined;
  const date = renderDate(Math.floor(ms / DAY_MS));
  if (date === undefined) return undefined;
  const inDay = ms % DAY_MS;
  const [hour, minute] = [Math.floor(inDay / 3_600_000), Math.floor(inDay / 60_000) % 60];
  const second = Math.floor(inDay / 1000) % 60;
  return `${date}T${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}.${padded(inDay % 1000, 3)}Z`;
}
