// Findings: the list beside the inspector, its badges on the cards, and the button of each.

import { url } from "../../page/boot.js";
import { setHidden, setText, byId } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

export class Findings {
  constructor({ root, model, sync, focus, shell, view }) {
    Object.assign(this, { root, model, sync, focus, shell, view });
    this.tabs = { inspector: byId("side-inspector"), findings: byId("side-findings") };
    this.panels = { inspector: byId("inspector"), findings: root };
    for (const [name, tab] of Object.entries(this.tabs))
      tab.addEventListener("click", () => this.show(name));
    model.addEventListener("frame", () => this.follow());
    model.addEventListener("topology", () => this.named());
    model.addEventListener("selection", () => this.selected());
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("htmx:after:swap", () => this.swapped());
    // Before the canvas takes the pointer for a gesture of its own.
    view.surface.addEventListener("pointerdown", (event) => this.press(event), { capture: true });
  }

  /** Bring one of the two panels forward. */
  show(name) {
    for (const one of Object.keys(this.tabs)) {
      setHidden(this.panels[one], one !== name);
      this.tabs[one].setAttribute("aria-pressed", String(one === name));
    }
  }

  /** A selection is shown in the inspector; that of a finding stays beside its list. */
  selected() {
    const now = this.model.inspected.join(":");
    const another = now !== this.inspected; // a new drawing tells of the same selection again
    this.inspected = now;
    this.named();
    if (another && !this.choosing && now !== "overview:") this.show("inspector");
    this.mark();
  }

  named() {
    const [what, id] = this.model.inspected;
    const link = what === "link" ? this.model.links.get(id) : null;
    const name = (one) => this.model.nodes.get(one)?.name ?? one;
    const words = { node: () => name(id), link: () => `${name(link?.source)} → ${name(link?.target)}` };
    setText(byId("side-name"), words[what]?.() ?? t("this_design"));
  }

  /** Fetch the list again when there is another one. */
  follow() {
    const { change, count, hurt } = this.model.frame.findings ?? {};
    if (change === undefined || change === this.change) return;
    this.change = change;
    const badge = byId("findings-count");
    setText(badge, String(count));
    badge.classList.toggle("down", hurt > 0);
    this.panels.inspector.toggleAttribute("data-findings", count > 0);
    window.htmx.ajax("GET", url("findings"), {
      target: this.root,
      source: this.root,
      swap: "innerMorph",
    });
  }

  swapped() {
    const rows = [...this.root.querySelectorAll(".finding")];
    this.view.setFindings(
      rows.map(({ dataset }, i) => ({
        number: i + 1,
        key: dataset.key,
        look: dataset.look,
        marks: dataset.marks.split(" "),
        badge: dataset.badge,
        reason: dataset.reason,
        title: rows[i].querySelector(".finding-title").textContent,
      })),
    );
    this.mark();
  }

  /** Mark the findings of what is selected. */
  mark() {
    for (const row of this.root.querySelectorAll(".finding")) {
      const [first] = row.dataset.nodes.split(" ");
      row.classList.toggle("sel", this.model.selection.has(first));
    }
  }

  click(event) {
    const row = event.target.closest(".finding");
    const button = event.target.closest("button");
    if (!row || !button) return;
    if (button.dataset.fix) this.sync.mend(button.textContent, JSON.parse(button.dataset.fix));
    else this.choose(row.dataset);
  }

  /** Select what a finding is about, and show it. */
  choose({ nodes, link }) {
    const drawn = nodes.split(" ").filter((id) => this.model.nodes.has(id));
    this.choosing = true;
    if (link) this.model.select({ link });
    else if (drawn.length) {
      this.model.select({ nodes: [...drawn].reverse() });
      this.focus.reveal(drawn[0]);
    }
    this.choosing = false;
  }

  /** A badge was pressed: its finding comes into view. */
  press(event) {
    const key = event.target.closest?.(".finding-badge")?.dataset.finding;
    if (!key) return;
    event.stopPropagation();
    event.preventDefault();
    this.shell.reveal("inspector");
    this.show("findings");
    const row = [...this.root.querySelectorAll(".finding")].find((one) => one.dataset.key === key);
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector(".finding-title").focus();
    if (row) this.choose(row.dataset);
  }
}
