// Keys: those of the whole page, and those of the canvas.

import { directionOf, neighbour, SNAP } from "./geometry.js";
import { t } from "./i18n.js";

const typing = (target) => Boolean(target.closest?.("input, select, textarea, [contenteditable]"));
const pressing = (target) => Boolean(target.closest?.("button, a, summary, label"));

export class Keyboard {
  constructor(parts) {
    Object.assign(this, parts); // model, view, camera, sync, connector, interact, focus, transport, dialogs, mode, stage, announce
    this.moving = null; // node being moved by arrows: {id, from}
    document.addEventListener("keydown", (event) => this.down(event));
    document.addEventListener("keyup", (event) => this.up(event));
    window.addEventListener("blur", () => this.interact.holdSpace(false));
  }

  down(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && this.escape(event)) return;
    if (typing(event.target)) return;
    if (event.ctrlKey || event.metaKey) {
      this.command(event);
      return;
    }
    if (this.onCanvas(event)) {
      event.preventDefault();
      return;
    }
    if (event.altKey) return;
    this.page(event);
  }

  up(event) {
    if (event.key !== " " || !this.interact.space) return;
    const panned = this.interact.holdSpace(false);
    if (!panned) this.transport.toggle();
  }

  /** Ctrl or Cmd with a letter. */
  command(event) {
    const key = event.key.toLowerCase();
    if (key === "z" && !event.altKey) this.sync[event.shiftKey ? "redo" : "undo"]();
    else if (key === "y" && !event.shiftKey) this.sync.redo();
    else if (key === "a" && this.inCanvas(event.target))
      this.model.select({ nodes: this.model.nodes.keys() });
    else return;
    event.preventDefault();
  }

  /** Keys that work wherever the focus is, but for fields. */
  page(event) {
    const { key } = event;
    if (key === " ") {
      if (pressing(event.target)) return;
      if (!event.repeat) this.interact.holdSpace(true);
    } else if (key === ".") this.transport.step();
    else if (key === "/") this.palette.search();
    else if (key === "?") this.dialogs.help();
    else if (key === "f" || key === "F") this.camera.fit(this.view.extent, true);
    else if (key === "+" || key === "=") this.camera.zoomTo(this.camera.view.z * 1.25);
    else if (key === "-" || key === "_") this.camera.zoomTo(this.camera.view.z / 1.25);
    else if ((key === "Delete" || key === "Backspace") && !pressing(event.target)) this.remove();
    else return;
    event.preventDefault();
  }

  escape(event) {
    if (this.moving) this.dropMoved(false);
    else if (this.interact.escape()) return true;
    else if (this.connector.active) {
      const { source } = this.connector;
      this.connector.cancel();
      if (source) this.focus.node(source, false);
    } else if (typing(event.target)) {
      event.target.blur();
      this.focus.node(this.focus.at, false);
    } else if (this.focus.focusedLink)
      this.focus.node(this.model.links.get(this.focus.focusedLink)?.source);
    else if (this.model.selection.size || this.model.link) this.model.select();
    else return false;
    event.preventDefault();
    return true;
  }

  inCanvas(target) {
    return this.stage.contains(target) || target === document.body;
  }

  /** Keys of the canvas and its nodes and links. Answers whether the key was one. */
  onCanvas(event) {
    const link = this.focus.focusedLink;
    if (link) return this.onLink(event, link);
    const id = this.focus.focusedNode;
    if (!id) return this.enterCanvas(event);
    const direction = directionOf(event.key);
    if (direction) return this.arrow(event, id, direction);
    if (event.altKey) return false;
    switch (event.key) {
      case "Enter":
        return this.enter(event, id);
      case "Tab":
        return (
          this.connector.active && this.connector.source !== null && this.nextTarget(event.shiftKey)
        );
      case "c":
      case "C":
        this.connector.begin(id);
        return true;
      case "k":
      case "K":
        this.sync.toggleCrash(id);
        return true;
      case "h":
      case "H":
        this.sync.toggleHang(id);
        return true;
      case "m":
      case "M":
        this.startMoving(id);
        return true;
      case "l":
      case "L": {
        const [first] = this.model.linksOf(id);
        if (first) this.focus.link(first.id);
        return true;
      }
      case "Delete":
      case "Backspace":
        this.remove(id);
        return true;
      default:
        return false;
    }
  }

  /** An arrow with the canvas itself in focus goes to the first node. */
  enterCanvas(event) {
    if (event.target.id !== "canvas" || !directionOf(event.key)) return false;
    this.focus.node(this.focus.at);
    return true;
  }

  arrow(event, id, direction) {
    const node = this.model.nodes.get(id);
    if (this.moving || event.altKey) {
      const far = event.shiftKey ? 5 : 1;
      this.nudge(
        id,
        direction[0] * SNAP * far,
        direction[1] * SNAP * far,
        event.altKey && !this.moving,
      );
      return true;
    }
    const choosing = this.connector.active && this.connector.source;
    const pool = choosing ? this.connector.candidates() : [...this.model.nodes.values()];
    const next =
      neighbour(pool, node, direction) ??
      (choosing && id === this.connector.source ? pool[0] : null);
    if (next) this.focus.node(next.id);
    if (next && choosing) this.connector.drag({ x: next.x, y: next.y }, next.id);
    return true;
  }

  /** While connecting, Tab goes round the nodes that may be linked to. */
  nextTarget(back) {
    const pool = this.connector.candidates().map((node) => node.id);
    if (!pool.length) return false;
    const place = pool.indexOf(this.focus.focusedNode);
    const id = pool[(place + (back ? -1 : 1) + pool.length) % pool.length] ?? pool[0];
    this.focus.node(id);
    const node = this.model.nodes.get(id);
    this.connector.drag({ x: node.x, y: node.y }, id);
    return true;
  }

  enter(event, id) {
    if (this.moving) this.dropMoved(true);
    else if (this.connector.active) this.connector.choose(id);
    else if (event.shiftKey) this.model.toggle(id);
    else this.model.select({ nodes: [id] });
    return true;
  }

  startMoving(id) {
    const node = this.model.nodes.get(id);
    this.moving = { id, x: node.x, y: node.y };
    this.view.cards.get(id).root.classList.add("moving");
    this.mode.show(t("move.mode", { name: node.name }));
  }

  /** End of moving by arrows: keep the new place, or go back. */
  dropMoved(keep) {
    const { id, x, y } = this.moving;
    this.moving = null;
    this.mode.hide();
    this.view.cards.get(id)?.root.classList.remove("moving");
    const node = this.model.nodes.get(id);
    if (!node) return;
    if (keep && (node.x !== x || node.y !== y)) this.sync.place([id]);
    else {
      this.model.move(id, x, y);
      this.view.routeAt([id]);
      this.model.settle([id]);
    }
  }

  nudge(id, dx, dy, send) {
    const ids = this.model.selection.has(id) && send ? [...this.model.selection] : [id];
    for (const one of ids) {
      const node = this.model.nodes.get(one);
      this.model.move(one, node.x + dx, node.y + dy);
    }
    this.view.routeAt(ids);
    this.camera.reveal({ ...this.model.nodes.get(id), w: 160, h: 100 });
    if (!send) return;
    clearTimeout(this.nudged);
    this.nudged = setTimeout(() => this.sync.place(ids), 350);
  }

  onLink(event, id) {
    const link = this.model.links.get(id);
    const ring = this.model.linksOf(link.source);
    const place = ring.findIndex((one) => one.id === id);
    const turn = { ArrowRight: 1, ArrowDown: 1, l: 1, L: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (turn) this.focus.link(ring[(place + turn + ring.length) % ring.length].id);
    else if (event.key === "Enter") this.model.select({ link: id });
    else if (event.key === "k" || event.key === "K") this.sync.toggleCut(id);
    else if (event.key === "Delete" || event.key === "Backspace") this.sync.remove([], [id]);
    else return false;
    return true;
  }

  /** Delete what is selected; a focused node that is not selected goes alone. */
  remove(id = null) {
    const { selection, link } = this.model;
    if (id && !selection.has(id)) this.sync.remove([id]);
    else if (link) this.sync.remove([], [link]);
    else this.sync.remove([...selection]);
  }
}
