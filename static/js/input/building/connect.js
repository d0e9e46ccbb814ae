// Connecting two nodes, by whatever means: dragging from a port, a key, a button, taps.

import { presets, targets } from "../../page/boot.js";
import { setHidden, setText, svg } from "../../page/dom.js";
import { boxOf, CARD } from "../../canvas/geometry.js";
import { t } from "../../page/i18n.js";
import { curves, pathData } from "../../canvas/link_routing.js";

export class Connector {
  constructor(model, view, sync, toasts, parts) {
    this.model = model;
    this.view = view;
    this.sync = sync;
    this.toasts = toasts;
    this.parts = parts; // {stage, mode, modeText, announce}
    this.source = null;
    this.active = false;
    this.over = null;
    this.draft = svg("path", { class: "draft" });
    this.offer = () => false; // (source, point of the world, point of the window): what fits there
  }

  /** The link was let go over the empty ground: offer what could stand there. */
  drop(world, at) {
    const { source } = this;
    this.cancel();
    if (source) this.offer(source, this.model.down ? { x: world.x - CARD.w / 2, y: world.y } : { x: world.x, y: world.y - CARD.h / 2 }, at);
  }

  /** Start from node `id`; without one, the next node chosen is where the link starts. */
  begin(id = null) {
    this.cancel();
    this.active = true;
    this.source = id;
    this.parts.stage.classList.add("connecting");
    this.show();
  }

  /** True if a link may go from the source to node `id`. */
  fits(id) {
    return this.refusal(id) === "";
  }

  /** Reason why no link may go to node `id` from the source, or from node `start`; or "". */
  refusal(id, start = this.source) {
    const source = this.model.nodes.get(start);
    const target = this.model.nodes.get(id);
    if (!source || !target) return "";
    const allowed = targets[source.kind] ?? [];
    if (!allowed.length) return t("connect.no_targets", { source: source.name });
    if (source === target || !allowed.includes(target.kind)) {
      const kinds = allowed.map(
        (kind) => presets.find((preset) => preset.kind === kind)?.label ?? kind,
      );
      return t("connect.targets", { source: source.name, kinds: kinds.join(", ") });
    }
    const linked = [...this.model.links.values()].some(
      (link) =>
        (link.source === source.id && link.target === target.id) ||
        (source.kind === target.kind && link.source === target.id && link.target === source.id),
    );
    return linked ? t("connect.linked") : "";
  }

  /** Nodes that a link may go to now, oldest first. */
  candidates() {
    return [...this.model.nodes.values()].filter((node) => this.fits(node.id));
  }

  /** The pointer is over node `id` (or null) at `point` of the world: draw the link to be. */
  drag(point, id) {
    this.hover(id);
    const source = this.model.nodes.get(this.source);
    if (!source) return;
    const target = id && this.fits(id) ? boxOf(this.model.nodes.get(id)) : null;
    const { down } = this.model;
    const loose = { ...point, w: CARD.w, h: CARD.h };
    if (down) loose.x -= CARD.w / 2;
    else loose.y -= CARD.h / 2;
    this.draft.setAttribute("d", pathData(curves(boxOf(source), target ?? loose, false, [], down)));
    this.draft.classList.toggle("bad", Boolean(id) && id !== this.source && !target);
    if (!this.draft.isConnected) this.view.overLayer.append(this.draft);
  }

  /** Node `id` is the one the link would go to now. */
  hover(id) {
    if (this.over === id) return;
    this.view.cards.get(this.over)?.root.classList.remove("target");
    this.over = id;
    if (id && this.fits(id)) this.view.cards.get(id)?.root.classList.add("target");
  }

  /** Choose node `id`: as the start if there is none yet, else as the end. */
  async choose(id) {
    if (!this.source) {
      this.begin(id);
      return false;
    }
    const source = this.model.nodes.get(this.source);
    const target = this.model.nodes.get(id);
    const why = this.refusal(id);
    if (why || !source || !target) {
      if (why) this.toasts.show(why);
      return false;
    }
    this.cancel();
    const saved = this.sync.act({ type: "add_link", source: source.id, target: target.id });
    const ghost = this.ghost(source, target);
    const { ok } = await saved;
    if (ok) {
      this.parts.announce(t("connect.done", { source: source.name, target: target.name }));
      await this.sync.refresh();
    }
    ghost.remove();
    return ok;
  }

  /** A link that was drawn and is not saved yet. */
  ghost(source, target) {
    const way = curves(boxOf(source), boxOf(target), false, [], this.model.down);
    const ghost = svg("path", { class: "draft unsaved", d: pathData(way) });
    this.view.overLayer.append(ghost);
    return ghost;
  }

  cancel() {
    if (!this.active) return;
    this.hover(null);
    this.active = false;
    this.source = null;
    this.draft.remove();
    this.parts.stage.classList.remove("connecting");
    for (const card of this.view.cards.values()) card.root.classList.remove("dim", "target");
    setHidden(this.parts.mode, true);
  }

  show() {
    const source = this.model.nodes.get(this.source);
    for (const card of this.view.cards.values()) {
      card.root.classList.toggle(
        "dim",
        Boolean(source) && card.id !== this.source && !this.fits(card.id),
      );
    }
    const text = source ? t("connect.from", { name: source.name }) : t("connect.pick");
    setText(this.parts.modeText, text);
    setHidden(this.parts.mode, false);
    this.parts.announce(text);
    if (source && !targets[source.kind]?.length) {
      this.toasts.show(t("connect.no_targets", { source: source.name }));
      this.cancel();
    }
  }
}
