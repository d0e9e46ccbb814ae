// Owners of keys: text fields have all of them, controls that were found by keys the space bar.

const NO_TEXT = new Set(["button", "checkbox", "color", "file", "radio", "range", "reset", "submit"]);
const PRESSED =
  "button, a, summary, label, select, input:not([type='range']), [role='button']";

/** True if `target` takes typed text. */
export function takesText(target) {
  const field = target.closest?.("input, textarea, [contenteditable]");
  return Boolean(field) && !(field.tagName === "INPUT" && NO_TEXT.has(field.type));
}

/** Remembers whether the focus went where it is by the keyboard, or by a mouse or finger. */
export class LastInput {
  constructor() {
    this.byKeys = true;
    this.focusedByKeys = true;
    const options = { capture: true };
    document.addEventListener("pointerdown", (event) => this.pointed(event), options);
    document.addEventListener("keydown", () => this.typed(), options);
    document.addEventListener("focusin", () => this.moved(), options);
  }

  pointed(event) {
    this.byKeys = false;
    if (document.activeElement?.contains(event.target)) this.focusedByKeys = false;
  }

  typed() {
    this.byKeys = true;
  }

  moved() {
    this.focusedByKeys = this.byKeys;
  }

  /** True if the space bar presses `target`: what the keyboard found, but never the transport. */
  pressedBySpace(target) {
    return (
      this.focusedByKeys && Boolean(target.closest?.(PRESSED)) && !target.closest(".transport")
    );
  }
}
