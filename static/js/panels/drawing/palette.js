// The list of components: search, and adding by click, by Enter or by dragging onto the canvas.

import { html, setHidden } from "../../page/dom.js";
import { CARD } from "../../canvas/geometry.js";

export class Palette {
  constructor({ root, model, camera, stage, shell, builder, drops }) {
    Object.assign(this, { root, model, camera, stage, shell, builder, drops });
    this.field = root.querySelector("#palette-search");
    this.none = root.querySelector("#palette-none");
    this.swallow = false;
    this.unfolded = new Set();
    for (const more of root.querySelectorAll(".pal-more")) {
      more.firstElementChild.addEventListener("click", () => {
        if (more.open) this.unfolded.delete(more);
        else this.unfolded.add(more);
      });
    }
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget)) this.collapse();
    });
    this.field.addEventListener("input", () => this.filter());
    this.field.addEventListener("keydown", (event) => this.fieldKey(event));
    for (const button of root.querySelectorAll(".pal-item")) {
      button.addEventListener("click", (event) => this.click(event, button));
      button.addEventListener("pointerdown", (event) => this.down(event, button));
      button.addEventListener("keydown", (event) => this.listKey(event, button));
    }
  }

  /** Focus the search field, opening the palette where it is folded away. */
  search() {
    this.root.classList.add("open");
    this.shell.reveal("palette");
    this.field.focus();
    this.field.select();
  }

  /** Show everything again, and fold away where there is little room. */
  collapse() {
    this.root.classList.remove("open");
    this.field.value = "";
    this.filter();
  }

  filter() {
    const wanted = this.field.value.trim().toLowerCase();
    let any = false;
    for (const group of this.root.querySelectorAll(".pal-group")) {
      let shown = false;
      for (const item of group.querySelectorAll("li")) {
        const button = item.firstElementChild;
        const fits = `${button.textContent} ${button.dataset.kind ?? button.dataset.frame}`.toLowerCase().includes(wanted);
        setHidden(item, !fits);
        shown ||= fits;
      }
      setHidden(group, !shown);
      for (const more of group.querySelectorAll(".pal-more")) {
        const fits = more.querySelector("li:not([hidden])") !== null;
        setHidden(more, !fits);
        more.open = fits && (wanted !== "" || this.unfolded.has(more));
      }
      any ||= shown;
    }
    setHidden(this.none, any);
  }

  fieldKey(event) {
    const first = this.root.querySelector("li:not([hidden]) .pal-item");
    if (event.key === "Enter" && first && this.field.value.trim()) this.add(first);
    else if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Escape") {
      this.collapse();
      return;
    } else return;
    event.preventDefault();
  }

  listKey(event, button) {
    const turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    const all = [...this.root.querySelectorAll("li:not([hidden]) .pal-item")].filter(
      (one) => one.offsetParent,
    );
    all[(all.indexOf(button) + turn + all.length) % all.length]?.focus();
  }

  click(event, button) {
    if (this.swallow) {
      event.preventDefault();
      this.swallow = false;
      return;
    }
    this.add(button);
  }

  /**
   * Add what a button stands for at `want` (a point of the world), or in the middle of the view;
   * into the link or beside the node that it was dropped on, or into the selected link.
   */
  async add(button, want = null, target = null) {
    const { dataset } = button;
    if (dataset.frame) {
      this.shell.reveal("canvas");
      this.collapse();
      await this.builder.addGroup(dataset.frame, want && { x: want.x + CARD.w / 2, y: want.y + CARD.h / 2 });
      return;
    }
    const { link } = this.model;
    const into = target?.link ?? (!want && this.builder.fitsLink(link, dataset.kind) ? link : null);
    this.shell.reveal("canvas");
    this.collapse();
    if (into) await this.builder.insert(into, dataset, want);
    else if (target?.node) await this.builder.addLinked(target.node, dataset);
    else await this.builder.add(dataset, want);
  }

  down(event, button) {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY };
    let ghost = null;
    const move = (next) => {
      if (!ghost && Math.hypot(next.clientX - start.x, next.clientY - start.y) < 6) return;
      ghost ??= this.ghost(button);
      ghost.style.translate = `${next.clientX - 80}px ${next.clientY - 22}px`;
      if (button.dataset.kind) this.drops.show(next, button.dataset.kind);
    };
    const end = (last) => {
      button.removeEventListener("pointermove", move);
      button.removeEventListener("pointerup", end);
      button.removeEventListener("pointercancel", end);
      this.drops.clear();
      if (!ghost) return;
      ghost.remove();
      this.swallow = true; // the click that follows a drag
      setTimeout(() => {
        this.swallow = false;
      }, 0);
      if (last.type === "pointerup") this.drop(button, last);
    };
    button.setPointerCapture(event.pointerId);
    button.addEventListener("pointermove", move);
    button.addEventListener("pointerup", end);
    button.addEventListener("pointercancel", end);
  }

  drop(button, event) {
    const over = document.elementFromPoint(event.clientX, event.clientY);
    if (!this.stage.contains(over)) return;
    const world = this.camera.world(event);
    const target = button.dataset.kind ? this.drops.at(event, button.dataset.kind) : null;
    this.add(button, { x: world.x - CARD.w / 2, y: world.y - CARD.h / 2 }, target);
  }

  ghost(button) {
    const ghost = html("div", { class: "ghost-card", "aria-hidden": "true" });
    ghost.append(
      button.querySelector("svg").cloneNode(true),
      html("span", {}, button.textContent.trim()),
    );
    document.body.append(ghost);
    return ghost;
  }
}
