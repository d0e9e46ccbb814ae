// State of the page: the drawing as the server last told it, the newest frame, the selection.
// The server is the only truth; positions being dragged are laid over it until it has them.

import { me } from "./boot.js";
import { downwards, frameDownwards, frameUpright, upright } from "../canvas/geometry.js";
import { keyOf } from "../canvas/groups/group_outlines.js";
import { jumps } from "../panels/run/time_travel.js";

export class Model extends EventTarget {
  constructor() {
    super();
    this.rev = -1;
    this.name = "";
    this.nodes = new Map();
    this.links = new Map();
    this.problems = [];
    this.frames = new Map(); // key of a group -> {sort, name, x, y, w, h}
    this.machines = new Map(); // name -> {cores, memory_gb, usd}
    this.sorts = {}; // what people call each sort of group
    this.base = { users: 0, pages: 0, rps: 0 };
    this.selection = new Set();
    this.link = null;
    this.group = null; // key of the selected group
    this.frame = null;
    this.live = new Map(); // node id -> its part of the newest frame
    this.rates = new Map(); // link id -> {rate, failed, fault}
    this.moved = new Map(); // node id -> {x, y} not yet confirmed by the server
    this.reframed = new Map(); // key of a group -> box of its frame, not yet confirmed
    this.down = false; // whether the drawing is shown flowing downwards
    this.data = null;
  }

  /** Take over the drawing `data` from the server. */
  setTopology(data) {
    this.data = data;
    this.rev = data.rev;
    this.name = data.name;
    this.problems = data.problems;
    this.base = data.base ?? this.base;
    this.sorts = data.sorts;
    this.nodes = new Map(
      data.nodes.map((node) => [
        node.id,
        { ...node, ...this.shownAt(node), ...this.moved.get(node.id) },
      ]),
    );
    this.frames = new Map(
      data.frames.map((frame) => {
        const key = keyOf(frame);
        return [key, { ...frame, ...this.frameShownAt(frame), ...this.reframed.get(key) }];
      }),
    );
    this.machines = new Map(data.machines.map((machine) => [machine.name, machine]));
    this.links = new Map(data.links.map((link) => [link.id, link]));
    for (const id of [...this.selection]) if (!this.nodes.has(id)) this.selection.delete(id);
    if (this.link && !this.links.has(this.link)) this.link = null;
    if (this.group && !this.hasGroup(this.group)) this.group = null;
    this.#notify("topology");
    this.#notify("selection");
  }

  /** Show the drawing flowing downwards, or to the right as it was drawn. */
  turn(down) {
    if (this.down === down) return;
    this.down = down;
    this.moved.clear();
    this.reframed.clear();
    if (this.data) this.setTopology(this.data);
  }

  shownAt({ x, y }) {
    return this.down ? downwards({ x, y }) : { x, y };
  }

  /** The place in the drawing of what is shown at x, y. */
  drawnAt({ x, y }) {
    return this.down ? upright({ x, y }) : { x, y };
  }

  frameShownAt({ x, y, w, h }) {
    return this.down ? frameDownwards({ x, y, w, h }) : { x, y, w, h };
  }

  /** The box in the drawing of a frame that is shown as this box. */
  frameDrawnAt({ x, y, w, h }) {
    return this.down ? frameUpright({ x, y, w, h }) : { x, y, w, h };
  }

  setFrame(frame) {
    const jumped = this.frame !== null && jumps(this.frame, frame);
    frame.theory ??= this.frame?.theory; // frames have it only when it is another
    frame.findings ??= this.frame?.findings;
    this.frame = frame;
    this.live = new Map(frame.n.map((part) => [part.id, part]));
    const faults = frame.link_faults ?? {};
    this.rates = new Map(
      frame.e.map(([id, rate, failed]) => [id, { rate, failed, fault: faults[id] ?? null }]),
    );
    if (jumped) this.#notify("jump");
    this.#notify("frame");
  }

  /** Put a node somewhere on screen before the server has agreed. */
  move(id, x, y) {
    const node = this.nodes.get(id);
    if (!node) return;
    node.x = x;
    node.y = y;
    this.moved.set(id, { x, y });
  }

  /** Put the frame of a group somewhere on screen before the server has agreed. */
  reframe(group, box) {
    const key = keyOf(group);
    const { sort, name } = group;
    this.frames.set(key, { sort, name, ...box });
    this.reframed.set(key, box);
  }

  /** From now on the server's positions of these nodes and frames count again. */
  settle(ids, keys = []) {
    for (const id of ids) this.moved.delete(id);
    for (const key of keys) this.reframed.delete(key);
  }

  /** The sort and name of a group, by its key. */
  groupOf(key) {
    const [sort] = key.split(":", 1);
    return { sort, name: key.slice(sort.length + 1) };
  }

  /** Nodes in a group. */
  membersOf({ sort, name }) {
    return [...this.nodes.values()].filter((node) => node.groups[sort] === name);
  }

  hasGroup(key) {
    return this.frames.has(key) || this.membersOf(this.groupOf(key)).length > 0;
  }

  /** The keys of all groups of the sorts that are places, as they are called. */
  groups(sorts) {
    const found = new Set(this.frames.keys());
    for (const { groups } of this.nodes.values())
      for (const [sort, name] of Object.entries(groups)) found.add(keyOf({ sort, name }));
    return [...found].filter((key) => sorts.includes(this.groupOf(key).sort)).sort();
  }

  /** The words for a group: "Zone a", or its name alone where that says the sort. */
  called({ sort, name }) {
    return name.toLowerCase().startsWith(sort) ? name : `${this.sorts[sort] ?? sort} ${name}`;
  }

  /** Select nodes, or one link, or one group, or nothing. */
  select({ nodes = [], link = null, group = null } = {}) {
    const next = new Set(nodes);
    const same =
      this.link === link &&
      this.group === group &&
      next.size === this.selection.size &&
      [...next].every((id) => this.selection.has(id));
    if (same) return;
    this.selection = next;
    this.link = link;
    this.group = group;
    this.#notify("selection");
  }

  /** Add a node to the selection, or take it out. */
  toggle(id) {
    const next = new Set(this.selection);
    if (!next.delete(id)) next.add(id);
    this.select({ nodes: next });
  }

  /** The selected thing, for the inspector: ["node"|"nodes"|"link"|"group"|"overview", id or ids]. */
  get inspected() {
    if (this.group) return ["group", this.group];
    if (this.link) return ["link", this.link];
    if (this.selection.size > 1) return ["nodes", [...this.selection].join(",")];
    const [only] = this.selection;
    return only ? ["node", only] : ["overview", ""];
  }

  /** True if this person did something that can be undone. */
  get canUndo() {
    return this.frame?.undo.includes(me) ?? false;
  }

  get canRedo() {
    return this.frame?.redo.includes(me) ?? false;
  }

  linksOf(id) {
    return [...this.links.values()].filter((link) => link.source === id || link.target === id);
  }

  /** True if a node has a fault that somebody can heal. */
  isBroken(id) {
    const { fault = null } = this.live.get(id) ?? {};
    return fault !== null && fault !== "boot";
  }

  #notify(type) {
    this.dispatchEvent(new Event(type));
  }
}
