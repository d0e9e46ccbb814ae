// A menu at a point of the screen: arrows go round, Enter chooses, Escape gives the focus back.

import { html, icon } from "../../page/dom.js";

export class Menu {
  constructor(place) {
    this.root = html("div", { class: "popup", role: "menu", popover: "manual", tabindex: "-1" });
    place.append(this.root);
    this.root.addEventListener("keydown", (event) => this.key(event));
    // By hand, since a menu that opens as a button is let go would be dismissed by that.
    const leave = (event) => {
      if (this.isOpen && !this.root.contains(event.target)) this.close();
    };
    document.addEventListener("pointerdown", leave, { capture: true });
    document.addEventListener("wheel", leave, { capture: true, passive: true });
    window.addEventListener("blur", () => this.close());
  }

  /**
   * Show `entries` ({label, keys, icon, run}, or null for a line) at a point of the window.
   * `back` gets the focus again when nothing was chosen.
   */
  open({ x, y }, label, entries, back = document.activeElement) {
    this.back = back;
    this.root.replaceChildren(...entries.map((entry) => this.item(entry)));
    this.root.setAttribute("aria-label", label);
    this.root.showPopover();
    const { offsetWidth: w, offsetHeight: h } = this.root;
    const { innerWidth, innerHeight } = window;
    this.root.style.left = `${Math.max(8, Math.min(x, innerWidth - w - 8))}px`;
    this.root.style.top = `${Math.max(8, Math.min(y, innerHeight - h - 8))}px`;
    this.items[0]?.focus();
  }

  item(entry) {
    if (entry === null) return html("div", { class: "popup-line", role: "separator" });
    const button = html("button", { type: "button", role: "menuitem", tabindex: "-1" });
    button.append(
      entry.icon ? icon(entry.icon, "s14") : html("span", { class: "no-icon" }),
      html("span", { class: "nm" }, entry.label),
    );
    if (entry.keys?.length)
      button.append(html("span", { class: "kbd", "aria-hidden": "true" }, entry.keys.join(" ")));
    if (entry.keys?.length) button.setAttribute("aria-keyshortcuts", entry.keys.join("+"));
    button.addEventListener("click", () => this.choose(entry));
    return button;
  }

  get items() {
    return [...this.root.querySelectorAll("button")];
  }

  get isOpen() {
    return this.root.matches(":popover-open");
  }

  choose(entry) {
    this.close();
    entry.run();
  }

  /** Hide the menu; its focus goes back to where it came from. */
  close() {
    if (!this.isOpen) return;
    const focused = this.root.contains(document.activeElement);
    this.root.hidePopover();
    if (focused) this.back?.focus?.({ preventScroll: true });
  }

  key(event) {
    event.stopPropagation();
    const { items } = this;
    const at = items.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (to !== undefined) items[to]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      const typed = event.key.toLowerCase();
      const next = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      next.find((one) => one.textContent.trim().toLowerCase().startsWith(typed))?.focus();
    } else return;
    event.preventDefault();
  }
}
