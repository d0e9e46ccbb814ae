// Texts and numbers in the page's language.

import { language, strings } from "./boot.js";
import { Numbers } from "./format.js";
import { Messages } from "./messages.js";

export const numbers = new Numbers(language);
const messages = new Messages(strings, language, numbers);

/** The text `js.<key>` with its values; see `Messages.say`. */
export const t = (key, values) => messages.say(key, values);

/** Like `t`, or "" when there is no such text. */
export const maybe = (key) => (strings[`js.${key}`] === undefined ? "" : t(key));
