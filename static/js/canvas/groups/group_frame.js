// The frame of a group on the canvas: outline, head with name and figures, corners to pull at.

import { clip, setAttr, setText, svg, swapClass, textWidth, use } from "../../page/dom.js";
import { t } from "../../page/i18n.js";
import { HEAD } from "./group_outlines.js";

const NAME_FONT = "600 11px";
const FIGURES_FONT = "11px";
const CORNERS = ["nw", "ne", "sw", "se"];
const ICONS = { machine: "machine", zone: "zone", region: "region", network: "lock", virtual_ip: "lb" };
const BAR = 48;
const BASE = 15; // of the text, below the upper edge
const STATES = ["healthy", "busy", "saturated", "down"];

export class GroupFrame {
  constructor(key) {
    this.key = key;
    this.box = svg("rect", { class: "hull-box", rx: 12 });
    this.edge = svg("rect", { class: "hull-edge", rx: 12 });
    this.head = svg("rect", { class: "hull-head", height: HEAD + 2, rx: 8 });
    this.icon = svg("g", { class: "hull-icon", transform: "translate(8 4)" });
    this.name = svg("text", { class: "hull-name" });
    this.glyph = use("g-healthy", { class: "hull-glyph", y: 5, width: 12, height: 12 });
    this.track = svg("rect", { class: "hull-track", x: 18, y: 8.5, width: BAR, height: 5, rx: 2.5 });
    this.fill = svg("rect", { class: "hull-fill", x: 18, y: 8.5, width: 0, height: 5, rx: 2.5 });
    this.load = svg("g", { class: "hull-load" }, this.glyph, this.track, this.fill);
    this.figures = svg("text", { class: "hull-figures" });
    this.corners = CORNERS.map((corner) =>
      svg(
        "g",
        { class: `hull-corner ${corner}`, "data-corner": corner },
        svg("circle", { class: "hull-corner-hit", r: 14 }),
        svg("rect", { class: "hull-corner-mark", x: -4, y: -4, width: 8, height: 8, rx: 2 }),
      ),
    );
    this.sign = svg("g", {}, this.icon, this.name, this.load, this.figures);
    this.root = svg("g", { role: "group", tabindex: -1, "data-group": key });
    this.root.append(this.box, this.edge, this.head, this.sign, ...this.corners);
    this.scale = 1;
    this.part = null;
  }

  /** Show one outline of a group: {sort, name, x, y, w, h}, called `label`. */
  place({ sort, x, y, w, h }, label, members) {
    this.at = { x, y, w, h };
    this.label = label;
    this.members = members;
    if (this.sort !== sort) {
      this.sort = sort;
      this.icon.replaceChildren(use(`i-${ICONS[sort]}`, { width: 14, height: 14 }));
    }
    for (const rect of [this.box, this.edge])
      for (const [key, value] of Object.entries({ x, y, width: w, height: h })) setAttr(rect, key, value);
    setAttr(this.head, "x", x);
    setAttr(this.head, "y", y);
    const ends = { nw: [x, y], ne: [x + w, y], sw: [x, y + h], se: [x + w, y + h] };
    for (const corner of this.corners)
      setAttr(corner, "transform", `translate(${ends[corner.dataset.corner].join(" ")})`);
    this.write();
  }

  /** Take over what a machine does: {util, state, words}, or null for what is no machine. */
  live(part) {
    this.part = part;
    if (this.at) this.write();
  }

  /** Write larger where the canvas is zoomed out, so that it stays readable. */
  zoom(scale) {
    if (this.scale === scale) return;
    this.scale = scale;
    if (this.at) this.write();
  }

  /** Lay name and figures out in the head: the name first, then the load, then what fits. */
  write() {
    const { part, scale } = this;
    const { x, y } = this.at;
    const w = this.at.w / scale;
    const name = clip(this.label, NAME_FONT, w - 36);
    setAttr(this.sign, "transform", `translate(${x} ${y + BASE * (1 - scale)}) scale(${scale})`);
    setText(this.name, name);
    setAttr(this.name, "x", 26);
    setAttr(this.name, "y", BASE);
    let end = 26 + textWidth(name, NAME_FONT);
    const loaded = typeof part?.util === "number" && end + BAR + 36 < w;
    this.load.classList.toggle("off", !loaded);
    if (loaded) {
      this.bar(part, end + 10);
      end += 18 + BAR + 10;
    }
    const words = fitting(part?.words ?? [], w - 16 - end);
    setText(this.figures, words);
    setAttr(this.figures, "x", end + 6);
    setAttr(this.figures, "y", BASE);
    const wide = Math.min(w, end + 12 + (words ? textWidth(words, FIGURES_FONT) : 0));
    setAttr(this.head, "width", wide * scale);
    const all = (part?.words ?? []).join(", ");
    const said = t("group.label", { name: this.label, count: this.members });
    setAttr(this.root, "aria-label", all ? `${said}, ${all}` : said);
  }

  /** Show how busy a machine is, from `x` on. */
  bar({ util, state }, x) {
    setAttr(this.load, "transform", `translate(${x} 0)`);
    setAttr(this.fill, "width", Math.round(BAR * util * 10) / 10);
    swapClass(this.load, STATES, state);
    setAttr(this.glyph, "href", this.glyph.getAttribute("href").replace(/#.*/, `#g-${state}`));
  }
}

/** As many of the `words`, from the first on, as fit. */
function fitting(words, width) {
  for (let count = words.length; count > 0; count -= 1) {
    const text = words.slice(0, count).join("  ·  ");
    if (textWidth(text, FIGURES_FONT) <= width) return text;
  }
  return "";
}
