// The drawing as text: the server renders it, this keeps its numbers live and carries actions out.

import { url } from "../../page/boot.js";
import { byId, setHidden, setText } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";

const NUMBERS_MS = 1000;

const CELLS = {
  state: ({ state }) => t(`state.${state}`),
  util: ({ util }) => (util === null ? "-" : numbers.percent(util)),
  rps: ({ rps }) => numbers.rate(rps),
  queue: ({ queue }) => numbers.whole(queue),
  fail: ({ fail }) => numbers.rate(fail),
  crash: ({ fault }) => t(fault && fault !== "boot" ? "text.heal" : "text.crash"),
};
const LINK_CELLS = {
  rate: ({ rate }) => numbers.rate(rate),
  failed: ({ failed }) => numbers.rate(failed),
  cut: ({ fault }) => t(fault ? "text.heal" : "text.cut"),
};

export class TextView {
  constructor({ model, sync, connector, stage, shell }) {
    Object.assign(this, { model, sync, connector, stage, shell });
    this.root = byId("text-view");
    this.shownAt = -Infinity;
    byId("text-open").addEventListener("click", () => this.open());
    this.root.addEventListener("click", (event) => this.click(event.target.closest("[data-text]")));
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.root.addEventListener("change", (event) => this.place(event.target));
    this.root.addEventListener("htmx:after:swap", () => this.numbers(true));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.target.matches("select, input")) return;
      event.stopPropagation();
      this.close();
    });
    model.addEventListener("topology", () => this.refresh());
    model.addEventListener("frame", () => this.numbers());
    new ResizeObserver(() => this.fit()).observe(stage);
  }

  get isOpen() {
    return !this.root.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  async open() {
    this.fit();
    await this.load();
    if (!this.root.firstElementChild) return;
    setHidden(this.root, false);
    this.stage.inert = true;
    this.numbers(true);
    byId("text-title").focus();
  }

  close() {
    setHidden(this.root, true);
    this.stage.inert = false;
    byId("canvas").focus({ preventScroll: true });
  }

  /** Lay the view over the canvas, which keeps its size. */
  fit() {
    this.root.style.top = `${this.stage.offsetTop}px`;
  }

  async load(how = {}) {
    await window.htmx.ajax("GET", url("text"), { target: this.root, source: this.root, ...how });
  }

  refresh() {
    if (!this.isOpen || this.root.contains(document.activeElement?.closest("select, input"))) {
      this.stale = this.isOpen;
      return;
    }
    this.stale = false;
    this.load({ swap: "innerMorph" });
  }

  /** Live numbers, once a second: a table that changes faster cannot be read. */
  numbers(now = false) {
    if (!this.isOpen || (!now && performance.now() - this.shownAt < NUMBERS_MS)) return;
    this.shownAt = performance.now();
    if (this.stale) this.refresh();
    for (const row of this.root.querySelectorAll("[data-node-row]"))
      fill(row, this.model.live.get(row.dataset.nodeRow), CELLS);
    for (const row of this.root.querySelectorAll("[data-link-row]"))
      fill(row, this.model.rates.get(row.dataset.linkRow), LINK_CELLS);
  }

  click(button) {
    if (!button) return;
    const { text, id } = button.dataset;
    const { model, sync } = this;
    if (text === "close") this.close();
    else if (text === "select") model.select({ nodes: [id] });
    else if (text === "select-link") model.select({ link: id });
    else if (text === "fields") this.fields({ nodes: [id] });
    else if (text === "link-fields") this.fields({ link: id });
    else if (text === "crash") sync.toggleCrash([id]);
    else if (text === "cut") sync.toggleCut(id);
    else if (text === "delete") this.remove([id], []);
    else if (text === "delete-link") this.remove([], [id]);
  }

  /** Every other setting is in the inspector, which stands beside this view. */
  fields(selection) {
    this.model.select(selection);
    this.shell.reveal("inspector");
    const panel = byId("inspector");
    if (!panel.inert) panel.focus();
    else panel.addEventListener("htmx:after:swap", () => panel.focus(), { once: true });
  }

  async remove(nodes, links) {
    await this.sync.remove(nodes, links);
    byId("text-title").focus();
  }

  async submit(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const { nodes } = this.model;
    if (event.target.dataset.textForm === "link") {
      const why = this.connector.refusal(given.target, given.source);
      if (why) {
        this.sync.toasts.show(why);
        return;
      }
      const answer = await this.sync.act({ type: "add_link", ...given });
      if (answer.ok) await this.added(answer, { link: answer.ids[0] });
      return;
    }
    const [kind, preset] = given.preset.split(" ");
    const below = Math.max(0, ...[...nodes.values()].map((node) => this.model.drawnAt(node).y));
    const place = { x: 60, y: nodes.size ? below + 140 : 60 };
    const answer = await this.sync.act({ type: "add_node", kind, preset, ...place });
    if (answer.ok) await this.added(answer, { nodes: [answer.ids[0]] });
  }

  async added(answer, selection) {
    await this.sync.refresh();
    this.model.select(selection);
    this.sync.toasts.show(t("text.added"));
  }

  async place(field) {
    const { xy, id } = field.dataset;
    const value = Number(field.value);
    if (!xy || !Number.isFinite(value) || field.value === "") return;
    const row = field.closest("tr");
    const at = (axis) => Number(row.querySelector(`[data-xy="${axis}"]`).value);
    await this.sync.act({ type: "move_node", node: id, x: at("x"), y: at("y") });
    await this.sync.refresh();
  }
}

function fill(row, part, cells) {
  if (!part) return;
  for (const cell of row.querySelectorAll("[data-cell]"))
    setText(cell, cells[cell.dataset.cell](part));
}
