// Mouse, pen and fingers on the canvas: one gesture at a time, from pointerdown to pointerup.

import { svg, setAttr } from "./dom.js";
import { between, boxOf, overlaps, snap } from "./geometry.js";

const SLACK = { mouse: 4, pen: 6, touch: 10 };

export class Interact {
  constructor({ model, view, camera, sync, connector, surface, stage, focusNode }) {
    Object.assign(this, { model, view, camera, sync, connector, surface, stage, focusNode });
    this.pointers = new Map();
    this.gesture = null;
    this.space = false;
    this.marquee = svg("rect", { class: "marquee" });
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.moved(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", (event) => this.abort(event));
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("dblclick", (event) => event.preventDefault());
    surface.addEventListener("contextmenu", (event) => {
      if (this.gesture) event.preventDefault();
    });
  }

  /** Whether some gesture is going on (nothing should be redrawn under it by other means). */
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
  }

  hit(target) {
    const node = target.closest?.(".node")?.dataset.node ?? null;
    const link = target.closest?.(".link")?.dataset.link ?? null;
    return {
      node,
      link,
      port: Boolean(target.closest?.(".port-out")),
      act: Boolean(target.closest?.(".node-act")),
    };
  }

  kindOf(event, { node, link, port, act }) {
    if (event.button === 1 || this.space) return "pan-now";
    if (this.connector.active) return node ? "choose" : "pan";
    if (act) return "act";
    if (port) return "connect";
    if (node) return "drag";
    if (link) return "link";
    return event.shiftKey ? "marquee" : "pan";
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
    if (gesture.kind === "drag") {
      const ids = this.model.selection.has(gesture.node)
        ? [...this.model.selection]
        : [gesture.node];
      gesture.from = ids.map((id) => ({
        id,
        x: this.model.nodes.get(id).x,
        y: this.model.nodes.get(id).y,
      }));
      this.view.raise(ids);
    }
    gesture.last = gesture.at;
  }

  go(event, at) {
    const { gesture, camera } = this;
    if (gesture.kind.startsWith("pan")) {
      camera.panBy(at.x - gesture.last.x, at.y - gesture.last.y);
      gesture.last = at;
    } else if (gesture.kind === "drag") {
      const world = camera.world(event);
      const dx = snap(world.x - gesture.world.x);
      const dy = snap(world.y - gesture.world.y);
      const kept = gesture.from.filter(({ id }) => this.model.nodes.has(id));
      for (const { id, x, y } of kept) this.model.move(id, x + dx, y + dy);
      this.view.routeAt(kept.map(({ id }) => id));
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
      if (ids.length) this.sync.place(ids);
      else this.model.settle(gesture.from.map(({ id }) => id));
    } else if (gesture.kind === "connect") {
      const over = this.under(event);
      if (over && over !== gesture.node)
        this.connector.choose(over).finally(() => this.connector.cancel());
      else this.connector.cancel();
    } else if (gesture.kind === "marquee" && gesture.box) {
      const inside = [...this.model.nodes.values()].filter((node) =>
        overlaps(boxOf(node), gesture.box),
      );
      this.model.select({ nodes: inside.map((node) => node.id) });
    }
  }

  /** Pressed and let go without moving. */
  tap(gesture, event) {
    if (gesture.kind === "act") this.sync.toggleCrash(gesture.node);
    else if (gesture.kind === "choose") this.connector.choose(gesture.node);
    else if (gesture.kind === "link") {
      this.model.select({ link: gesture.link });
      this.view.paths.get(gesture.link)?.root.focus({ preventScroll: true });
    } else if (gesture.kind === "drag" || gesture.kind === "connect") {
      if (event.shiftKey || event.ctrlKey || event.metaKey) this.model.toggle(gesture.node);
      else this.model.select({ nodes: [gesture.node] });
      this.focusNode(gesture.node, false);
    } else if (gesture.kind === "pan") {
      if (this.connector.active) this.connector.cancel();
      else this.model.select();
      this.surface.focus({ preventScroll: true });
    }
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
    if (gesture?.kind !== "drag" || !gesture.from) return;
    for (const { id, x, y } of gesture.from) this.model.move(id, x, y);
    const ids = gesture.from.map(({ id }) => id);
    this.view.routeAt(ids);
    this.view.placeLabels();
    this.model.settle(ids);
  }

  end() {
    this.gesture = null;
    this.marquee.remove();
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

const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
