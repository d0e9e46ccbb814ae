// Commands of key presses, on any keyboard layout. No DOM.

const PLAIN = {
  ".": "step",
  "/": "search",
  "?": "help",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  _: "zoomOut",
  f: "fit",
  g: "nextGroup",
  c: "connect",
  h: "hang",
  k: "crash",
  l: "links",
  m: "move",
  o: "gallery",
  t: "text",
  p: "present",
  n: "addLinked",
};
const CONTROL = { z: "undo", y: "redo", a: "all", d: "duplicate", c: "copy", x: "cut", k: "commands", 0: "zoomActual" };
const CONTROL_SHIFT = { z: "redo", l: "tidy" };
const NAMED = { Delete: "delete", Backspace: "delete", F2: "rename" };
const SHIFTED = { Digit1: "fit", Digit2: "fitSelection" };
const SIGNS = {
  Period: [".", ">"],
  Slash: ["/", "?"],
  Equal: ["=", "+"],
  Minus: ["-", "_"],
  NumpadAdd: ["+", "+"],
  NumpadSubtract: ["-", "-"],
};

/**
 * The command of a key press, or null. A Latin letter or a sign counts as what is printed on the
 * key; where that is nobody's command, or another script is typed (Hangul, Cyrillic), the place of
 * the key on the keyboard (`code`) does.
 */
export function commandOf({ key, code = "", ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey) return null;
  const control = ctrlKey || metaKey;
  if (!control && Object.hasOwn(NAMED, key)) return NAMED[key];
  if (!control && shiftKey && Object.hasOwn(SHIFTED, code)) return SHIFTED[code];
  const commands = control ? (shiftKey ? CONTROL_SHIFT : CONTROL) : PLAIN;
  const meant = [key.toLowerCase(), placed(key, code, shiftKey)];
  const found = meant.find((one) => Object.hasOwn(commands, one));
  return found === undefined ? null : commands[found];
}

/** Character at the place of this key on a keyboard in the Latin script. */
function placed(key, code, shift) {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  const typed = key.length === 1 && key < "\u0080"; // a sign of the layout means itself
  return typed ? undefined : SIGNS[code]?.[shift ? 1 : 0];
}

/** True if a key press is the space bar, whatever is typed with it. */
export const isSpace = ({ key, code }) => key === " " || code === "Space";

const SHOWN = { Delete: "Del" };
const table = (commands, before) =>
  Object.entries(commands).map(([key, command]) => [
    command,
    [...before, SHOWN[key] ?? key.toUpperCase()],
  ]);
const SHORTCUTS = new Map(
  [
    ["fitSelection", ["Shift", "2"]],
    ["paste", ["Ctrl", "V"]], // the browser's own, since only that may read the clipboard unasked
    ...table(PLAIN, []),
    ...table(NAMED, []),
    ...table(CONTROL_SHIFT, ["Ctrl", "Shift"]),
    ...table(CONTROL, ["Ctrl"]),
  ].reverse(),
);

/** The keys to press for a command, as they are written: ["Ctrl", "Z"]; none: []. */
export const shortcut = (command) => SHORTCUTS.get(command) ?? [];
