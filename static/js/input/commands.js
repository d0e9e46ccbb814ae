// Commands of the canvas, each once: keys, menus and the list of commands run the same ones.

import { aligned, distributed } from "../canvas/arrange.js";
import { bounds, boxOf } from "../canvas/geometry.js";
import { t } from "../page/i18n.js";
import { shortcut } from "./keys.js";

/** Subjects of commands: nothing in particular, nodes, one node, a link, a group, or any of these. */
const FITS = {
  any: () => true,
  nodes: ({ nodes }) => nodes.length > 0,
  node: ({ node }) => node !== null,
  link: ({ link }) => link !== null,
  several: ({ nodes }) => nodes.length > 1,
  group: ({ group }) => Boolean(group),
  named: ({ node, group }) => node !== null || Boolean(group),
  broken: ({ nodes, group }) => nodes.length > 0 || Boolean(group),
  thing: ({ nodes, link, group }) => nodes.length > 0 || link !== null || Boolean(group),
};

export class Commands {
  /**
   * `parts`: model, view, camera, sync, connector, focus, transport, dialogs, gallery,
   * palette, builder, clipboard, grouping, rename.
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.all = new Map();
    this.addWhole();
    this.addNodes();
    this.addLinks();
    this.addGroups();
    this.addArranging();
  }

  /** Make `run(target)` a command; it is offered when the target is of the sort `about`. */
  add(id, about, run, icon = "") {
    this.all.set(id, { id, about, run, icon });
  }

  /** The nodes, link or group that a command is about now: what has the focus, else what is selected. */
  get target() {
    const { focusedNode, focusedLink, focusedGroup } = this.focus;
    const { selection } = this.model;
    const group = focusedGroup ?? (focusedNode || focusedLink ? null : this.model.group);
    if (group) return { group, link: null, nodes: [], node: null };
    const link = focusedLink ?? (focusedNode ? null : this.model.link);
    if (link) return { link, nodes: [], node: null };
    const nodes =
      focusedNode && !selection.has(focusedNode) ? [focusedNode] : [...selection];
    return { link: null, nodes, node: focusedNode ?? nodes[nodes.length - 1] ?? null };
  }

  fits(id, target) {
    const command = this.all.get(id);
    return command !== undefined && FITS[command.about](target);
  }

  /** Carry a command out. Returns true if there was something to do it to. */
  run(id, target = this.target) {
    if (!this.fits(id, target)) return false;
    this.all.get(id).run(target);
    return true;
  }

  label(id, target) {
    const count = target.nodes.length;
    return t(`command.${id}`, { count });
  }

  /** Entries of a menu for the commands among `ids` that fit the target. */
  entries(ids, target) {
    return ids
      .filter((id) => this.fits(id, target))
      .map((id) => ({
        id,
        label: this.label(id, target),
        keys: shortcut(id),
        icon: this.all.get(id).icon,
        run: () => this.run(id, target),
      }));
  }

  addWhole() {
    const { camera, sync, model, view } = this;
    this.add("undo", "any", () => sync.undo(), "undo");
    this.add("redo", "any", () => sync.redo(), "redo");
    this.add("pause", "any", () => this.transport.toggle(), "pause");
    this.add("step", "any", () => this.transport.step(), "step");
    this.add("all", "any", () => model.select({ nodes: model.nodes.keys() }));
    this.add("search", "any", () => this.palette.search(), "search");
    this.add("fit", "any", () => camera.fit(view.extent, true), "fit");
    this.add("zoomActual", "any", () => camera.zoomTo(1), "fit");
    this.add("fitSelection", "nodes", ({ nodes }) => this.fitNodes(nodes), "fit");
    this.add("zoomIn", "any", () => camera.zoomTo(camera.view.z * 1.25), "plus");
    this.add("zoomOut", "any", () => camera.zoomTo(camera.view.z / 1.25), "minus");
    this.add("paste", "any", () => this.clipboard.paste(), "download");
    this.add("healAll", "any", () => sync.healAll(), "heal");
    this.add("gallery", "any", () => this.gallery.open(), "search");
    this.add("text", "any", () => this.textView.toggle(), "menu");
    this.add("present", "any", () => this.present.toggle(), "present");
    this.add("help", "any", () => this.dialogs.help(), "help");
    this.add("delete", "thing", ({ nodes, link, group }) => {
      if (group) this.grouping.remove(model.groupOf(group));
      else sync.remove(nodes, link ? [link] : []);
    }, "trash");
  }

  addNodes() {
    const { sync } = this;
    this.add("connect", "node", ({ node }) => this.connect(node), "wire");
    this.add("addLinked", "node", ({ node }) => this.offer(node), "plus");
    this.add("rename", "named", ({ node, group }) => this.rename.start(group ?? node), "sliders");
    this.add("duplicate", "nodes", ({ nodes }) => this.builder.duplicate(nodes), "copy");
    this.add("crash", "thing", ({ nodes, link, group }) => {
      if (group) sync.toggleGroup(this.model.groupOf(group));
      else if (link) sync.toggleCut(link);
      else sync.toggleCrash(nodes);
    }, "crash");
    this.add("heal", "broken", ({ nodes, group }) => {
      if (group) sync.healGroup(this.model.groupOf(group));
      else sync.healNodes(nodes);
    }, "heal");
    this.add("copy", "nodes", ({ nodes }) => this.clipboard.copy(nodes), "copy");
    this.add("cut", "nodes", ({ nodes }) => this.clipboard.cut(nodes), "copy");
    this.add("hang", "nodes", ({ nodes }) => sync.toggleHang(nodes), "silence");
    this.add("links", "thing", ({ node, link, group }) => {
      if (group) this.focus.node(this.model.membersOf(this.model.groupOf(group))[0]?.id);
      else if (link) this.nextLink(link, 1);
      else this.focus.link(this.model.linksOf(node)[0]?.id);
    }, "link");
  }

  addLinks() {
    this.add("insert", "link", ({ link }) => this.insertInto(link), "plus");
  }

  addGroups() {
    const { model, builder } = this;
    this.add("putInto", "nodes", ({ nodes }) => builder.offerGroups(nodes, true), "zone");
    this.add("takeOut", "nodes", ({ nodes }) => builder.offerGroups(nodes, false), "zone");
    this.add("nextGroup", "any", (target) => this.nextGroup(target), "zone");
    this.add("selectMembers", "group", ({ group }) => {
      model.select({ nodes: model.membersOf(model.groupOf(group)).map(({ id }) => id) });
    });
  }

  /** Focus the innermost group of a node; from a group, the next one. */
  nextGroup({ node, group }) {
    const { model, view } = this;
    const keys = [...new Set(view.groups.shown.map(({ key }) => key))];
    const own = node && [...keys].reverse().find((key) => {
      const { sort, name } = model.groupOf(key);
      return model.nodes.get(node).groups[sort] === name;
    });
    const next = own ?? keys[(keys.indexOf(group) + 1) % keys.length];
    if (next) this.focus.group(next);
    else this.grouping.announce(t("group.none"));
  }

  addArranging() {
    const { model } = this;
    const place = (arrange, axis, edge) => ({ nodes }) =>
      this.builder.place(arrange(nodes.map((id) => model.nodes.get(id)), axis, edge));
    this.add("tidy", "any", () => this.builder.tidy(), "columns");
    this.add("alignLeft", "several", place(aligned, "x", "first"), "align-left");
    this.add("alignCentre", "several", place(aligned, "x", "middle"), "align-centre");
    this.add("alignRight", "several", place(aligned, "x", "last"), "align-right");
    this.add("alignTop", "several", place(aligned, "y", "first"), "align-top");
    this.add("alignMiddle", "several", place(aligned, "y", "middle"), "align-middle");
    this.add("alignBottom", "several", place(aligned, "y", "last"), "align-bottom");
    this.add("distributeAcross", "several", place(distributed, "x"));
    this.add("distributeDown", "several", place(distributed, "y"));
  }

  fitNodes(ids) {
    this.camera.fit(bounds(ids.map((id) => boxOf(this.model.nodes.get(id)))), true);
  }

  connect(id) {
    if (this.focus.focusedNode !== id) this.focus.node(id, false);
    this.connector.begin(id);
  }

  /** Offer what a new node could be that `id` links to. */
  offer(id) {
    this.connector.cancel();
    this.builder.offer(id);
  }

  insertInto(link) {
    this.builder.offerInto(link);
  }

  /** Focus the next link round a node. */
  nextLink(id, turn) {
    const ring = this.model.linksOf(this.model.links.get(id).source);
    const place = ring.findIndex((one) => one.id === id);
    this.focus.link(ring[(place + turn + ring.length) % ring.length].id);
  }
}
