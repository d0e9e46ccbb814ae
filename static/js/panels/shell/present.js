// Presenting: the panels go, and the drawing has the room; figures and transport stay.

import { byId, setHidden } from "../../page/dom.js";

export class Present {
  /** `fit()` shows the whole drawing in the room that there is now. */
  constructor({ fit }) {
    this.fit = fit;
    this.root = byId("shell");
    byId("present").addEventListener("click", () => this.toggle());
    byId("leave").addEventListener("click", () => this.turn(false));
    // Whatever else Escape ends comes first.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !this.isOn) return;
      if (!document.querySelector("dialog[open], [popover]:popover-open")) this.turn(false);
    });
  }

  get isOn() {
    return this.root.classList.contains("presenting");
  }

  toggle() {
    this.turn(!this.isOn);
  }

  turn(on) {
    this.root.classList.toggle("presenting", on);
    byId("present").setAttribute("aria-pressed", String(on));
    setHidden(byId("leave"), !on);
    byId("canvas").focus({ preventScroll: true });
    this.fit();
  }
}
