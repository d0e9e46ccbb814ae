// Texts in the page's language, with {placeholders} filled in.

import { language, strings } from "./boot.js";
import { Numbers } from "./format.js";

export const numbers = new Numbers(language);

/** The text `js.<key>`; a missing one shows its key, so that it is noticed. */
export function t(key, values = {}) {
  const text = strings[`js.${key}`];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? String(values[name]) : whole,
  );
}

/** Like `t`, or "" when there is no such text. */
export const maybe = (key) => strings[`js.${key}`] ?? "";
