// A node's card when the canvas is zoomed out: name, state, load; drawn in screen pixels.

import { headlines } from "../../page/boot.js";
import { setAttr, setText, svg, textWidth, use } from "../../page/dom.js";
import { CARD } from "../geometry.js";
import { numbers, t } from "../../page/i18n.js";
import { clipMiddle, twoLines } from "./short_names.js";

const NAME_FONT = "600 12px";
const LINE = 14; // height of a line of the name, in pixels
const LOAD = 20; // height of the row of state and load

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
    const sent = headlines[this.node.kind] === "rate" ? t("rate", { rate: numbers.short(part.rps) }) : "";
    setText(this.util, share === null ? sent : numbers.percent(share));
    setText(this.why, down ? t("state.down") : "");
    setAttr(this.fill, "width", Math.round(this.bar * (share ?? 0)));
    setAttr(this.track, "visibility", share === null || down ? "hidden" : "visible");
  }

  /**
   * Lay it out for zoom `z`: whatever the zoom, its text has the same size on screen. The name has
   * the first rows to itself, on two lines where there is room; state and load stand under it.
   */
  layout(z) {
    const width = Math.round(CARD.w * z);
    if (width === this.width) return;
    this.width = width;
    const height = CARD.h * z;
    const pad = width < 80 ? 5 : 8;
    const lines = height >= 2 * LINE + LOAD - 2 ? twoLines : (...of) => [clipMiddle(...of)];
    const within = (room) => lines(this.node.name, (text) => textWidth(text, NAME_FONT) <= room);
    const cut = (name) => name.some((line) => line.includes("…"));
    // A name that needs the icon's place has it.
    let left = width >= 76 ? pad + 19 : pad;
    let name = within(width - pad - left);
    if (left > pad && cut(name)) [left, name] = [pad, within(width - 2 * pad)];
    const rows = name.length;
    const withLoad = height >= LINE * rows + LOAD - 2;
    const top = (height - LINE * rows - (withLoad ? LOAD : 0)) / 2;
    setAttr(this.root, "transform", `scale(${1 / z})`);
    setAttr(this.icon, "visibility", left > pad ? "visible" : "hidden");
    move(this.icon, pad, top);
    this.write(name, left, top + LINE - 3);
    setAttr(this.name, "visibility", width >= 44 ? "visible" : "hidden");
    setAttr(this.lead, "opacity", width >= 44 ? 1 : 0);
    const line = withLoad ? top + LINE * rows + 11 : height / 2;
    move(this.glyph, withLoad ? pad : width - pad - 14, line - 7);
    setAttr(this.glyph, "visibility", withLoad || width < 44 ? "visible" : "hidden");
    this.bar = Math.max(width - pad * 2 - 18 - 34, 6);
    for (const part of [this.track, this.fill]) move(part, pad + 18, line - 2);
    setAttr(this.track, "width", this.bar);
    setAttr(this.fill, "width", Math.round(this.bar * (this.share ?? 0)));
    move(this.util, width - pad, line + 4);
    move(this.why, pad + 18, line + 4);
    setAttr(this.lead, "y", height * 0.2);
    setAttr(this.lead, "height", height * 0.6);
    for (const part of [this.track, this.fill, this.util, this.why])
      part.classList.toggle("cut", !withLoad);
  }

  /** Write the name's lines from `x`, `y` on. */
  write(lines, x, y) {
    while (this.name.children.length > lines.length) this.name.lastChild.remove();
    while (this.name.children.length < lines.length) this.name.append(svg("tspan"));
    lines.forEach((line, i) => {
      const span = this.name.children[i];
      setText(span, line);
      setAttr(span, "x", x);
      setAttr(span, "y", y + i * LINE);
    });
  }
}

function move(element, x, y) {
  setAttr(element, "x", x);
  setAttr(element, "y", y);
}
