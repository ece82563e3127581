// `--language`: by which version of the language sources are checked (C34). Networks go over to a later one when they decide to,
// so what is to be deployed may have to do without what the latest has.

import { LANGUAGE_VERSION } from "@juno/hopper";
import type { Command } from "commander";
import { wholeNumber } from "../option-value.ts";

export type LanguageOption = { readonly language?: number };

export const withLanguage = <C extends Command>(command: C): Command =>
  command.option(
    "--language <n>",
    `check as this version of the language does, 1 to ${LANGUAGE_VERSION} (default: ${LANGUAGE_VERSION})`,
    wholeNumber({ min: 1, max: LANGUAGE_VERSION }),
  );

/** For the compiler. */
export const languageOf = ({ language }: LanguageOption): LanguageOption =>
  language === undefined ? {} : { language };
