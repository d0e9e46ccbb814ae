// What the page knows: the drawing as the server last told it, the newest frame, the selection.
// The server is the only truth; positions being dragged are laid over it until it has them.

import { downwards, upright } from "./geometry.js";
import { jumps } from "./rewind.js";

export class Model extends EventTarget {
  constructor() {
    super();
    this.rev = -1;
    this.name = "";
    this.nodes = new Map();
    this.links = new Map();
    this.problems = [];
    this.sorts = {}; // what people call each sort of group
    this.base = { users: 0, rps: 0 };
    this.selection = new Set();
    this.link = null;
    this.frame = null;
    this.live = new Map(); // node id -> its part of the newest frame
    this.rates = new Map(); // link id -> {rate, failed, trouble}
    this.moved = new Map(); // node id -> {x, y} not yet confirmed by the server
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
    this.links = new Map(data.links.map((link) => [link.id, link]));
    for (const id of [...this.selection]) if (!this.nodes.has(id)) this.selection.delete(id);
    if (this.link && !this.links.has(this.link)) this.link = null;
    this.#tell("topology");
    this.#tell("selection");
  }

  /** Show the drawing flowing downwards, or to the right as it was drawn. */
  turn(down) {
    if (this.down === down) return;
    this.down = down;
    this.moved.clear();
    if (this.data) this.setTopology(this.data);
  }

  shownAt({ x, y }) {
    return this.down ? downwards({ x, y }) : { x, y };
  }

  /** The place in the drawing of what is shown at x, y. */
  drawnAt({ x, y }) {
    return this.down ? upright({ x, y }) : { x, y };
  }

  setFrame(frame) {
    const jumped = this.frame !== null && jumps(this.frame, frame);
    this.frame = frame;
    this.live = new Map(frame.n.map((part) => [part.id, part]));
    const troubles = frame.x ?? {};
    this.rates = new Map(
      frame.e.map(([id, rate, failed]) => [id, { rate, failed, trouble: troubles[id] ?? null }]),
    );
    if (jumped) this.#tell("jump");
    this.#tell("frame");
  }

  /** Put a node somewhere on screen before the server has agreed. */
  move(id, x, y) {
    const node = this.nodes.get(id);
    if (!node) return;
    node.x = x;
    node.y = y;
    this.moved.set(id, { x, y });
  }

  /** From now on the server's positions of these nodes count again. */
  settle(ids) {
    for (const id of ids) this.moved.delete(id);
  }

  /** Select nodes, or one link, or nothing. */
  select({ nodes = [], link = null } = {}) {
    const next = new Set(nodes);
    const same =
      this.link === link &&
      next.size === this.selection.size &&
      [...next].every((id) => this.selection.has(id));
    if (same) return;
    this.selection = next;
    this.link = link;
    this.#tell("selection");
  }

  /** Add a node to the selection, or take it out. */
  toggle(id) {
    const next = new Set(this.selection);
    if (!next.delete(id)) next.add(id);
    this.select({ nodes: next });
  }

  /** The one selected thing, for the inspector: ["node"|"link"|"overview", id]. */
  get inspected() {
    if (this.link) return ["link", this.link];
    const last = [...this.selection].pop();
    return last ? ["node", last] : ["overview", ""];
  }

  linksOf(id) {
    return [...this.links.values()].filter((link) => link.source === id || link.target === id);
  }

  /** Whether a node has a fault that somebody can heal. */
  isBroken(id) {
    const { fault = null } = this.live.get(id) ?? {};
    return fault !== null && fault !== "boot";
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}
