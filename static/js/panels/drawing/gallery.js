// The gallery of scenarios: its contents come from the server, when it is opened first.

import { language, session } from "../../page/boot.js";
import { byId, glyph, html, setHidden } from "../../page/dom.js";
import { t } from "../../page/i18n.js";
import { browserStorage, Recent, Tried } from "../../page/recent.js";
import { entry } from "./drawing.js";

export class Gallery {
  constructor() {
    this.dialog = byId("gallery");
    this.recent = new Recent(browserStorage());
    this.tried = new Tried(browserStorage());
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-gallery]")) this.open();
    });
    this.dialog.addEventListener("click", (event) => this.click(event));
    this.dialog.addEventListener("dblclick", (event) => {
      if (event.target.closest("label.gallery-card")) this.start();
    });
    this.dialog.addEventListener("submit", (event) => this.submit(event));
    this.dialog.addEventListener("htmx:after:swap", () => this.tick());
  }

  async open() {
    if (document.querySelector("dialog[open]")) return;
    byId("drawing-menu").hidePopover();
    if (!this.dialog.firstElementChild) {
      const address = `/gallery?lang=${language}`;
      await window.htmx.ajax("GET", address, { target: this.dialog, source: this.dialog });
    }
    if (!this.dialog.firstElementChild || this.dialog.open) return;
    this.list();
    this.tick();
    this.dialog.showModal();
  }

  /** The drawings that this browser had open. */
  list() {
    const others = this.recent.all.filter((one) => one.id !== session);
    setHidden(byId("gallery-recent"), !others.length);
    byId("gallery-recent-list").replaceChildren(...others.slice(0, 6).map(entry));
  }

  /** Mark the cards of scenarios that were started here before. */
  tick() {
    for (const name of this.tried.all) {
      const radio = this.dialog.querySelector(`input[name=scenario][value="${CSS.escape(name)}"]`);
      const card = radio?.closest(".gallery-card");
      if (!card || card.querySelector(".gallery-tried")) continue;
      card.append(html("span", { class: "gallery-tried" }, glyph("healthy"), t("gallery.tried")));
    }
  }

  click(event) {
    const { target } = event;
    if (target === this.dialog || target.closest("[data-close]")) this.dialog.close();
    const chapter = target.closest("[data-chapter]")?.dataset.chapter;
    const heading = chapter && byId(`chapter-${chapter}`);
    if (heading) {
      heading.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    }
    if (target.closest("[data-open-file]")) {
      this.dialog.close();
      byId("file-panel")?.click();
      if (!byId("file-panel")) byId("file-menu").click();
    }
  }

  /** Enter in the search field opens nothing that was not chosen: it looks for the words. */
  submit(event) {
    if (document.activeElement?.id === "gallery-search") event.preventDefault();
    else this.remember();
  }

  remember() {
    const chosen = this.dialog.querySelector("input[name=scenario]:checked");
    if (chosen) this.tried.add(chosen.value);
  }

  start() {
    const chosen = this.dialog.querySelector("input[name=scenario]:checked");
    if (!chosen) return;
    const form = byId("gallery-form");
    this.remember();
    form.action = `/scenarios/${chosen.value}?lang=${language}`;
    form.submit();
  }
}
