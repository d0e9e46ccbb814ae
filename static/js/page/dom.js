// Small helpers for building and changing elements. Text only ever goes in as text.

import { iconsUrl } from "./boot.js";

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An SVG element with attributes and children. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** An HTML element with attributes and children (strings become text). */
export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** `<use>` of a symbol of the sprite inside the canvas. */
export const use = (symbol, attributes = {}) =>
  svg("use", { href: `${iconsUrl}#${symbol}`, ...attributes });

/** An icon for HTML. */
export const icon = (name, classes = "") =>
  svg("svg", { class: `i ${classes}`.trim(), "aria-hidden": "true" }, use(`i-${name}`));

/** A status glyph for HTML; its word stands beside it. */
export const glyph = (state) =>
  svg("svg", { class: `g ${state}`, "aria-hidden": "true" }, use(`g-${state}`));

/** Change the text of an element only when it is another one; in place, which costs least. */
export function setText(element, text) {
  const only = element.firstChild;
  if (only?.nodeType === Node.TEXT_NODE && !only.nextSibling) {
    if (only.data !== text) only.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

const kept = new WeakMap(); // element -> what `setAttr` has set on it

/** Set an attribute only when its value is another one; nobody else may set it. */
export function setAttr(element, name, value) {
  let values = kept.get(element);
  if (!values) kept.set(element, (values = {}));
  if (values[name] === value) return;
  values[name] = value;
  element.setAttribute(name, value);
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Enable or disable a button; the focus of one that is disabled goes to `next`. */
export function setDisabled(button, disabled, next) {
  if (button.disabled === disabled) return;
  const focused = document.activeElement === button;
  button.disabled = disabled;
  if (disabled && focused) next?.focus();
}

/** Replace one class out of a family of classes. */
export function swapClass(element, family, name) {
  if (
    element.classList.contains(name) &&
    family.filter((one) => element.classList.contains(one)).length === 1
  )
    return;
  element.classList.remove(...family);
  if (name) element.classList.add(name);
}

let ruler = null;
let rulerFont = "";

/** Width of a text in the page's own font, for example `textWidth("web-1", "600 13px")`. */
export function textWidth(text, font) {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (rulerFont !== font) {
    rulerFont = font;
    ruler.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  }
  return ruler.measureText(text).width;
}

/** `text`, shortened with an ellipsis to fit in `width`. */
export function clip(text, font, width) {
  if (textWidth(text, font) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(`${text.slice(0, middle)}…`, font) <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
