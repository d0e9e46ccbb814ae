// Fields of the inspector: sliders move the number beside them, places are picked, and what is
// unfolded stays so when the panel is changed from the server.

import { byId } from "../../page/dom.js";

export class Fields {
  constructor(root) {
    this.root = root;
    this.typed = new Map(); // field of what is inspected -> number as it was typed
    this.unfolded = new Map(); // id of a <details> -> open or not, by a person's choice
    root.addEventListener("input", (event) => this.slide(event.target), true);
    root.addEventListener("change", (event) => this.keep(event.target), true);
    root.addEventListener("click", (event) => this.pick(event.target.closest("[data-pick]")));
    root.addEventListener("toggle", ({ target }) => this.unfolded.set(target.id, target.open), true);
    root.addEventListener("htmx:after:swap", () => this.restore());
  }

  /** The number and its slider say the same. */
  slide(field) {
    if (field.dataset.slides) {
      byId(field.dataset.slides).value = field.value;
      field.setAttribute("aria-valuetext", field.value);
    } else {
      const slider = field.id && byId(`${field.id}-slide`);
      if (slider) slider.value = field.value;
    }
  }

  /** Put what was picked into its field, as if it had been typed. */
  pick(button) {
    if (!button) return;
    const field = byId(button.dataset.pick);
    if (field.value === button.dataset.value) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The words for a field of what is inspected now. */
  key(field) {
    const { inspects, id } = this.root.querySelector("[data-inspects]")?.dataset ?? {};
    return `${inspects}:${id}:${field.name}`;
  }

  /** Remember a number as it was typed: the server writes it in its own way. */
  keep(field) {
    if (field.matches?.("input[data-step]")) this.typed.set(this.key(field), field.value.trim());
  }

  /** Write numbers as they were typed while they are those that the server has. */
  write() {
    for (const field of this.root.querySelectorAll("input[data-step]")) {
      const text = this.typed.get(this.key(field));
      if (text === undefined || text === field.value || field === document.activeElement) continue;
      if (sameNumber(text, field.value)) field.value = text;
      else if (!field.hasAttribute("aria-invalid")) this.typed.delete(this.key(field));
    }
  }

  /** A number and its slider agree with the one of them that is being turned or typed. */
  agree() {
    const { activeElement: field } = document;
    if (field?.matches("input[data-step], input[data-slides]") && this.root.contains(field)) this.slide(field);
  }

  /** Fold as before; a field with something wrong in it is never folded away. */
  restore() {
    this.write();
    this.agree();
    for (const details of this.root.querySelectorAll("details[id]")) {
      const before = this.unfolded.get(details.id);
      if (before !== undefined && details.open !== before) details.open = before;
      if (details.querySelector("[aria-invalid]")) details.open = true;
    }
  }
}

/** True if two texts are the same number, whatever separates their thousands. */
export function sameNumber(a, b) {
  const [one, other] = [a, b].map((text) => (text.trim() ? Number(text.replaceAll(",", "")) : NaN));
  return one === other;
}
