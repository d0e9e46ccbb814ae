// Dragging a group by its head or edge, and pulling its frame by a corner.

import { overlaps, snap } from "../../canvas/geometry.js";
import { groupsAt } from "../../canvas/groups/containers.js";
import { keyOf } from "../../canvas/groups/group_outlines.js";
import { centreOf } from "../../canvas/geometry.js";

const SIDE_MIN = 80;

export class FrameGestures {
  constructor({ model, view, grouping }) {
    Object.assign(this, { model, view, grouping });
  }

  /** The group and corner under an element of the canvas, or nulls. */
  hit(target) {
    return {
      group: target.closest?.(".hull")?.dataset.group ?? null,
      corner: target.closest?.(".hull-corner")?.dataset.corner ?? null,
    };
  }

  start(gesture) {
    const group = this.model.groupOf(gesture.group);
    this.model.select({ group: gesture.group });
    gesture.held = this.grouping.carry(group);
    gesture.by = { dx: 0, dy: 0 };
    if (gesture.kind === "resize") {
      gesture.whole = this.whole(gesture.group);
      gesture.before = this.model.frames.get(gesture.group) ?? null;
    } else this.view.raise([...gesture.held.ids]);
  }

  /** The outline of a group as it is shown. */
  whole(key) {
    const found = this.view.groups.hulls.filter((hull) => keyOf(hull) === key);
    const left = Math.min(...found.map(({ x }) => x));
    const top = Math.min(...found.map(({ y }) => y));
    return {
      x: left,
      y: top,
      w: Math.max(...found.map(({ x, w }) => x + w)) - left,
      h: Math.max(...found.map(({ y, h }) => y + h)) - top,
    };
  }

  go(gesture, world) {
    const dx = snap(world.x - gesture.world.x);
    const dy = snap(world.y - gesture.world.y);
    if (gesture.kind === "resize") this.pull(gesture, dx, dy);
    else {
      gesture.by = { dx, dy };
      this.grouping.shift(gesture.held, dx, dy);
      const { x, y, w, h } = gesture.held.box;
      const at = groupsAt(gesture.held.hulls, centreOf({ x: x + dx, y: y + dy, w, h }));
      const outer = Object.entries(at).filter(([sort]) => sort !== gesture.held.group.sort);
      this.view.groups.light(outer.map(([sort, name]) => keyOf({ sort, name })));
    }
  }

  pull(gesture, dx, dy) {
    const { group, corner, whole } = gesture;
    const west = corner.endsWith("w");
    const north = corner.startsWith("n");
    const w = Math.max(SIDE_MIN, whole.w + (west ? -dx : dx));
    const h = Math.max(SIDE_MIN, whole.h + (north ? -dy : dy));
    const x = west ? whole.x + whole.w - w : whole.x;
    const y = north ? whole.y + whole.h - h : whole.y;
    const { sort } = this.model.groupOf(group);
    const beside = gesture.held.hulls.filter((hull) => hull.sort === sort);
    if (beside.some((hull) => overlaps(hull, { x, y, w, h }))) return;
    gesture.by = { dx, dy };
    this.model.reframe(this.model.groupOf(group), { x, y, w, h });
    this.view.routeAt([]);
  }

  async finish(gesture) {
    this.view.groups.light([]);
    const { dx, dy } = gesture.by;
    if (!dx && !dy) this.undo(gesture);
    else if (gesture.kind === "resize") await this.grouping.resized(this.model.groupOf(gesture.group));
    else await this.grouping.dropGroup(gesture.held, gesture.by);
  }

  undo({ kind, group, held, before }) {
    if (!held) return;
    this.view.groups.light([]);
    const keys = held.frames.map(keyOf);
    if (kind === "resize" && before) this.model.reframe(this.model.groupOf(group), box(before));
    else if (kind === "resize") this.model.frames.delete(group);
    else this.grouping.shift(held, 0, 0);
    this.model.settle(held.ids, [...keys, group]);
    this.view.routeAt([...held.ids]);
    this.view.placeLabels();
  }
}

const box = ({ x, y, w, h }) => ({ x, y, w, h });
