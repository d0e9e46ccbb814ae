// Mouse, pen and fingers on the canvas: one gesture at a time, from pointerdown to pointerup.

import { keyOf } from "../canvas/groups/group_outlines.js";
import { svg, setAttr } from "../page/dom.js";
import { guides } from "../canvas/arrange.js";
import { FrameGestures } from "./groups/frame_gestures.js";
import { between, boxOf, overlaps, snap } from "../canvas/geometry.js";

const LONG_PRESS_MS = 500;
const TWICE_MS = 400;
const SLACK = { mouse: 4, pen: 6, touch: 10 };

export class Interact {
  constructor({ model, view, camera, sync, connector, builder, grouping, surface, stage, focusNode }) {
    Object.assign(this, { model, view, camera, sync, connector, builder, grouping, surface, stage });
    this.frames = new FrameGestures({ model, view, grouping });
    this.focusNode = focusNode;
    this.pointers = new Map();
    this.gesture = null;
    this.space = false;
    this.marquee = svg("rect", { class: "marquee" });
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.moved(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", (event) => this.abort(event));
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.rename = () => undefined; // (node): its name is to be changed where it stands
    this.askMenu = () => undefined; // (element, point of the window): its menu is asked for
    this.guides = svg("path", { class: "guide" });
    surface.addEventListener("touchend", (event) => {
      if (this.rested) event.preventDefault(); // or its click would press what opened under it
      this.rested = false;
    });
    surface.addEventListener("dblclick", (event) => event.preventDefault());
  }

  /** True during a gesture (nothing should be redrawn under it by other means). */
  get busy() {
    return this.gesture !== null;
  }

  /** Space is held: dragging pans wherever it starts. Answers whether that was used. */
  holdSpace(held) {
    const used = this.space && this.spaceUsed;
    this.space = held;
    this.spaceUsed = false;
    this.stage.classList.toggle("can-pan", held);
    return used;
  }

  wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 300 : 1;
    if (event.shiftKey) {
      this.camera.panBy(-(event.deltaX + event.deltaY) * unit, 0);
      return;
    }
    const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016));
    this.camera.zoomTo(this.camera.view.z * factor, this.camera.local(event));
  }

  down(event) {
    this.pointers.set(event.pointerId, this.camera.local(event));
    if (this.pointers.size === 2) {
      this.pinch();
      return;
    }
    if (this.pointers.size > 2 || (event.button !== 0 && event.button !== 1)) return;
    const hit = this.hit(event.target);
    this.surface.setPointerCapture(event.pointerId);
    const start = { event, at: this.camera.local(event), world: this.camera.world(event), ...hit };
    this.gesture = {
      ...start,
      kind: this.kindOf(event, hit),
      started: false,
      slack: SLACK[event.pointerType] ?? 4,
    };
    if (this.gesture.kind === "pan-now") event.preventDefault();
    if (event.pointerType === "touch") this.awaitLongPress(event);
  }

  /** A finger that rests asks for the menu of a node or link; on the ground it selects. */
  awaitLongPress({ target, clientX, clientY }) {
    const { gesture } = this;
    setTimeout(() => {
      if (this.gesture !== gesture || gesture.started || this.connector.active) return;
      if (gesture.kind === "pan") {
        gesture.kind = "marquee";
        this.start();
      } else if (["drag", "link", "frame"].includes(gesture.kind)) {
        this.end();
        this.rested = true;
        this.askMenu(target, { x: clientX, y: clientY });
      }
      navigator.vibrate?.(10);
    }, LONG_PRESS_MS);
  }

  hit(target) {
    const node = target.closest?.(".node")?.dataset.node ?? null;
    const link = target.closest?.(".link")?.dataset.link ?? null;
    return {
      node,
      link,
      ...this.frames.hit(target),
      port: Boolean(target.closest?.(".port-out")),
      act: Boolean(target.closest?.(".node-act")),
    };
  }

  kindOf(event, { node, link, port, act, group, corner }) {
    if (event.button === 1 || this.space) return "pan-now";
    if (this.connector.active) return node ? "choose" : "pan";
    if (act) return "act";
    if (port) return "connect";
    if (node) return event.altKey ? "copy" : "drag";
    if (link) return "link";
    if (group) return corner ? "resize" : "frame";
    return event.pointerType === "touch" ? "pan" : "marquee";
  }

  moved(event) {
    if (!this.pointers.has(event.pointerId)) {
      this.hovering(event);
      return;
    }
    this.pointers.set(event.pointerId, this.camera.local(event));
    const { gesture } = this;
    if (!gesture) return;
    if (gesture.kind === "pinch") {
      this.pinchMove();
      return;
    }
    const at = this.camera.local(event);
    if (!gesture.started) {
      if (Math.hypot(at.x - gesture.at.x, at.y - gesture.at.y) < gesture.slack) return;
      this.start();
    }
    this.go(event, at);
  }

  /** In connect mode the link to be follows the pointer without a button held. */
  hovering(event) {
    if (!this.connector.active || !this.connector.source || event.pointerType === "touch") return;
    this.connector.drag(this.camera.world(event), this.under(event));
  }

  under(event) {
    return (
      document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".node")?.dataset.node ??
      null
    );
  }

  start() {
    const { gesture } = this;
    gesture.started = true;
    if (gesture.kind === "choose" || gesture.kind === "act" || gesture.kind === "link")
      gesture.kind = "pan";
    if (gesture.kind === "pan-now") this.spaceUsed = this.space;
    if (gesture.kind.startsWith("pan")) this.stage.classList.add("panning");
    if (gesture.kind === "connect") this.connector.begin(gesture.node);
    if (gesture.kind === "marquee") this.view.overLayer.append(this.marquee);
    if (gesture.kind === "copy") this.copies = this.ghosts();
    if (gesture.kind === "drag") {
      const ids = this.dragged();
      gesture.from = ids.map((id) => ({
        id,
        x: this.model.nodes.get(id).x,
        y: this.model.nodes.get(id).y,
      }));
      this.view.raise(ids);
      gesture.lifted = this.grouping.lift(ids);
    }
    if (gesture.kind === "frame" || gesture.kind === "resize") this.frames.start(gesture);
    gesture.last = gesture.at;
  }

  /** The nodes that go along when one of them is dragged. */
  dragged() {
    const { node } = this.gesture;
    return this.model.selection.has(node) ? [...this.model.selection] : [node];
  }

  /** Outlines of the copies that are being dragged away. */
  ghosts() {
    const { gesture } = this;
    gesture.ids = this.dragged();
    const cards = gesture.ids.map((id) => boxOf(this.model.nodes.get(id)));
    const outline = ({ x, y, w, h }) => svg("rect", { class: "card-outline", x, y, width: w, height: h, rx: 8 });
    const group = svg("g", {}, ...cards.map(outline));
    this.view.overLayer.append(group);
    return group;
  }

  go(event, at) {
    const { gesture, camera } = this;
    if (gesture.kind.startsWith("pan")) {
      camera.panBy(at.x - gesture.last.x, at.y - gesture.last.y);
      gesture.last = at;
    } else if (gesture.kind === "drag") {
      const world = camera.world(event);
      const kept = gesture.from.filter(({ id }) => this.model.nodes.has(id));
      const { dx, dy } = this.snapped(kept, world.x - gesture.world.x, world.y - gesture.world.y);
      for (const { id, x, y } of kept) this.model.move(id, x + dx, y + dy);
      if (kept.length) this.grouping.hover(gesture.node, gesture.lifted, { dx, dy });
      this.view.routeAt(kept.map(({ id }) => id));
    } else if (gesture.kind === "frame" || gesture.kind === "resize") {
      this.frames.go(gesture, camera.world(event));
    } else if (gesture.kind === "copy") {
      const world = camera.world(event);
      gesture.by = { dx: snap(world.x - gesture.world.x), dy: snap(world.y - gesture.world.y) };
      setAttr(this.copies, "transform", `translate(${gesture.by.dx} ${gesture.by.dy})`);
    } else if (gesture.kind === "connect") {
      const over = this.under(event);
      this.connector.drag(camera.world(event), over === gesture.node ? null : over);
    } else if (gesture.kind === "marquee") {
      gesture.box = between(gesture.world, camera.world(event));
      const { x, y, w, h } = gesture.box;
      for (const [name, value] of Object.entries({ x, y, width: w, height: h }))
        setAttr(this.marquee, name, value);
    }
  }

  /** The way of a drag: on the grid, or in line with a card that does not move, which is shown. */
  snapped(moving, wayX, wayY) {
    const way = { dx: snap(wayX), dy: snap(wayY) };
    const held = moving.find(({ id }) => id === this.gesture.node);
    if (!held) return way;
    const ids = new Set(moving.map(({ id }) => id));
    const others = [...this.model.nodes.values()].filter(({ id }) => !ids.has(id));
    const near = guides({ x: held.x + way.dx, y: held.y + way.dy }, others);
    const lines = near.lines.map(({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`);
    setAttr(this.guides, "d", lines.join(""));
    if (!this.guides.isConnected) this.view.overLayer.append(this.guides);
    return { dx: way.dx + near.dx, dy: way.dy + near.dy };
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    const { gesture } = this;
    if (!gesture || (gesture.kind === "pinch" && this.pointers.size)) return;
    this.end();
    if (gesture.kind === "pinch") return;
    if (gesture.started) this.finish(gesture, event);
    else this.tap(gesture, event);
  }

  finish(gesture, event) {
    if (gesture.kind === "drag") {
      const ids = gesture.from
        .filter(({ id, x, y }) => {
          const node = this.model.nodes.get(id);
          return node && (node.x !== x || node.y !== y);
        })
        .map(({ id }) => id);
      if (ids.length) this.grouping.drop(ids, gesture.lifted);
      else this.undo(gesture);
    } else if (gesture.kind === "frame" || gesture.kind === "resize") {
      this.frames.finish(gesture);
    } else if (gesture.kind === "copy" && gesture.by) {
      this.builder.duplicate(gesture.ids, gesture.by);
    } else if (gesture.kind === "connect") {
      const over = this.under(event);
      if (over && over !== gesture.node && this.connector.source) this.connector.choose(over);
      else if (!over) this.connector.drop(this.camera.world(event), where(event));
      this.connector.cancel();
    } else if (gesture.kind === "marquee" && gesture.box) {
      const inside = [...this.model.nodes.values()].filter((node) =>
        overlaps(boxOf(node), gesture.box),
      );
      const before = event.shiftKey ? this.model.selection : [];
      this.model.select({ nodes: [...before, ...inside.map((node) => node.id)] });
      this.surface.focus({ preventScroll: true });
    }
  }

  /** Pressed and let go without moving. */
  tap(gesture, event) {
    if (gesture.kind === "act") this.sync.toggleCrash([gesture.node]);
    else if (gesture.kind === "choose") this.connector.choose(gesture.node);
    else if (gesture.kind === "frame" || gesture.kind === "resize") {
      this.model.select({ group: gesture.group });
      this.view.groups.of(gesture.group)?.focus({ preventScroll: true });
      this.tapped(gesture.group, event);
    }
    else if (gesture.kind === "link") {
      this.model.select({ link: gesture.link });
      this.view.paths.get(gesture.link)?.root.focus({ preventScroll: true });
    } else if (["drag", "copy", "connect"].includes(gesture.kind)) {
      if (event.shiftKey || event.ctrlKey || event.metaKey) this.model.toggle(gesture.node);
      else this.model.select({ nodes: [gesture.node] });
      this.focusNode(gesture.node, false);
      this.tapped(gesture.node, event);
    } else if (gesture.kind === "pan" || gesture.kind === "marquee") {
      if (this.connector.source) this.connector.drop(gesture.world, where(event));
      else if (this.connector.active) this.connector.cancel();
      else if (!event.shiftKey) this.model.select();
      this.surface.focus({ preventScroll: true });
    }
  }

  /** The second tap of a node in short order changes its name; no event of the browser tells. */
  tapped(node, { timeStamp, shiftKey }) {
    const twice = this.last?.node === node && timeStamp - this.last.at < TWICE_MS;
    this.last = twice || shiftKey ? null : { node, at: timeStamp };
    if (twice && !shiftKey) this.rename(node);
  }

  abort(event) {
    this.pointers.delete(event.pointerId);
    const { gesture } = this;
    this.end();
    this.undo(gesture);
  }

  /** Escape: give up the gesture, as if it had not begun. Answers whether there was one. */
  escape() {
    const { gesture } = this;
    if (!gesture?.started) return false;
    this.end();
    this.undo(gesture);
    return true;
  }

  undo(gesture) {
    if (gesture?.kind === "connect") this.connector.cancel();
    if (gesture?.kind === "frame" || gesture?.kind === "resize") this.frames.undo(gesture);
    if (gesture?.kind !== "drag" || !gesture.from) return;
    this.grouping.release();
    for (const { x, y, w, h, ...group } of gesture.lifted.along) this.model.reframe(group, { x, y, w, h });
    for (const { id, x, y } of gesture.from) this.model.move(id, x, y);
    const ids = gesture.from.map(({ id }) => id);
    this.view.routeAt(ids);
    this.view.placeLabels();
    this.model.settle(ids, gesture.lifted.along.map(keyOf));
  }

  end() {
    this.gesture = null;
    this.marquee.remove();
    this.copies?.remove();
    this.guides.remove();
    this.stage.classList.remove("panning");
  }

  pinch() {
    this.undo(this.gesture);
    this.end();
    const [a, b] = [...this.pointers.values()];
    this.gesture = {
      kind: "pinch",
      started: true,
      span: Math.hypot(a.x - b.x, a.y - b.y),
      z: this.camera.view.z,
      mid: middle(a, b),
    };
  }

  pinchMove() {
    const [a, b] = [...this.pointers.values()];
    if (!b) return;
    const mid = middle(a, b);
    const span = Math.hypot(a.x - b.x, a.y - b.y);
    this.camera.panBy(mid.x - this.gesture.mid.x, mid.y - this.gesture.mid.y);
    this.camera.zoomTo((this.gesture.z * span) / Math.max(this.gesture.span, 1), mid);
    this.gesture.mid = mid;
  }
}

const where = ({ clientX, clientY }) => ({ x: clientX, y: clientY });
const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
