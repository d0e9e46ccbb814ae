// The timeline: htmx puts the rows in; here they are counted, clicked, announced and marked.

import { me, url } from "../../page/boot.js";
import { byId, setHidden, setText } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const ROWS_MAX = 300;
const SPOKEN = new Set(["down", "saturated", "recovering", "healthy"]);

export class Timeline {
  constructor({ list, model, focus, announcer, toasts }) {
    Object.assign(this, { list, model, focus, announcer, toasts });
    this.known = null;
    this.events = []; // what the rows say, oldest first
    this.undone = new Set(); // rows of this person's steps that were taken back
    this.version = 0; // counts up when they change
    this.goTo = () => undefined; // what a row's time does
    list.addEventListener("click", (event) => this.click(event));
    byId("log-severity").addEventListener("change", ({ target }) => {
      list.dataset.only = target.value;
      this.count();
    });
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
    this.count();
    this.events = [...list.children].map(eventOf).sort((a, b) => a.at - b.at);
    this.version += 1;
    this.times = this.events
      .filter((event) => event.severity !== "neutral")
      .slice(-60)
      .map((event) => event.at)
      .reverse();
    this.sign();
    this.order();
    const newest = list.firstElementChild;
    const first = this.known === null;
    const announced = this.announceUndone(first);
    const spoken = !announced && !first && newest && newest.id !== this.known;
    if (spoken && SPOKEN.has(newest.dataset.severity)) {
      this.announcer.report(newest.querySelector(".what").textContent.trim());
    }
    this.known = newest?.id ?? "";
    this.dim();
  }

  /** Count the rows of the severity that is wanted. */
  count() {
    const { only } = this.list.dataset;
    const rows = [...this.list.children];
    const shown = rows.filter((row) => !only || only === "all" || row.dataset.severity === only);
    setText(byId("log-count"), String(shown.length));
  }

  /** Say "you" where this person did it. */
  sign() {
    for (const name of this.list.querySelectorAll(`[data-author="${me}"]:not([data-me])`)) {
      name.dataset.me = "";
      setText(name, t("you"));
    }
  }

  /** A turn of the dial is told when it is over: it goes to its time among the other rows. */
  order() {
    const rows = [...this.list.children];
    const misplaced = (row, i) => i + 1 < rows.length && at(row) < at(rows[i + 1]);
    if (!rows.some(misplaced)) return;
    this.list.append(...rows.sort((a, b) => at(b) - at(a)));
  }

  /** Say when somebody else took back something that this person did; answers whether one did. */
  announceUndone(silently) {
    let announced = false;
    for (const row of this.list.querySelectorAll(`[data-undone-author="${me}"]`)) {
      const author = row.querySelector("[data-author]");
      const known = this.undone.has(row.id);
      this.undone.add(row.id);
      if (known || silently || author.dataset.author === me) continue;
      const text = t("toast.undone_by", { who: author.textContent, what: row.dataset.undone });
      this.toasts.show(text);
      this.announcer.say(text);
      announced = true;
    }
    return announced;
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

  /** A row goes to its time and selects what it is about; its arrow tells what is behind it. */
  click(event) {
    const { more, go } = event.target.closest("button")?.dataset ?? {};
    if (go) this.goTo(Number(go));
    if (more) this.expand(event.target.closest("button"), more);
    const row = event.target.closest("[data-at]");
    if (!row || !event.target.closest(".at, .log-row")) return;
    const id = event.target.closest("[data-select]")?.dataset.select;
    if (id && this.model.nodes.has(id)) {
      this.model.select({ nodes: [id] });
      this.focus.node(id);
    }
    this.goTo(at(row));
  }

  /** Show or hide what led to a row and what followed; it is asked for each time. */
  expand(button, id) {
    const open = button.getAttribute("aria-expanded") !== "true";
    const place = byId(`more-${id}`);
    button.setAttribute("aria-expanded", String(open));
    setHidden(place, !open);
    if (open)
      window.htmx.ajax("GET", url(`timeline/${id}`), { target: place, source: place, swap: "innerMorph" });
  }
}

const at = (row) => Number(row.dataset.at);

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
