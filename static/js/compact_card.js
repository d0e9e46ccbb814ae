// A node's card when the canvas is zoomed out: name, state, load; drawn in screen pixels.

import { clip, setAttr, setText, svg, use } from "./dom.js";
import { CARD } from "./geometry.js";
import { numbers, t } from "./i18n.js";

const NAME_FONT = "600 12px";

export class CompactCard {
  constructor(node) {
    this.node = node;
    this.width = 0;
    this.bar = 0;
    this.share = null;
    this.icon = use(`i-${node.icon}`, { class: "icon", width: 14, height: 14 });
    this.name = svg("text", { class: "name small-name" });
    this.glyph = use("g-neutral", { class: "glyph", width: 14, height: 14 });
    this.track = svg("rect", { class: "track", height: 4, rx: 2 });
    this.fill = svg("rect", { class: "fill", height: 4, rx: 2 });
    this.util = svg("text", { class: "util small-util" });
    this.why = svg("text", { class: "small-why" });
    this.lead = svg("rect", { class: "lead-edge", x: 0, width: 3, rx: 1.5 });
    this.root = svg("g", { class: "compact" });
    this.root.append(this.icon, this.name, this.glyph, this.track, this.fill, this.util, this.why);
    this.root.append(this.lead);
  }

  /** Take over what the drawing says about the node. */
  update(node) {
    this.node = node;
    this.width = 0;
    setAttr(this.icon, "href", this.icon.getAttribute("href").replace(/#.*/, `#i-${node.icon}`));
  }

  /** Show what was measured; `share` is the utilisation or null. */
  numbers(part, share, down) {
    this.share = share;
    const sent = this.node.kind === "client" ? t("rate", { rate: numbers.short(part.rps) }) : "";
    setText(this.util, share === null ? sent : numbers.percent(share));
    setText(this.why, down ? t("state.down") : "");
    setAttr(this.fill, "width", Math.round(this.bar * (share ?? 0)));
    setAttr(this.track, "visibility", share === null || down ? "hidden" : "visible");
  }

  /** Lay it out for zoom `z`: whatever the zoom, its text has the same size on screen. */
  layout(z) {
    const width = Math.round(CARD.w * z);
    if (width === this.width) return;
    this.width = width;
    const height = CARD.h * z;
    const twoRows = height >= 30;
    const roomy = width >= 76;
    const pad = width < 80 ? 5 : 8;
    const line = twoRows ? height / 2 - 4 : height / 2;
    const left = roomy ? pad + 19 : pad;
    setAttr(this.root, "transform", `scale(${1 / z})`);
    setAttr(this.icon, "visibility", roomy ? "visible" : "hidden");
    move(this.icon, pad, line - 11);
    move(this.name, left, line);
    move(this.glyph, width - pad - 14, line - 11);
    setAttr(this.name, "visibility", width >= 44 ? "visible" : "hidden");
    setAttr(this.lead, "opacity", width >= 44 ? 1 : 0);
    setText(this.name, clip(this.node.name, NAME_FONT, width - pad - 16 - left));
    this.bar = Math.max(width - pad * 2 - 34, 8);
    move(this.track, pad, line + 10);
    move(this.fill, pad, line + 10);
    setAttr(this.track, "width", this.bar);
    setAttr(this.fill, "width", Math.round(this.bar * (this.share ?? 0)));
    move(this.util, width - pad, line + 16);
    move(this.why, pad, line + 16);
    setAttr(this.lead, "y", height * 0.2);
    setAttr(this.lead, "height", height * 0.6);
    for (const part of [this.track, this.fill, this.util, this.why]) {
      part.classList.toggle("cut", !twoRows);
    }
  }
}

function move(element, x, y) {
  setAttr(element, "x", x);
  setAttr(element, "y", y);
}
