// Everything the page asks of the server: actions, controls, undo. In order, one after the other.

import { url } from "./boot.js";
import { t } from "./i18n.js";

export class Sync {
  constructor(model, toasts) {
    this.model = model;
    this.toasts = toasts;
    this.last = Promise.resolve();
    this.fetching = null;
    this.again = false;
  }

  /** Send an action. Answers {ok, ids, errors}; says itself why when the server refused. */
  async act(action) {
    const answer = await this.#send("actions", {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(action),
    });
    if (answer.ok) return { ok: true, ids: answer.body?.ids ?? [], errors: [] };
    this.#complain(answer);
    return { ok: false, ids: [], errors: answer.body?.errors ?? [] };
  }

  /** Pause, resume, step, reset, speed, load or seed. Answers the errors, none when it worked. */
  async control(verb, value = "", quiet = false) {
    const answer = await this.#send("control", {
      body: new URLSearchParams({ verb, value: String(value) }),
    });
    if (answer.ok) return [];
    if (!quiet) this.#complain(answer);
    return answer.body?.errors ?? [{ field: "value", text: t("toast.offline") }];
  }

  async undo() {
    await this.#history("undo", "toast.undone", "toast.nothing_to_undo");
  }

  async redo() {
    await this.#history("redo", "toast.redone", "toast.nothing_to_redo");
  }

  async crash(id) {
    const name = this.#name(id);
    const answer = await this.#send(`nodes/${id}/crash`);
    if (answer.ok)
      this.toasts.show(t("toast.crashed", { name }), {
        label: t("undo"),
        run: () => this.heal(id),
      });
    else this.#complain(answer);
  }

  async heal(id) {
    const name = this.#name(id);
    const answer = await this.#send(`nodes/${id}/heal`);
    if (answer.ok) this.toasts.show(t("toast.healed", { name }));
    else this.#complain(answer);
  }

  async toggleCrash(id) {
    await (this.model.isBroken(id) ? this.heal(id) : this.crash(id));
  }

  /** Break something other than by a crash, or heal a link. */
  async fault(action) {
    const { ok } = await this.act(action);
    if (!ok) return;
    const healed = ["heal", "heal_link", "faults"].includes(action.type);
    const name = this.#subject(action);
    const text = healed ? t("toast.healed", { name }) : t(`toast.fault.${action.how ?? action.type}`, { name });
    if (["flush", "recover", "destroy"].includes(action.type)) this.toasts.show(text);
    else this.toasts.show(text, { label: t("undo"), run: () => this.undo() });
  }

  async toggleHang(id) {
    if (this.model.isBroken(id)) await this.heal(id);
    else await this.fault({ type: "silence", node: id });
  }

  async toggleCut(link) {
    await this.fault({ type: this.model.rates.get(link)?.trouble ? "heal_link" : "cut_link", link });
  }

  async healAll() {
    const answer = await this.#send("heal");
    if (answer.ok) this.toasts.show(t("toast.healed_all"));
    else this.#complain(answer);
  }

  /** Delete nodes (with their links) and links, as one undoable edit. */
  async remove(nodes, links = []) {
    const edits = [
      ...links.map((link) => ({ type: "remove_link", link })),
      ...nodes.map((node) => ({ type: "remove_node", node })),
    ];
    if (!edits.length) return;
    const text =
      edits.length > 1 || !nodes.length
        ? t("toast.deleted_many", { count: edits.length })
        : t("toast.deleted", { name: this.#name(nodes[0]) });
    const { ok } = await this.act(edits.length === 1 ? edits[0] : { type: "batch", edits });
    if (ok) this.toasts.show(text, { label: t("undo"), run: () => this.undo() });
  }

  /** Tell the server where nodes were put, as one edit; the screen has them there already. */
  async place(ids) {
    const edits = ids
      .map((id) => this.model.nodes.get(id))
      .filter(Boolean)
      .map((node) => ({ type: "move_node", node: node.id, ...this.model.drawnAt(node) }));
    if (!edits.length) return;
    const { ok } = await this.act(edits.length === 1 ? edits[0] : { type: "batch", edits });
    await this.refresh();
    this.model.settle(ids);
    if (!ok) await this.refresh();
  }

  /** Fetch the drawing again; calls during a fetch lead to one more after it. */
  refresh() {
    if (this.fetching) {
      this.again = true;
      return this.fetching;
    }
    this.fetching = this.#refresh().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  async #refresh() {
    do {
      this.again = false;
      try {
        const answer = await fetch(url("topology"), { headers: { Accept: "application/json" } });
        if (answer.ok) this.model.setTopology(await answer.json());
      } catch {
        return; // the stream's own reconnecting says so, and brings a topology event when it is back
      }
    } while (this.again);
  }

  async #history(verb, done, nothing) {
    const answer = await this.#send(verb);
    if (answer.ok) this.toasts.show(t(done, { what: answer.body?.done ?? "" }));
    else if (answer.status === 409) this.toasts.show(t(nothing));
    else this.#complain(answer);
  }

  #send(path, options = {}) {
    const job = this.last.then(() => this.#fetch(path, options));
    this.last = job.catch(() => undefined);
    return job;
  }

  async #fetch(path, options) {
    try {
      const answer = await fetch(url(path), { method: "POST", ...options });
      const isJson = answer.headers.get("Content-Type")?.includes("json");
      return { ok: answer.ok, status: answer.status, body: isJson ? await answer.json() : null };
    } catch {
      return { ok: false, status: 0, body: null };
    }
  }

  #complain(answer) {
    const why = answer.body?.errors?.map((error) => error.text).join(" ");
    if (why) this.toasts.show(why);
    else
      this.toasts.show(
        answer.status ? t("toast.refused", { why: answer.status }) : t("toast.offline"),
      );
  }

  #subject({ link, node, group, faults }) {
    const ends = this.model.links.get(link);
    if (ends) return `${this.#name(ends.source)} → ${this.#name(ends.target)}`;
    return group?.name ?? faults?.[0].group.name ?? this.#name(node);
  }

  #name(id) {
    return this.model.nodes.get(id)?.name ?? id;
  }
}
