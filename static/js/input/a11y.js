// Focus on the canvas (one tab stop that roves over the nodes) and what is announced.

import { setText } from "../page/dom.js";
import { readingOrder } from "../canvas/geometry.js";

const PAUSE_MS = 2500;

/** Says texts in a polite live region, one at a time; what piles up is dropped but for the last. */
export class Announcer {
  constructor(place) {
    this.place = place;
    this.next = null;
    this.quietUntil = 0;
  }

  /** Say something the person just did: at once. */
  say(text) {
    setText(this.place, "");
    requestAnimationFrame(() => setText(this.place, text));
  }

  /** Say something that happened by itself: in its turn. */
  report(text) {
    this.next = text;
    if (this.timer) return;
    const wait = Math.max(0, this.quietUntil - Date.now());
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.quietUntil = Date.now() + PAUSE_MS;
      this.say(this.next);
    }, wait);
  }
}

export class Focus {
  constructor(model, view, camera) {
    this.model = model;
    this.view = view;
    this.camera = camera;
    this.at = null;
    model.addEventListener("topology", () => this.rove());
    view.nodeLayer.addEventListener("focusin", (event) => {
      const id = event.target.closest(".node")?.dataset.node;
      if (id) this.rove(id);
    });
  }

  /** Make one node the canvas's tab stop. */
  rove(id = this.at) {
    const next = this.view.cards.has(id) ? id : readingOrder(this.model.nodes.values())[0]?.id;
    if (next !== this.at) this.view.cards.get(this.at)?.root.setAttribute("tabindex", "-1");
    this.at = next ?? null;
    this.view.cards.get(next)?.root.setAttribute("tabindex", "0");
  }

  /** Focus a node, and bring it on screen when `reveal`. */
  node(id, reveal = true) {
    const card = this.view.cards.get(id);
    if (!card) return;
    this.rove(id);
    if (reveal) this.camera.reveal({ x: card.node.x, y: card.node.y, w: 160, h: 100 });
    card.root.focus({ preventScroll: true });
  }

  /** Bring a node on screen, and leave the focus where it is. */
  reveal(id) {
    const node = this.model.nodes.get(id);
    if (node) this.camera.reveal({ x: node.x, y: node.y, w: 160, h: 100 });
  }

  /** Focus the frame of a group, and bring it on screen. */
  group(key) {
    const root = this.view.groups.of(key);
    const frame = this.view.groups.shown.find((one) => one.key === key);
    if (frame) this.camera.reveal({ ...frame.at, h: Math.min(frame.at.h, 100), w: Math.min(frame.at.w, 160) });
    root?.focus({ preventScroll: true });
  }

  link(id) {
    this.view.paths.get(id)?.root.focus({ preventScroll: true });
  }

  /** The node that has the focus, or null. */
  get focusedNode() {
    return document.activeElement?.closest?.(".node")?.dataset.node ?? null;
  }

  /** The key of the group that has the focus, or null. */
  get focusedGroup() {
    return document.activeElement?.closest?.(".hull")?.dataset.group ?? null;
  }

  get focusedLink() {
    return document.activeElement?.closest?.(".link")?.dataset.link ?? null;
  }
}
