// The inspector's panel of a group: the machine's load and its members' states, kept live.

import { setText } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";
import { machineNow } from "../../canvas/groups/machine_load.js";

const EVERY_MS = 500;

export class GroupPanel {
  constructor(root, model) {
    Object.assign(this, { root, model });
    this.at = -Infinity;
    model.addEventListener("frame", () => {
      if (performance.now() - this.at >= EVERY_MS) this.live();
    });
    root.addEventListener("htmx:after:swap", () => this.live());
  }

  live() {
    this.at = performance.now();
    const head = this.root.querySelector('[data-inspects="group"]');
    if (!head || !this.model.frame) return;
    const util = this.root.querySelector('[data-live="group_util"]');
    const machine = util && machineNow(this.model, this.model.groupOf(head.dataset.id));
    if (util) {
      const share = machine?.util ?? null;
      setText(util, share === null ? "-" : numbers.whole(Math.round(share * 100)));
    }
    for (const place of this.root.querySelectorAll("[data-member-state]")) {
      const part = this.model.live.get(place.dataset.memberState);
      setText(place, part ? t(`state.${part.state}`) : "");
    }
  }
}
