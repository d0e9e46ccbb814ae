import assert from "node:assert/strict";
import test from "node:test";

import { commandOf, isSpace, shortcut } from "../../../static/js/input/keys.js";

const press = (key, code, more = {}) =>
  commandOf({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
const control = { ctrlKey: true };

test("a command knows its keys, as they are written", () => {
  assert.deepEqual(shortcut("undo"), ["Ctrl", "Z"]);
  assert.deepEqual(shortcut("crash"), ["K"]);
  assert.deepEqual(shortcut("delete"), ["Del"]);
  assert.deepEqual(shortcut("zoomIn"), ["+"]);
  assert.deepEqual(shortcut("nothing"), []);
});

test("letters and signs of a Latin keyboard mean what is printed on them", () => {
  assert.equal(press("k", "KeyK"), "crash");
  assert.equal(press("K", "KeyK", { shiftKey: true }), "crash");
  assert.equal(press(".", "Period"), "step");
  assert.equal(press("?", "Slash", { shiftKey: true }), "help");
  assert.equal(press("z", "KeyZ", control), "undo");
  assert.equal(press("Z", "KeyZ", { ...control, shiftKey: true }), "redo");
  assert.equal(press("z", "KeyZ", { metaKey: true }), "undo");
  assert.equal(press("Backspace", "Backspace"), "delete");
});

test("a key of another script means the character at its place", () => {
  for (const [key, code, command] of [
    ["ㅏ", "KeyK", "crash"],
    ["Process", "KeyK", "crash"],
    ["л", "KeyK", "crash"],
    ["с", "KeyC", "connect"],
    ["ю", "Period", "step"],
    ["Process", "Period", "step"],
  ])
    assert.equal(press(key, code), command, key);
  assert.equal(press("я", "KeyZ", control), "undo");
  assert.equal(press("ㅋ", "KeyZ", control), "undo");
  assert.equal(press("Я", "KeyZ", { ...control, shiftKey: true }), "redo");
});

test("zooms are known by their place, with Shift, or by their digit, with Control", () => {
  assert.equal(press("!", "Digit1", { shiftKey: true }), "fit");
  assert.equal(press("@", "Digit2", { shiftKey: true }), "fitSelection");
  assert.equal(press("0", "Digit0", control), "zoomActual");
  assert.equal(press("k", "KeyK", control), "commands");
  assert.equal(press("F2", "F2"), "rename");
});

test("keys on Dvorak and German mean the printed letter first, else their place", () => {
  assert.equal(press("k", "KeyV"), "crash");
  assert.equal(press("r", "KeyO"), "gallery");
  assert.equal(press("t", "KeyK"), "text");
  assert.equal(press(";", "KeyZ", control), "undo");
  assert.equal(press("z", "Slash", control), "undo");
  assert.equal(press("z", "KeyY", control), "undo");
  assert.equal(press("y", "KeyZ", control), "redo");
  assert.equal(press("w", "Comma"), null);
  assert.equal(press("-", "Slash"), "zoomOut"); // German: the sign, not its place
});

test("keys that mean nothing, or belong to the system, are left alone", () => {
  assert.equal(press("k", "KeyK", { altKey: true }), null);
  assert.equal(press("j", "KeyJ", control), null);
  assert.equal(press("constructor", ""), null);
  assert.equal(press("Delete", "Delete", control), null);
  assert.equal(press("Tab", "Tab"), null);
});

test("the space bar is known by its place, whatever is typed with it", () => {
  assert.ok(isSpace({ key: " ", code: "Space" }));
  assert.ok(isSpace({ key: "Process", code: "Space" }));
  assert.ok(!isSpace({ key: "Enter", code: "Enter" }));
});
