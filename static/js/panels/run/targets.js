// Chips of the strip: goodput, and the figures that have targets, with their dialog.

import { url } from "../../page/boot.js";
import { byId, setAttr, setHidden, setText } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";

const SHOWN_MS = 500;

/** A present value as a chip has it: the number, and the unit beside it. */
export function shown(kind, value) {
  if (value === null) return ["-", ""];
  if (kind === "p") return [numbers.ms(value * 1000), "ms"];
  if (kind === "cost") return [`$${numbers.whole(value)}`, t("targets.a_month")];
  const percent = value * 100;
  const places = percent === 0 || percent === 100 ? 0 : 2;
  return [numbers.places(percent, places, places), "%"];
}

export class Targets {
  constructor({ root, dialog, model }) {
    Object.assign(this, { root, dialog, model });
    this.chips = new Map(
      [...root.querySelectorAll("[data-figure]")].map((chip) => [chip.dataset.figure, chip]),
    );
    this.shownAt = -Infinity;
    root.addEventListener("click", (event) => {
      if (event.target.closest(".target")) this.open();
    });
    model.addEventListener("frame", () => this.follow(model.frame));
  }

  /** The dialog in which targets are read and changed. */
  async open() {
    await window.htmx.ajax("GET", url("targets"), { target: this.dialog, source: this.root });
    if (this.dialog.firstElementChild && !this.dialog.open) this.dialog.showModal();
  }

  follow(frame) {
    const now = performance.now();
    if (now - this.shownAt < SHOWN_MS && frame.running) return;
    this.shownAt = now;
    const { offered_rps: offered, completed_rps: completed } = frame.m;
    const share = offered > 0 ? Math.min(1, completed / offered) : null;
    const of = byId("m-of-offered");
    setText(of, share === null ? "" : numbers.share(share));
    setAttr(of, "title", share === null ? "" : t("targets.of", { share: numbers.share(share) }));
    const targets = frame.targets ?? [];
    for (const [kind, ...rest] of targets) {
      const chip = this.chips.get(kind);
      if (chip) this.show(chip, kind, rest);
    }
    this.showOthers(targets.filter(([kind]) => kind === "row"));
  }

  show(chip, kind, [label, target, value, holds]) {
    const [number, unit] = shown(kind, value);
    const name = kind === "p" ? label : t(`targets.${kind}`);
    setText(chip.querySelector(".name"), name);
    setText(chip.querySelector(".wanted"), target);
    setText(chip.querySelector(".value"), number);
    setText(chip.querySelector("small"), value === null ? "" : unit);
    this.mark(chip, holds);
    setText(chip.querySelector(".sr"), holds === null ? "" : t(holds ? "targets.holds" : "targets.missed"));
  }

  mark(chip, holds) {
    chip.classList.toggle("bad", holds === false);
    chip.classList.toggle("good", holds === true);
  }

  /** Targets that have no chip of their own: how many of them hold. */
  showOthers(others) {
    const chip = byId("target-others");
    setHidden(chip, others.length === 0);
    if (!others.length) return;
    const known = others.filter((one) => one[4] !== null);
    const held = known.filter((one) => one[4]).length;
    setText(chip.querySelector(".value"), `${held}/${others.length}`);
    this.mark(chip, known.length ? held === known.length : null);
    setAttr(chip, "title", others.map((one) => one[1]).join("\n"));
  }
}
