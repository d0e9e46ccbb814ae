// The drawing as a whole: its name, which can be changed where it stands, and the way to others.

import { session, url } from "../../page/boot.js";
import { byId, html, setHidden, setText } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";
import { browserStorage, Recent } from "../../page/recent.js";

const KEEP_MS = 1500;
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

export class Drawing {
  constructor({ model, toasts }) {
    Object.assign(this, { model, toasts });
    this.title = byId("title");
    this.menu = byId("drawing-menu");
    this.recent = new Recent(browserStorage());
    this.title.addEventListener("keydown", (event) => this.key(event));
    this.title.addEventListener("change", () => this.rename());
    this.title.addEventListener("blur", () => this.show());
    this.menu.addEventListener("toggle", () => this.list());
    document.addEventListener("htmx:after:swap", (event) => reset(event.detail.ctx));
    model.addEventListener("topology", () => this.changed());
  }

  /** The drawing is another one now: show its name, and keep it when it rests. */
  changed() {
    this.show();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), KEEP_MS);
  }

  show() {
    const { name } = this.model;
    if (document.activeElement !== this.title) this.title.value = name;
    setText(byId("heading"), name);
    document.title = `${name} - Loadground`;
  }

  key(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.title.value = this.model.name;
    this.title.blur();
    byId("canvas").focus({ preventScroll: true });
  }

  async rename() {
    const name = this.title.value.trim();
    if (!name || name === this.model.name) return;
    const before = this.model.name;
    this.model.name = name; // what the server makes of it comes with the drawing
    const why = await this.send(name);
    if (why) {
      this.model.name = before;
      this.toasts.show(why);
    }
    this.show();
  }

  /** Answers why the server did not take the name, or "". */
  async send(name) {
    try {
      const body = new URLSearchParams({ name });
      const answer = await fetch(url("name"), { method: "POST", body });
      return answer.ok ? "" : t("toast.refused", { why: answer.status });
    } catch {
      return t("toast.offline");
    }
  }

  /** Keep the drawing in this browser. */
  async keep() {
    const kept = { id: session, name: this.model.name, at: Date.now() };
    this.recent.keep(kept);
    try {
      const answer = await fetch(url("document"));
      if (answer.ok) this.recent.keep({ ...kept, document: await answer.text() });
    } catch {
      // The next change of the drawing tries again.
    }
  }

  /** The other drawings that this browser had open. */
  list() {
    const others = this.recent.all.filter((one) => one.id !== session);
    setHidden(byId("recent"), !others.length);
    byId("recent-list").replaceChildren(...others.map(entry));
  }
}

/** A row of a list of drawings that this browser had open. */
export function entry({ id, name, at }) {
  const link = html("a", { href: `/s/${id}` }, html("b", {}, name), html("span", {}, ago(at)));
  return html("li", {}, link);
}

/** Age of a time (ms since 1970), in the words of the page's language. */
function ago(at) {
  const since = Date.now() - at;
  const [unit, ms] = UNITS.find(([, one]) => since >= one) ?? ["minute", Infinity];
  return numbers.ago(-Math.floor(since / ms), unit);
}

/** A file that was refused may be chosen again. */
function reset(ctx) {
  if (ctx.sourceElement?.matches?.(".import")) ctx.sourceElement.reset();
}
