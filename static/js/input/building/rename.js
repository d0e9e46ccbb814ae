// Renaming where the name stands: a field over the card, by a double click, F2 or a menu.

import { html } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const NAME_MAX = 60;

export class Rename {
  constructor({ model, view, camera, sync, stage, focus, grouping }) {
    Object.assign(this, { model, view, camera, sync, stage, focus, grouping });
    this.field = null;
  }

  /** A named thing: its name, where that stands, and how it is changed and focused. */
  named(id) {
    const node = this.model.nodes.get(id);
    if (node) {
      const save = (name) => this.save(id, name);
      return { name: node.name, x: node.x, y: node.y, save, back: () => this.focus.node(id, false) };
    }
    const frame = this.view.groups.shown.find(({ key }) => key === id);
    if (!frame) return null;
    const group = this.model.groupOf(id);
    const back = () => this.view.groups.of(this.model.group)?.focus({ preventScroll: true });
    return { ...frame.at, name: group.name, save: (name) => this.grouping.rename(group, name), back };
  }

  /** Show a field with the name of a node, or of a group by its key, over it. */
  start(id) {
    this.end(true);
    const node = this.named(id);
    if (!node) return;
    this.of = node;
    const { view } = this.camera;
    this.field = html("input", {
      class: "rename",
      type: "text",
      maxlength: NAME_MAX,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("rename.label", { name: node.name }),
    });
    this.field.value = node.name;
    this.field.style.left = `${node.x * view.z + view.x}px`;
    this.field.style.top = `${node.y * view.z + view.y}px`;
    this.field.style.width = `${Math.max(120, 160 * view.z)}px`;
    this.stage.append(this.field);
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.end(true));
    this.field.focus();
    this.field.select();
  }

  key(event) {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const { back } = this.of;
    this.end(event.key === "Enter");
    back();
  }

  /** Take the field away, and its text over when `keep`. */
  end(keep) {
    const { field, of } = this;
    if (!field) return;
    this.field = null; // before it is removed, since that blurs it
    const name = field.value.trim();
    field.remove();
    if (keep && name && name !== of.name) of.save(name);
  }

  async save(id, name) {
    await this.sync.act({ type: "rename_node", node: id, name });
    await this.sync.refresh();
  }
}
