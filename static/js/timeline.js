// The timeline: htmx puts the rows in; here they are counted, clicked, announced and marked.

import { byId, setText } from "./dom.js";

const ROWS_MAX = 300;
const SPOKEN = new Set(["down", "saturated", "recovering", "healthy"]);

export class Timeline {
  constructor(list, model, focus, announcer) {
    this.list = list;
    this.model = model;
    this.focus = focus;
    this.announcer = announcer;
    this.known = null;
    this.events = []; // what the rows say, oldest first
    this.version = 0; // counts up when they change
    this.goTo = () => undefined; // what a row's time does
    list.addEventListener("click", (event) => this.click(event));
    new MutationObserver(() => this.changed()).observe(list, { childList: true });
    model.addEventListener("frame", () => this.dim());
    if (list.firstElementChild) this.changed();
  }

  /** Simulated times of the newest incidents, for the charts; newest first. */
  marks() {
    return this.times ?? [];
  }

  changed() {
    const { list } = this;
    while (list.children.length > ROWS_MAX) list.lastElementChild.remove();
    setText(byId("log-count"), String(list.children.length));
    this.events = [...list.children].map(eventOf).sort((a, b) => a.at - b.at);
    this.version += 1;
    this.times = this.events
      .filter((event) => event.severity !== "neutral")
      .slice(-60)
      .map((event) => event.at)
      .reverse();
    const newest = list.firstElementChild;
    const first = this.known === null;
    if (newest && newest.id !== this.known && !first && SPOKEN.has(newest.dataset.severity)) {
      this.announcer.report(newest.querySelector(".what").textContent.trim());
    }
    this.known = newest?.id ?? "";
    this.dim();
  }

  /** Rows of what is still to come are pale. */
  dim() {
    const { frame } = this.model;
    const now = frame?.past ? frame.t + 1e-9 : Infinity;
    const key = `${now} ${this.version}`;
    if (key === this.dimmed) return;
    this.dimmed = key;
    for (const row of this.list.children)
      row.classList.toggle("to-come", Number(row.dataset.at) > now);
  }

  click(event) {
    const row = event.target.closest("[data-at]");
    if (row && event.target.closest(".at")) {
      this.goTo(Number(row.dataset.at));
      return;
    }
    const id = event.target.closest("[data-select]")?.dataset.select;
    if (!id || !this.model.nodes.has(id)) return;
    this.model.select({ nodes: [id] });
    this.focus.node(id);
  }
}

/** A row as an event; `done` says that somebody did it, a person or the script. */
function eventOf(row) {
  return {
    at: Number(row.dataset.at),
    severity: row.dataset.severity,
    node: row.querySelector("[data-select]")?.dataset.select ?? "",
    done: row.id.startsWith("row-e"),
    text: row.querySelector(".what").textContent.trim(),
  };
}
