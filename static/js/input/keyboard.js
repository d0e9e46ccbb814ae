// Keys of the page and of the canvas. Only text fields keep theirs for themselves.

import { directionOf, neighbour, SNAP } from "../canvas/geometry.js";
import { t } from "../page/i18n.js";
import { commandOf, isSpace } from "./keys.js";
import { LastInput, takesText } from "./last_input.js";

const NUDGE_MS = 350;

export class Keyboard {
  constructor(parts) {
    Object.assign(this, parts); // model, view, camera, sync, connector, interact, focus, transport, mode, commands, builder, grouping
    this.moving = null; // node being moved by arrows: {id, x, y}
    this.pushed = null; // group being moved by arrows: {key, held, by}
    this.nudged = new Set(); // nodes moved on screen that the server does not know about
    this.lastInput = new LastInput();
    this.sync.beforeOthers(() => this.flush());
    document.addEventListener("keydown", (event) => this.down(event));
    document.addEventListener("keyup", (event) => this.up(event));
    this.commands.add("move", "node", ({ node }) => this.startMoving(node), "hand");
    window.addEventListener("blur", () => this.interact.holdSpace(false));
  }

  down(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && this.escape(event)) return;
    if (takesText(event.target)) return;
    const handled = isSpace(event) ? this.space(event) : this.key(event);
    if (handled) event.preventDefault();
  }

  up(event) {
    if (!isSpace(event) || !this.interact.space) return;
    event.preventDefault(); // or a button that has the focus would be pressed
    const panned = this.interact.holdSpace(false);
    if (!panned) this.transport.toggle();
  }

  /** Space pauses, and held it lets the canvas be dragged; what the Tab key found it presses. */
  space(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (this.lastInput.pressedBySpace(event.target)) return false;
    if (!event.repeat) this.interact.holdSpace(true);
    return true;
  }

  /** Any other key. Answers whether it was one of ours. */
  key(event) {
    const command = commandOf(event);
    if (["copy", "cut"].includes(command) && textIsSelected()) return false;
    if (command && this.commands.run(command)) return true;
    if (event.ctrlKey || event.metaKey) return false;
    const id = this.focus.focusedNode;
    const direction = directionOf(event.key);
    if (this.focus.focusedGroup) return this.onGroup(event, this.focus.focusedGroup, direction);
    if (this.focus.focusedLink) return this.onLink(event, this.focus.focusedLink);
    if (direction && id) return this.arrow(event, id, direction);
    if (direction && event.target.id === "canvas") return this.enterCanvas();
    if (event.altKey || !id) return false;
    if (event.key === "Enter") return this.enter(event, id);
    return event.key === "Tab" && this.nextTarget(event.shiftKey);
  }

  escape(event) {
    if (document.querySelector("[popover]:popover-open")) return true;
    if (this.moving) this.dropMoved(false);
    else if (this.interact.escape()) return true;
    else if (this.connector.active) {
      const { source } = this.connector;
      this.connector.cancel();
      if (source) this.focus.node(source, false);
    } else if (takesText(event.target)) {
      event.target.blur();
      this.focus.node(this.focus.at, false);
    } else if (this.focus.focusedLink)
      this.focus.node(this.model.links.get(this.focus.focusedLink)?.source);
    else if (this.model.selection.size || this.model.link || this.model.group) this.model.select();
    else return false;
    event.preventDefault();
    return true;
  }

  /** An arrow with the canvas itself in focus goes to the node that had it last. */
  enterCanvas() {
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
    if (!this.connector.active || this.connector.source === null) return false;
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
    else if (this.connector.source === id) this.commands.offer(id);
    else if (this.connector.active) this.connector.choose(id);
    else if (event.shiftKey) this.model.toggle(id);
    else this.model.select({ nodes: [id] });
    return true;
  }

  startMoving(id) {
    if (this.moving) this.dropMoved(true);
    if (this.focus.focusedNode !== id) this.focus.node(id, false);
    const node = this.model.nodes.get(id);
    this.flush();
    this.moving = { id, x: node.x, y: node.y, lifted: this.grouping.lift([id]) };
    this.view.cards.get(id).root.classList.add("moving");
    this.mode.show(t("move.mode", { name: node.name }));
  }

  /** End of moving by arrows: keep the new place, or go back. */
  dropMoved(keep) {
    const { id, x, y, lifted } = this.moving;
    this.moving = null;
    this.mode.hide();
    this.view.cards.get(id)?.root.classList.remove("moving");
    const node = this.model.nodes.get(id);
    if (!node) this.grouping.release();
    else if (keep && (node.x !== x || node.y !== y)) this.grouping.drop([id], lifted);
    else {
      this.grouping.release();
      this.model.move(id, x, y);
      this.view.routeAt([id]);
      this.model.settle([id]);
    }
  }

  /** Move nodes a little; with `send` the server hears of it when the keys rest. */
  nudge(id, dx, dy, send) {
    const ids = this.model.selection.has(id) && send ? [...this.model.selection] : [id];
    if (send && !ids.every((one) => this.nudged.has(one))) {
      this.lifted = this.grouping.lift([...new Set([...this.nudged, ...ids])]);
      this.by = { dx: 0, dy: 0 };
    }
    for (const one of ids) {
      const node = this.model.nodes.get(one);
      this.model.move(one, node.x + dx, node.y + dy);
    }
    if (send) this.by = { dx: this.by.dx + dx, dy: this.by.dy + dy };
    this.grouping.hover(id, send ? this.lifted : this.moving.lifted, send ? this.by : { dx, dy });
    this.view.routeAt(ids);
    this.camera.reveal({ ...this.model.nodes.get(id), w: 160, h: 100 });
    if (!send) return;
    for (const one of ids) this.nudged.add(one);
    clearTimeout(this.nudging);
    this.nudging = setTimeout(() => this.flush(), NUDGE_MS);
  }

  /** Tell the server of all nudges so far, as one edit. */
  flush() {
    clearTimeout(this.nudging);
    const ids = [...this.nudged].filter((id) => this.model.nodes.has(id));
    const had = this.nudged.size > 0;
    this.nudged.clear();
    const { pushed } = this;
    this.pushed = null;
    if (ids.length) this.grouping.drop(ids, this.lifted);
    else if (had) this.grouping.release();
    if (pushed) this.grouping.dropGroup(pushed.held, pushed.by);
  }

  /** A key on the frame of a group: arrows move it with all that is in it. */
  onGroup(event, key, direction) {
    if (event.key === "Enter") this.model.select({ group: key });
    else if (direction) {
      const far = SNAP * (event.shiftKey ? 5 : 1);
      this.push(key, direction[0] * far, direction[1] * far);
    } else return false;
    return true;
  }

  push(key, dx, dy) {
    if (this.pushed?.key !== key) {
      this.flush();
      this.pushed = { key, held: this.grouping.carry(this.model.groupOf(key)), by: { dx: 0, dy: 0 } };
    }
    const { held, by } = this.pushed;
    this.pushed.by = { dx: by.dx + dx, dy: by.dy + dy };
    this.grouping.shift(held, this.pushed.by.dx, this.pushed.by.dy);
    clearTimeout(this.nudging);
    this.nudging = setTimeout(() => this.flush(), NUDGE_MS);
  }

  onLink(event, id) {
    const turn = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (turn) this.commands.nextLink(id, turn);
    else if (event.key === "Enter") this.model.select({ link: id });
    else return false;
    return true;
  }
}

/** True if a text outside the canvas is selected, which is copied rather than nodes. */
function textIsSelected() {
  const { activeElement } = document;
  return !window.getSelection().isCollapsed && !activeElement?.closest("#canvas");
}
