// Frames of all groups behind the cards, kept in step with the model.

import { svg, swapClass } from "../../page/dom.js";
import { GroupFrame } from "./group_frame.js";
import { hullsOf, keyOf, SORTS } from "./group_outlines.js";
import { machineNow } from "./machine_load.js";

const SCALE_MAX = 1.8;

export class GroupLayer {
  constructor(model) {
    this.model = model;
    this.root = svg("g", { class: "hulls" });
    this.shown = [];
    this.kept = null; // outlines that stand still while nodes are dragged
    this.lit = new Set();
    this.scale = 1;
  }

  get hulls() {
    const { nodes, frames } = this.model;
    return hullsOf([...nodes.values()], [...frames.values()]);
  }

  /** Outlines `hulls` stand still from now on, whatever their members do; null lets them go again. */
  hold(hulls) {
    this.kept = hulls;
    this.lit.clear();
    this.draw();
  }

  /** Light the groups up in which something would be: keys of groups. */
  light(keys) {
    this.lit = new Set(keys);
    for (const frame of this.shown) frame.root.classList.toggle("target", this.lit.has(frame.key));
  }

  draw() {
    const kept = new Set((this.kept ?? []).map(keyOf));
    const moving = this.hulls.filter((hull) => !kept.has(keyOf(hull)));
    const hulls = [...(this.kept ?? []), ...moving];
    const free = [...this.shown];
    const next = hulls.map((hull) => {
      const key = keyOf(hull);
      const at = free.findIndex((frame) => frame.key === key);
      return at < 0 ? new GroupFrame(key) : free.splice(at, 1)[0];
    });
    for (const frame of free) frame.root.remove();
    this.shown = next;
    hulls.forEach((hull, i) => {
      const frame = next[i];
      swapClass(frame.root, SORTS, hull.sort);
      frame.root.classList.add("hull");
      frame.zoom(this.scale);
      frame.place(hull, this.model.called(hull), this.model.membersOf(hull).length);
      if (this.root.children[i] !== frame.root) this.root.insertBefore(frame.root, this.root.children[i]);
    });
    this.live();
    this.light(this.lit);
    this.select();
  }

  /** Show what the machines do. */
  live() {
    for (const frame of this.shown)
      frame.live(frame.sort === "machine" ? machineNow(this.model, this.model.groupOf(frame.key)) : null);
  }

  /** The canvas is shown at this zoom. */
  zoom(z) {
    const scale = Math.min(SCALE_MAX, Math.max(1, 1 / z));
    this.scale = scale;
    for (const frame of this.shown) frame.zoom(scale);
  }

  select() {
    for (const frame of this.shown) frame.root.classList.toggle("sel", frame.key === this.model.group);
  }

  /** The first outline of a group as an element. */
  of(key) {
    return this.shown.find((frame) => frame.key === key)?.root ?? null;
  }
}
