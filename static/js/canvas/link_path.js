// One link on the canvas: its line, its rate or lag, and what is wrong with it.

import { setAttr, setText, svg, textWidth } from "../page/dom.js";
import { linkFaultText } from "../panels/inspector/faults.js";
import { boxOf } from "./geometry.js";
import { maybe, numbers, t } from "../page/i18n.js";
import { arrowHead, curves, lengthOf, lookup, pathData } from "./link_routing.js";

/** Width of a line that carries `rate` requests per second; its area on screen grows with it. */
export function strokeFor(rate) {
  return Math.min(1 + 0.145 * Math.sqrt(Math.max(rate, 0)), 8);
}

export class LinkPath {
  constructor(link) {
    this.id = link.id;
    this.link = link;
    this.problem = "";
    this.text = "";
    this.rate = 0;
    this.failed = 0;
    this.fault = "";
    this.title = svg("title");
    this.casing = svg("path", { class: "casing", "stroke-width": 5 });
    this.line = svg("path", { class: "line" });
    this.hit = svg("path", { class: "hit" });
    this.arrow = svg("path", { class: "arrow" });
    this.tagBox = svg("rect", { height: 16, rx: 8 });
    this.tagText = svg("text", {});
    this.tag = svg("g", { class: `tag ${link.kind}` }, this.tagBox, this.tagText);
    this.root = svg("g", {
      class: `link ${link.kind}`,
      role: "group",
      tabindex: -1,
      "data-link": link.id,
    });
    this.root.append(this.title, this.casing, this.line, this.hit, this.arrow);
  }

  /** Draw the way between its two nodes; `boxes` are all cards. */
  route(source, target, boxes, down) {
    this.source = source;
    this.target = target;
    this.curves = curves(
      boxOf(source),
      boxOf(target),
      this.link.kind === "replication",
      boxes,
      down,
    );
    this.table = lookup(this.curves);
    this.length = lengthOf(this.table);
    const d = pathData(this.curves);
    for (const path of [this.casing, this.line, this.hit]) setAttr(path, "d", d);
    this.point(true);
  }

  /** Point the arrow at the end (or the start) of the link: to the replica. */
  point(atEnd) {
    if (this.link.kind === "replication" && this.curves)
      setAttr(this.arrow, "d", arrowHead(this.curves, atEnd));
  }

  /** Say what the drawing's problem with this link is, or "". */
  setProblem(code, text) {
    this.problem = code ? maybe(`problem.${code}`) || text : "";
    this.problemText = text;
  }

  /**
   * Show its rates and, between databases, the lag of the one that follows.
   * Answers whether the label's width changed, so that labels need placing again.
   */
  live({ rate, failed, fault = null }, ends) {
    this.rate = rate;
    this.failed = failed;
    this.fault = linkFaultText(fault);
    const brief = linkFaultText(fault, true);
    this.root.classList.toggle("severed", Boolean(fault?.[0]));
    this.root.classList.toggle("lossy", Boolean(fault) && !fault[0]);
    const { kind } = this.link;
    const bad = Boolean(this.problem) || Boolean(this.fault) || failed > 0.05;
    for (const part of [this.root, this.tag]) part.classList.toggle("bad", bad);
    this.root.classList.toggle("quiet", rate < 0.05 && !bad);
    const width = kind === "traffic" && !bad ? strokeFor(rate) : 1.5;
    setAttr(this.line, "stroke-width", width.toFixed(1));
    this.line.style.strokeWidth = `${width.toFixed(1)}px`;
    setAttr(this.casing, "stroke-width", (width + 4).toFixed(1));
    this.describe();
    const text = kind === "replication" ? this.lagText(ends) : this.rateText();
    return this.setLabel(brief || text);
  }

  lagText([source, target]) {
    const follower =
      source?.role === "primary" ? target : target?.role === "primary" ? source : null;
    this.point(follower !== source);
    setAttr(this.arrow, "visibility", follower ? "visible" : "hidden");
    return follower?.lag == null ? "" : t("lag", { seconds: numbers.seconds(follower.lag) });
  }

  rateText() {
    if (this.problem) return this.problem;
    if (this.failed > 0.05) return t("failing", { rate: numbers.short(this.failed) });
    if (this.rate < 0.05) return "";
    return t("rate", { rate: numbers.short(this.rate) });
  }

  setLabel(text) {
    setText(this.tagText, text);
    this.alarm = Boolean(this.problem) || Boolean(this.fault) || this.failed > 0.05;
    this.tag.classList.toggle("alarm", this.alarm);
    setAttr(this.tag, "visibility", text ? "visible" : "hidden");
    const changed = text.length !== this.text.length || this.labelWidth === undefined;
    this.text = text;
    if (changed) {
      this.labelWidth = text
        ? Math.ceil(textWidth(text, "11px")) + (this.link.kind === "replication" ? 16 : 6)
        : 0;
      setAttr(this.tagBox, "width", this.labelWidth);
      setAttr(this.tagBox, "x", -this.labelWidth / 2);
      setAttr(this.tagBox, "y", -8);
    }
    return changed;
  }

  /** The link's label, as `labelPlaces` wants it: the log's stands on its line. */
  get labelled() {
    const on = this.link.kind === "replication";
    return { id: this.id, table: this.table, w: this.labelWidth ?? 0, on };
  }

  /** The box of its label, or null while it shows none. */
  get labelBox() {
    if (!this.text || !this.labelAt) return null;
    const { x, y } = this.labelAt;
    return { x: x - this.labelWidth / 2, y: y - 8, w: this.labelWidth, h: 16 };
  }

  placeLabel(point) {
    this.labelAt = point;
    setAttr(this.tag, "transform", `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`);
  }

  describe() {
    const label = t("link_label", {
      source: this.source?.name ?? this.link.source,
      target: this.target?.name ?? this.link.target,
      kind: t(`link.${this.link.kind}`),
      rate: numbers.rate(this.rate),
    });
    const failing =
      this.failed > 0.05 ? `. ${t("link_failing", { failed: numbers.rate(this.failed), count: numbers.rounded(this.failed) })}` : "";
    const problem = this.problemText ? `. ${this.problemText}` : "";
    const fault = this.fault ? `. ${this.fault}` : "";
    setAttr(this.root, "aria-label", label + fault + failing + problem);
    setText(this.title, (this.problemText || label) + fault + failing);
  }
}
