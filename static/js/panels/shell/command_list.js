// The list of every command (Ctrl K): type a few letters, arrows choose, Enter runs.

import { presets } from "../../page/boot.js";
import { html, icon } from "../../page/dom.js";
import { PLACES } from "../../canvas/groups/containers.js";
import { t } from "../../page/i18n.js";
import { shortcut } from "../../input/keys.js";

const SHOWN_MAX = 60;

export class CommandList {
  constructor({ model, commands, builder, focus, grouping }) {
    Object.assign(this, { model, commands, builder, focus, grouping });
    this.field = html("input", {
      type: "text",
      role: "combobox",
      id: "commands-field",
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "true",
      "aria-controls": "commands-list",
      "aria-label": t("commands.title"),
      placeholder: t("commands.hint"),
    });
    this.list = html("ul", { role: "listbox", id: "commands-list", "aria-label": t("commands.title") });
    this.none = html("p", { class: "pal-none", role: "status" });
    this.root = html(
      "dialog",
      { class: "dialog commands", "aria-label": t("commands.title") },
      html("label", { class: "field" }, icon("search", "s14"), this.field),
      this.list,
      this.none,
    );
    document.body.append(this.root);
    this.field.addEventListener("input", () => this.filter());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("click", (event) => this.click(event));
    commands.add("commands", "any", () => this.open(), "menu");
  }

  open() {
    if (this.root.open || document.querySelector("dialog[open]")) return;
    this.about = this.commands.target; // before the focus leaves the canvas
    this.back = document.activeElement;
    this.all = this.collect();
    this.field.value = "";
    this.root.showModal();
    this.field.focus();
    this.filter();
  }

  collect() {
    const { commands, about } = this;
    const named = commands.entries([...commands.all.keys()], about);
    const kinds = presets.filter((one) => one.label && !one.retired);
    return [
      ...named.filter(({ id }) => id !== "commands"),
      ...kinds.map((one) => ({
        label: t("commands.add", { name: one.label }),
        icon: one.icon,
        run: () => this.builder.add(one),
      })),
      ...this.groups(),
      ...[...this.model.nodes.values()].map((node) => ({
        label: t("commands.go", { name: node.name }),
        icon: node.icon,
        run: () => {
          this.model.select({ nodes: [node.id] });
          this.focus.node(node.id);
        },
      })),
    ];
  }

  /** Entries about groups, each of them by its name. */
  groups() {
    const { model, grouping, about, builder } = this;
    const { nodes } = about;
    const named = (group) => ({ group: model.called(group) });
    const entry = (label, sort, run) => ({ label, icon: sort === "network" ? "lock" : sort, run });
    const put = grouping.others(nodes).map((group) =>
      entry(t("group.putInto", named(group)), group.sort, () => grouping.put(nodes, group)),
    );
    const take = grouping.own(nodes).map((group) =>
      entry(t("group.takeOut", named(group)), group.sort, () => grouping.take(nodes, group)),
    );
    const fresh = PLACES.map((sort) =>
      entry(t(nodes.length ? "group.new" : "group.add", { sort: model.sorts[sort] }), sort, () =>
        nodes.length ? grouping.gather(nodes, sort) : builder.addGroup(sort),
      ),
    );
    const go = grouping.all.map((group) =>
      entry(t("group.go", { name: model.called(group) }), group.sort, () => {
        model.select({ group: group.key });
        this.focus.group(group.key);
      }),
    );
    return [...put, ...take, ...fresh, ...go];
  }

  filter() {
    const words = this.field.value.trim().toLowerCase().split(/\s+/);
    this.found = this.all
      .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
      .slice(0, SHOWN_MAX);
    this.list.replaceChildren(...this.found.map((entry, i) => this.row(entry, i)));
    this.none.textContent = this.found.length ? "" : t("commands.none");
    this.mark(0);
  }

  row(entry, i) {
    const row = html("li", { role: "option", id: `command-${i}`, "aria-selected": "false" });
    row.dataset.at = i;
    row.append(
      entry.icon ? icon(entry.icon, "s14") : html("span", { class: "no-icon" }),
      html("span", { class: "nm" }, entry.label),
    );
    const keys = entry.id ? shortcut(entry.id) : [];
    if (keys.length) row.append(html("span", { class: "kbd" }, keys.join(" ")));
    return row;
  }

  mark(at) {
    this.at = at;
    for (const row of this.list.children)
      row.setAttribute("aria-selected", String(Number(row.dataset.at) === at));
    const row = this.list.children[at];
    this.field.setAttribute("aria-activedescendant", row?.id ?? "");
    row?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    event.stopPropagation();
    const turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { length } = this.found;
    if (turn && length) this.mark((this.at + turn + length) % length);
    else if (event.key === "Enter") this.run(this.at);
    else return;
    event.preventDefault();
  }

  click(event) {
    const row = event.target.closest("li");
    if (row) this.run(Number(row.dataset.at));
    else if (event.target === this.root) this.root.close();
  }

  run(at) {
    const entry = this.found[at];
    if (!entry) return;
    this.root.close();
    this.back?.focus?.({ preventScroll: true });
    entry.run();
  }
}
