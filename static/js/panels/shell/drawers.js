// The drawers that the server fills: opened by their tabs, and fetched again while they are open.

import { url } from "../../page/boot.js";

const COUNT_MS = 2000;

export class Drawers {
  /** `goTo(at)` moves the marker of the run. */
  constructor({ model, shell, focus, goTo }) {
    Object.assign(this, { model, shell, focus, goTo });
    this.loadedAt = 0;
    this.busy = false;
    this.choosing = new Set(); // requests on their way that a person made in a drawer
    this.choices = 0;
    document.addEventListener("htmx:config:request", ({ detail }) => this.choose(detail.ctx));
    document.addEventListener("htmx:finally:request", ({ detail }) => this.choosing.delete(detail.ctx));
    document.addEventListener("htmx:before:swap", (event) => this.refuseStale(event));
    shell.root.addEventListener("tab", () => this.open());
    model.addEventListener("frame", () => this.countNews());
    model.addEventListener("jump", () => this.load(true));
    this.drawers = new Map();
    for (const drawer of shell.root.querySelectorAll("[data-drawer]")) {
      this.drawers.set(drawer.dataset.drawer, drawer);
      drawer.addEventListener("click", (event) => this.click(event));
    }
  }

  /** The open drawer's element, or null. */
  get drawer() {
    const { tab } = this.shell.root.dataset;
    const closed = this.shell.root.classList.contains("closed");
    return closed ? null : (this.drawers.get(tab) ?? null);
  }

  open() {
    if (this.drawer && this.drawer.id !== this.shown) this.load(true);
    this.shown = this.drawer?.id ?? null;
  }

  /** Remember a request that something in a drawer makes, a filter or a row. */
  choose(ctx) {
    if (this.own(ctx) || !ctx.sourceElement.closest("[data-drawer]")) return;
    this.choices += 1;
    this.choosing.add(ctx);
  }

  /** True for a request that `load` makes. */
  own(ctx) {
    return ctx.sourceElement?.dataset.drawer !== undefined;
  }

  /** Drop an answer to what was asked before a person chose something: it has not their choice. */
  refuseStale(event) {
    if (this.own(event.detail.ctx) && this.choices !== this.choicesAtLoad) event.preventDefault();
  }

  /** Count news of the open drawer every now and then; nothing that is read moves. */
  countNews() {
    if (performance.now() - this.loadedAt < COUNT_MS || this.busy || this.choosing.size) return;
    this.load(false);
  }

  /** Fetch the open drawer: as of now with `anew`, else as of the moment that it shows. */
  async load(anew) {
    const { drawer } = this;
    if (!drawer) return;
    this.loadedAt = performance.now();
    this.choicesAtLoad = this.choices;
    this.busy = true;
    const query = {};
    for (const field of drawer.querySelectorAll("[name]"))
      if (field.value !== "" && !field.disabled && !(anew && field.name === "until_ns"))
        query[field.name] = field.value;
    try {
      await window.htmx.ajax("GET", url(drawer.dataset.drawer, query), {
        target: drawer,
        source: drawer,
        swap: "innerMorph",
      });
    } finally {
      this.busy = false;
    }
  }

  click(event) {
    const { at, select } = event.target.closest("[data-at], [data-select]")?.dataset ?? {};
    if (at !== undefined) this.goTo(Number(at));
    else if (select && this.model.nodes.has(select)) {
      this.model.select({ nodes: [select] });
      this.focus.node(select);
    }
  }
}
