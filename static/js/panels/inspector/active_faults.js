// The list of active faults over the canvas: fetched while it is open, each row with its Heal.

import { url } from "../../page/boot.js";
import { byId } from "../../page/dom.js";

const EVERY_MS = 1000;

export class ActiveFaults {
  constructor({ model, sync }) {
    Object.assign(this, { model, sync });
    this.list = byId("faults-list");
    this.menu = byId("faults-menu");
    this.menu.addEventListener("toggle", ({ newState }) => newState === "open" && this.fetch());
    this.list.addEventListener("click", (event) => this.click(event));
    model.addEventListener("frame", () => this.follow());
  }

  /** While it is open, remaining times go on, and what has ended goes. */
  follow() {
    if (!this.menu.matches(":popover-open")) return;
    const { faults } = this.model.frame;
    if (!faults) this.menu.hidePopover();
    else if (faults !== this.count || performance.now() - this.at > EVERY_MS) this.fetch();
  }

  fetch() {
    this.at = performance.now();
    this.count = this.model.frame?.faults;
    window.htmx.ajax("GET", url("faults"), {
      target: this.list,
      source: this.list,
      swap: "innerMorph",
    });
  }

  async click(event) {
    const { healNode, healLink } = event.target.closest("button")?.dataset ?? {};
    if (healNode) await this.sync.healNodes([healNode]);
    else if (healLink) await this.sync.fault({ type: "heal_link", link: healLink });
    else return;
    this.at = -Infinity;
  }
}
