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
    list.addEventListener("click", (event) => this.click(event));
    new MutationObserver(() => this.changed()).observe(list, { childList: true });
    if (list.firstElementChild) this.changed();
  }

  /** Simulated times of the newest incidents, for the charts. */
  marks() {
    return this.times ?? [];
  }

  changed() {
    const { list } = this;
    while (list.children.length > ROWS_MAX) list.lastElementChild.remove();
    setText(byId("log-count"), String(list.children.length));
    this.times = [...list.children]
      .slice(0, 60)
      .filter((row) => row.dataset.severity !== "neutral")
      .map((row) => Number(row.dataset.at));
    const newest = list.firstElementChild;
    const first = this.known === null;
    if (newest && newest.id !== this.known && !first && SPOKEN.has(newest.dataset.severity)) {
      this.announcer.report(newest.querySelector(".what").textContent.trim());
    }
    this.known = newest?.id ?? "";
  }

  click(event) {
    const id = event.target.closest("[data-select]")?.dataset.select;
    if (!id || !this.model.nodes.has(id)) return;
    this.model.select({ nodes: [id] });
    this.focus.node(id);
  }
}
