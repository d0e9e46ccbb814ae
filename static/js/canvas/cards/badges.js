// Badges of findings on a card: number, sign and label, on its upper edge.

import { setAttr, setText, svg, textWidth, use } from "../../page/dom.js";
import { CARD } from "../geometry.js";

const FONT = "600 11px";
const HEIGHT = 20;
const GAP = 4;
const PAD = 7;
const GLYPH = 16; // width of the sign with its space

export class Badges {
  constructor() {
    this.root = svg("g", { class: "badges" });
    this.findings = [];
    this.shown = "";
    this.zoom = 1;
  }

  /** Show badges for `findings`: the first with its label, one more with its number only. */
  show(findings) {
    this.findings = findings.filter((one) => one.badge).slice(0, 2);
    this.draw();
  }

  /** Canvas at zoom `z`: badges keep their size on screen, and have no labels when zoomed out. */
  layout(z) {
    this.zoom = z;
    const shift = CARD.w * (1 - 1 / z);
    setAttr(this.root, "transform", z === 1 ? "" : `translate(${shift} 0) scale(${1 / z})`);
    this.draw();
  }

  draw() {
    const far = this.zoom < 1;
    const wanted = far ? this.findings.slice(0, 1) : this.findings;
    const shown = JSON.stringify([far, wanted.map((one) => [one.number, one.badge, one.look])]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.root.replaceChildren();
    let right = CARD.w - 6;
    [...wanted].reverse().forEach((one, i) => {
      const labelled = !far && i === wanted.length - 1;
      const badge = this.badge(one, labelled ? `${one.number}  ${one.badge}` : String(one.number));
      right -= badge.width;
      setAttr(badge.root, "transform", `translate(${right} ${4 - HEIGHT})`);
      right -= GAP;
      this.root.append(badge.root);
    });
  }

  badge(one, label) {
    const width = Math.ceil(textWidth(label, FONT)) + GLYPH + 2 * PAD - 2;
    const words = svg("text", { x: PAD + GLYPH - 2, y: 14 });
    const title = svg("title");
    setText(words, label);
    setText(title, one.title);
    const root = svg(
      "g",
      { class: `finding-badge ${one.look}`, "data-finding": one.key, "aria-hidden": "true" },
      title,
      svg("rect", { width, height: HEIGHT, rx: HEIGHT / 2 }),
      use(`g-${one.look}`, { x: PAD - 2, y: 4, width: 12, height: 12 }),
      words,
    );
    return { root, width };
  }
}
