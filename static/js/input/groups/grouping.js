// Groups by hand: what is dropped into a frame belongs to the group, what is dragged out no longer.

import { boxOf, bounds, centreOf, snap } from "../../canvas/geometry.js";
import {
  carried,
  clearOffset,
  FRAME,
  groupsAt,
  groupSettled,
  inner,
  joined,
  PLACES,
  pushedOut,
  settled,
  staying,
} from "../../canvas/groups/containers.js";
import { hullsOf, keyOf } from "../../canvas/groups/group_outlines.js";
import { t } from "../../page/i18n.js";

export class Grouping {
  constructor({ model, view, camera, sync, announce }) {
    Object.assign(this, { model, view, camera, sync, announce });
    this.focused = () => undefined; // (key): the frame of a group is to have the focus
  }

  get nodes() {
    return [...this.model.nodes.values()];
  }

  get frames() {
    return [...this.model.frames.values()];
  }

  /** Nodes are about to be dragged: frames stand still. Answers what `drop` needs to know. */
  lift(ids) {
    const hulls = staying(this.nodes, this.frames, ids);
    this.view.groups.hold(hulls);
    const all = ids.length === this.model.nodes.size;
    return { hulls, along: all ? this.frames.map((frame) => ({ ...frame })) : [] };
  }

  /** Nodes are over the canvas: light the groups up that `id` would be in. */
  hover(id, { hulls, along }, { dx, dy }) {
    const at = groupsAt(hulls, centreOf(boxOf(this.model.nodes.get(id))));
    this.view.groups.light(Object.entries(at).map(([sort, name]) => keyOf({ sort, name })));
    for (const frame of along) {
      const { x, y, w, h } = frame;
      this.model.reframe(frame, { x: x + dx, y: y + dy, w, h });
    }
  }

  /** The frames go again, as nothing is dragged any more. */
  release() {
    this.view.groups.hold(null);
  }

  /** Nodes are let go where they stand: into what they stand in, and apart from everybody. */
  async drop(ids, { hulls, along }) {
    const changes = joined(ids.map((id) => this.model.nodes.get(id)), hulls);
    this.release();
    await this.place(ids, changes, along.map(keyOf));
  }

  /** Let nodes make room where they stand, without a change of their groups. */
  settle(ids) {
    return this.place(ids, new Map());
  }

  /**
   * Send nodes at new places in one edit, with changes of their groups (a Map of id to groups) and
   * frames that were moved; whoever stands in a wrong place now makes room.
   */
  async place(ids, changes, keys = []) {
    const { model } = this;
    for (const [id, change] of changes) {
      const node = model.nodes.get(id);
      node.groups = named({ ...node.groups, ...change });
    }
    for (const [id, { x, y }] of settled(this.nodes, this.frames, ids)) model.move(id, x, y);
    const moved = [...new Set([...ids, ...model.moved.keys()])];
    this.view.routeAt(moved);
    const { ok, entry } = await this.sync.place(moved, { groups: changes, frames: keys });
    if (ok && changes.size) this.tell(changes, entry);
  }

  /** Say which group nodes have come into, or are out of. */
  tell(changes, entry) {
    const [[id, change]] = changes;
    const node = this.model.nodes.get(id);
    const into = Object.entries(change).find(([, name]) => name);
    const name = changes.size > 1 ? t("group.several", { count: changes.size }) : node?.name ?? id;
    const group = into && this.model.called({ sort: into[0], name: into[1] });
    const text = into ? t("group.put", { name, group }) : t("group.taken", { name });
    this.sync.done(text, { entry });
    this.announce(text);
  }

  /** Put nodes into a group, to a place in its frame. */
  put(ids, { sort, name }) {
    const changes = new Map(ids.map((id) => [id, { [sort]: name }]));
    const frame = this.model.frames.get(keyOf({ sort, name }));
    const nodes = ids.map((id) => this.model.nodes.get(id));
    if (frame) {
      const box = bounds(nodes.map(boxOf));
      const room = inner(frame);
      for (const { id, x, y } of nodes) this.model.move(id, x + room.x - box.x, y + room.y - box.y);
    }
    return this.place(ids, changes);
  }

  /** Take nodes out of a group, and out of its frame. */
  take(ids, { sort, name }) {
    const inside = ids.filter((id) => this.model.nodes.get(id).groups[sort] === name);
    return this.place(inside, new Map(inside.map((id) => [id, { [sort]: "" }])));
  }

  /** A name for a new group of a sort. */
  fresh(sort) {
    const stem = sort.replaceAll("_", "-");
    for (let number = 1; ; number += 1)
      if (!this.model.hasGroup(keyOf({ sort, name: `${stem}-${number}` }))) return `${stem}-${number}`;
  }

  /** Put nodes into a new group of a sort. */
  async gather(ids, sort) {
    const group = { sort, name: this.fresh(sort) };
    await this.put(ids, group);
    this.model.select({ group: keyOf(group) });
  }

  /** Draw a new frame, its middle at `point`, where nobody is in the way. */
  async draw(sort, point) {
    const { w, h } = FRAME[sort];
    const box = { x: snap(point.x - w / 2), y: snap(point.y - h / 2), w, h };
    const hulls = hullsOf(this.nodes, this.frames);
    const rest = this.nodes;
    const { dx, dy } = groupSettled({ sort, box, members: [], hulls, rest });
    const group = { sort, name: this.fresh(sort) };
    this.model.reframe(group, { ...box, x: box.x + dx, y: box.y + dy });
    const { ok } = await this.sync.place([], { frames: [keyOf(group)] });
    if (!ok) return;
    this.model.select({ group: keyOf(group) });
    this.camera.reveal(this.model.frames.get(keyOf(group)));
    this.announce(t("added", { name: this.model.called(group) }));
  }

  /** A group with all that goes along with it, and where all of that is now. */
  carry(group) {
    const found = carried(this.nodes, this.frames, group);
    const ids = new Set(found.ids);
    const hulls = staying(this.nodes, this.frames, found.ids).filter(
      (hull) => keyOf(hull) !== keyOf(group) && !found.frames.some((one) => keyOf(one) === keyOf(hull)),
    );
    const from = found.ids.map((id) => this.model.nodes.get(id)).map(({ id, x, y }) => ({ id, x, y }));
    const frames = found.frames.map((frame) => ({ ...frame }));
    return { group, ids, hulls, from, frames, box: found.box };
  }

  /** Move a group by so much from where it was picked up. */
  shift({ from, frames }, dx, dy) {
    for (const { id, x, y } of from) this.model.move(id, x + dx, y + dy);
    for (const { x, y, w, h, ...group } of frames)
      this.model.reframe(group, { x: x + dx, y: y + dy, w, h });
    this.view.routeAt(from.map(({ id }) => id));
  }

  /** A group that was moved by so much is let go: one edit, with the groups that it stands in now. */
  async dropGroup(held, by) {
    const { model } = this;
    const { x, y, w, h } = held.box;
    const members = [...held.ids].map((id) => model.nodes.get(id)).filter(Boolean);
    const rest = this.nodes.filter(({ id }) => !held.ids.has(id));
    const box = { x: x + by.dx, y: y + by.dy, w, h };
    const found = groupSettled({ sort: held.group.sort, box, members, hulls: held.hulls, rest });
    this.shift(held, by.dx + found.dx, by.dy + found.dy);
    for (const [id, change] of found.changes) {
      const node = model.nodes.get(id);
      node.groups = named({ ...node.groups, ...change });
    }
    await this.send([...held.ids], { groups: found.changes, frames: held.frames.map(keyOf) });
  }

  /** A frame was pulled to another size: whoever it would swallow makes room. */
  async resized(group) {
    const [room] = hullsOf(this.model.membersOf(group), [this.model.frames.get(keyOf(group))]).filter(
      ({ framed }) => framed,
    );
    const { x, y, w, h } = room;
    this.model.reframe(group, { x, y, w, h });
    await this.send([], { frames: [keyOf(group)] });
  }

  /** Send nodes and frames where they stand, with those that have to make room. */
  async send(ids, more) {
    for (const [id, { x, y }] of pushedOut(this.nodes, this.frames)) {
      this.model.move(id, x, y);
      ids.push(id);
    }
    this.view.routeAt(ids);
    const { ok, entry } = await this.sync.place([...new Set(ids)], more);
    if (ok && more.groups?.size) this.tell(more.groups, entry);
  }

  /** Give a group another name. */
  async rename(group, to) {
    const { ok } = await this.sync.act({ type: "rename_group", ...group, to });
    if (!ok) return;
    await this.sync.refresh();
    const key = keyOf({ ...group, name: to });
    if (!this.model.hasGroup(key)) return;
    this.model.select({ group: key });
    if (document.activeElement === document.body) this.focused(key); // its frame is another one now
  }

  /** Take a group off the drawing; what was in it stays. */
  async remove(group) {
    const text = t("toast.deleted", { name: this.model.called(group) });
    const answer = await this.sync.act({ type: "remove_group", ...group });
    if (!answer.ok) return;
    this.sync.done(text, answer);
    await this.sync.refresh();
    this.sync.removed();
  }

  /** The groups that nodes could be put into, or are in: [{key, sort, name}]. */
  others(ids) {
    const nodes = ids.map((id) => this.model.nodes.get(id));
    return this.all.filter(({ sort, name }) => nodes.some(({ groups }) => groups[sort] !== name));
  }

  own(ids) {
    const nodes = ids.map((id) => this.model.nodes.get(id));
    return this.all.filter(({ sort, name }) => nodes.some(({ groups }) => groups[sort] === name));
  }

  get all() {
    return this.model.groups(PLACES).map((key) => ({ key, ...this.model.groupOf(key) }));
  }

  /** The groups of a card at a place, and that place where it stands clear: {x, y, groups}. */
  stand(box, gap = null) {
    const hulls = hullsOf(this.nodes, this.frames);
    const groups = groupsAt(hulls, centreOf(box));
    const places = hulls.filter(({ sort }) => PLACES.includes(sort));
    const mine = ({ sort, name }) => groups[sort] === name;
    const closed = places.filter((hull) => !mine(hull));
    const open = places.filter((hull) => mine(hull) && hull.framed).map(inner);
    const taken = this.nodes.map(boxOf);
    const { dx, dy } = clearOffset([box], gap ?? { dx: 0, dy: 0 }, { taken, closed, open });
    return { x: box.x + dx, y: box.y + dy, groups };
  }
}

const named = (groups) => Object.fromEntries(Object.entries(groups).filter(([, name]) => name));
