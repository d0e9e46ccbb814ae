// Building: new nodes where they are wanted, in a link, beside a node, or as copies of others.

import { presets, targets } from "../../page/boot.js";
import { boxOf, CARD, freeOffset, freePlace } from "../../canvas/geometry.js";
import { PLACES } from "../../canvas/groups/containers.js";
import { t } from "../../page/i18n.js";

const links = (from, to) => targets[from]?.includes(to) ?? false;

export class Builder {
  constructor({ model, view, camera, sync, menu, stage, announce, grouping, added }) {
    Object.assign(this, { model, view, camera, sync, menu, stage, announce, grouping, added });
  }

  /** True if a node of a kind may stand in a link, between its ends. */
  fitsLink(id, kind) {
    const link = this.model.links.get(id);
    const [source, target] = [link?.source, link?.target].map((end) => this.model.nodes.get(end));
    return Boolean(source && target) && links(source.kind, kind) && links(kind, target.kind);
  }

  /** True if a node of a kind may be linked with a node, in either direction. */
  fitsNode(id, kind) {
    const node = this.model.nodes.get(id);
    return Boolean(node) && (links(node.kind, kind) || links(kind, node.kind));
  }

  /** Put a new node into a link; at `want` (a point of the world) if there is room. */
  insert(link, { kind, preset }, want = null) {
    return this.#build({ type: "insert_node", link, kind, preset, ...this.#drawn(want) });
  }

  /** Put a new node on the drawing and link it with `node`. */
  addLinked(node, { kind, preset }, want = null) {
    return this.#build({ type: "add_linked", node, kind, preset, ...this.#standing(want) });
  }

  add({ kind, preset }, want) {
    const taken = [...this.model.nodes.values()].map(boxOf);
    const near = want ?? freePlace(taken, this.#middle());
    return this.#build({ type: "add_node", kind, preset, ...this.#standing(near) });
  }

  /** Copy nodes with their links, to the free place nearest to `by` from where they are. */
  duplicate(ids, by = { dx: 0, dy: CARD.h + 28 }) {
    const boxes = ids.map((id) => boxOf(this.model.nodes.get(id)));
    const taken = [...this.model.nodes.values()].map(boxOf);
    const { dx, dy } = freeOffset(taken, boxes, by) ?? by;
    const from = this.model.drawnAt({ x: 0, y: 0 });
    const to = this.model.drawnAt({ x: dx, y: dy });
    return this.#build({ type: "duplicate", nodes: ids, dx: to.x - from.x, dy: to.y - from.y });
  }

  /** Put the selected nodes into a new group; without any, draw its frame at `want`. */
  addGroup(sort, want = null) {
    const { selection } = this.model;
    if (!want && selection.size) return this.grouping.gather([...selection], sort);
    const { x, y } = this.#middle();
    return this.grouping.draw(sort, want ?? { x: x + CARD.w / 2, y: y + CARD.h / 2 });
  }

  /** Put nodes at `places` (a Map of id to {x, y}), together aside where others stand. */
  place(places) {
    for (const [id, { x, y }] of places) this.model.move(id, x, y);
    return this.grouping.settle([...places.keys()]);
  }

  /** Lay the whole drawing out in layers, and show all of it. */
  async tidy() {
    if (!this.model.nodes.size) return;
    const { ok } = await this.sync.act({ type: "tidy" });
    if (!ok) return;
    await this.sync.refresh();
    this.camera.fit(this.view.extent, true);
    this.announce(t("tidied"));
  }

  /** Offer, in a menu at a point of the window, what `node` could link to at `want`. */
  offer(node, want = null, at = null) {
    const source = this.model.nodes.get(node);
    const fitting = presets.filter((one) => !one.variant && links(source.kind, one.kind));
    if (!fitting.length) return false;
    const box = boxOf(source);
    const beside = this.model.down
      ? { x: box.x, y: box.y + CARD.h + 60 }
      : { x: box.x + CARD.w + 90, y: box.y };
    const point = at ?? this.#onScreen({ x: box.x + CARD.w + 12, y: box.y });
    this.#menu(point, t("offer.from", { name: source.name }), fitting, (one) =>
      this.addLinked(node, one, want ?? beside),
    );
    return true;
  }

  /** Offer what could stand in a link. */
  offerInto(link) {
    const fitting = presets.filter((one) => !one.variant && this.fitsLink(link, one.kind));
    const { source, target } = this.model.links.get(link);
    const [a, b] = [source, target].map((id) => boxOf(this.model.nodes.get(id)));
    const point = this.#onScreen({ x: (a.x + CARD.w + b.x) / 2, y: (a.y + b.y) / 2 });
    if (!fitting.length) this.announce(t("offer.nothing"));
    else this.#menu(point, t("offer.into"), fitting, (one) => this.insert(link, one));
  }

  /** Offer the groups that nodes can be put `into`, or taken out of. */
  offerGroups(ids, into) {
    const { grouping, model } = this;
    const groups = into ? grouping.others(ids) : grouping.own(ids);
    const entries = groups.map((group) => ({
      label: model.called(group),
      icon: group.sort === "network" ? "lock" : group.sort,
      run: () => (into ? grouping.put(ids, group) : grouping.take(ids, group)),
    }));
    const fresh = PLACES.map((sort) => ({
      label: t("group.new", { sort: model.sorts[sort] }),
      icon: sort === "network" ? "lock" : sort,
      run: () => grouping.gather(ids, sort),
    }));
    if (into) entries.push(...(entries.length ? [null] : []), ...fresh);
    const box = boxOf(model.nodes.get(ids[ids.length - 1]));
    const point = this.#onScreen({ x: box.x + CARD.w + 12, y: box.y });
    if (entries.length) this.menu.open(point, t(into ? "command.putInto" : "command.takeOut"), entries);
    else this.announce(t("group.none"));
  }

  #menu(point, label, fitting, run) {
    const entries = fitting.map((one) => ({
      label: one.label,
      icon: one.icon,
      run: () => run(one),
    }));
    this.menu.open(point, label, entries);
  }

  #onScreen({ x, y }) {
    const { view } = this.camera;
    const frame = this.stage.getBoundingClientRect();
    return { x: frame.left + x * view.z + view.x, y: frame.top + y * view.z + view.y };
  }

  #middle() {
    const { w, h } = this.camera.size;
    const { view } = this.camera;
    return {
      x: (w / 2 - view.x) / view.z - CARD.w / 2,
      y: (h / 2 - view.y) / view.z - CARD.h / 2,
    };
  }

  /** The place of a new card near `want`, with the groups that it stands in there. */
  #standing(want) {
    if (!want) return {};
    const { x, y, groups } = this.grouping.stand({ ...want, ...CARD });
    return { ...this.#drawn({ x, y }), groups };
  }

  #drawn(point) {
    return point ? this.model.drawnAt(point) : {};
  }

  /** Wait until the drawing has these nodes and links. */
  #arrival(ids) {
    const { model } = this;
    return new Promise((resolve) => {
      const check = () => {
        if (!ids.every((id) => model.nodes.has(id) || model.links.has(id))) return;
        model.removeEventListener("topology", check);
        resolve();
      };
      model.addEventListener("topology", check);
      check();
    });
  }

  /** Send an action, and show what it added. Answers the ids of the new nodes. */
  async #build(action) {
    const { ok, ids } = await this.sync.act(action);
    return ok ? this.show(ids) : [];
  }

  /** Select and name nodes that were added, once they are drawn. Answers their ids. */
  async show(ids) {
    this.sync.refresh();
    await this.#arrival(ids);
    const nodes = ids.filter((id) => this.model.nodes.has(id));
    const names = nodes.map((id) => this.model.nodes.get(id).name).join(", ");
    this.added(nodes);
    this.announce(t("added", { name: names }));
    return nodes;
  }
}
