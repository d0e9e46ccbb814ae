// Everything the page asks of the server: actions, controls, undo. In order, one after the other.

import { faults, url } from "./boot.js";
import { t } from "./i18n.js";

const MANY = {
  crash: "toast.many_crashed",
  silence: "toast.many_hang",
  heal: "toast.many_healed",
};

/** Sorts of group with faults of their own. */
const FAIL_AS_ONE = ["machine", "zone", "region"];

export class Sync {
  constructor(model, toasts) {
    this.model = model;
    this.toasts = toasts;
    this.last = Promise.resolve();
    this.fetching = null;
    this.again = false;
    this.pending = []; // functions that send what was done and not sent yet
    this.removing = new Set(); // nodes and links that are being deleted
    this.removed = () => undefined; // what to do once something was deleted
  }

  /** `send` is called before anything else is sent, to send what the person did before that. */
  beforeOthers(send) {
    this.pending.push(send);
  }

  /** Send everything that was done and not sent yet. */
  flush() {
    for (const send of this.pending) send();
  }

  /** Send an action. Answers {ok, ids, entry, errors}; says itself why when the server refused. */
  async act(action) {
    const answer = await this.#send("actions", {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(action),
    });
    const { ids = [], entry = null, errors = [] } = answer.body ?? {};
    if (!answer.ok) this.#complain(answer);
    return { ok: answer.ok, ids, entry, errors };
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

  /** Take back the newest thing that this person did; or the one whose number is `entry`. */
  async undo(entry = null) {
    if (entry !== null) await this.#history("undo", { entry }, "toast.undone", "toast.undone_before");
    else await this.#history("undo", {}, "toast.undone", "toast.nothing_to_undo");
  }

  async redo() {
    await this.#history("redo", {}, "toast.redone", "toast.nothing_to_redo");
  }

  async crash(id) {
    const name = this.#name(id);
    const answer = await this.#send(`nodes/${id}/crash`);
    if (answer.ok) this.done(t("toast.crashed", { name }), answer.body);
    else this.#complain(answer);
  }

  async heal(id) {
    const name = this.#name(id);
    const answer = await this.#send(`nodes/${id}/heal`);
    if (answer.ok) this.done(t("toast.healed", { name }), answer.body);
    else this.#complain(answer);
  }

  /** Crash nodes; when all of them are broken already, heal them. */
  toggleCrash(ids) {
    return this.#toggle(ids, "crash");
  }

  /** Break something other than by a crash, or heal a link. */
  async fault(action) {
    const answer = await this.act(action);
    if (!answer.ok) return;
    const healed = ["heal", "heal_link", "faults"].includes(action.type);
    const name = this.#subject(action);
    const text = healed ? t("toast.healed", { name }) : t(`toast.fault.${action.how ?? action.type}`, { name });
    if (["flush", "recover", "destroy"].includes(action.type)) this.toasts.show(text);
    else this.done(text, answer);
  }

  /** Heal what is broken among nodes. */
  async healNodes(ids) {
    const broken = ids.filter((id) => this.model.isBroken(id));
    if (broken.length === 1) await this.heal(broken[0]);
    else if (broken.length) await this.#many(broken, "heal");
    else this.toasts.show(t("toast.nothing_broken"));
  }

  /** Do what mends a finding; `what` are the words on its button. */
  async mend(what, action) {
    const answer = await this.act(action);
    if (answer.ok) this.done(t("toast.mended", { what }), answer);
  }

  /** Crash all that is in a group, in one instant; when all of it is broken already, heal it. */
  async toggleGroup(group) {
    const ids = this.model.membersOf(group).map(({ id }) => id);
    const able = ids.filter((id) => faults[this.model.nodes.get(id).kind]?.includes("crash"));
    if (!able.length) this.toasts.show(t("toast.cannot_fail"));
    else if (!FAIL_AS_ONE.includes(group.sort)) await this.toggleCrash(ids);
    else if (able.every((id) => this.model.isBroken(id))) await this.healGroup(group);
    else await this.fault({ type: "crash", group });
  }

  /** Heal all that is in a group, and the links that cross its border. */
  async healGroup(group) {
    const ids = this.model.membersOf(group).map(({ id }) => id);
    if (!FAIL_AS_ONE.includes(group.sort)) await this.healNodes(ids);
    else
      await this.fault({
        type: "faults",
        faults: ["heal", "heal_link"].map((type) => ({ type, group })),
      });
  }

  toggleHang(ids) {
    return this.#toggle(ids, "silence");
  }

  async #toggle(ids, type) {
    const able = ids.filter((id) => faults[this.model.nodes.get(id)?.kind]?.includes(type));
    const sound = able.filter((id) => !this.model.isBroken(id));
    const [one] = able;
    if (!one) this.toasts.show(t("toast.cannot_fail"));
    else if (able.length > 1) await this.#many(sound.length ? sound : able, sound.length ? type : "heal");
    else if (!sound.length) await this.heal(one);
    else if (type === "crash") await this.crash(one);
    else await this.fault({ type, node: one });
  }

  async #many(ids, type) {
    const faults = ids.map((node) => ({ type, node }));
    const answer = await this.act({ type: "faults", faults });
    if (!answer.ok) return;
    this.done(t(MANY[type], { count: ids.length }), answer);
  }

  async toggleCut(link) {
    await this.fault({ type: this.model.rates.get(link)?.fault ? "heal_link" : "cut_link", link });
  }

  async healAll() {
    const answer = await this.#send("heal");
    if (answer.ok) this.toasts.show(t("toast.healed_all"));
    else this.#complain(answer);
  }

  /** Delete nodes (with their links) and links, as one undoable edit. */
  async remove(nodes, links = []) {
    const fresh = (ids) => ids.filter((id) => !this.removing.has(id));
    const edits = [
      ...fresh(links).map((link) => ({ type: "remove_link", link })),
      ...fresh(nodes).map((node) => ({ type: "remove_node", node })),
    ];
    if (!edits.length) return;
    const gone = [...nodes, ...links];
    for (const id of gone) this.removing.add(id);
    const text =
      edits.length > 1 || !nodes.length
        ? t("toast.deleted_many", { count: edits.length })
        : t("toast.deleted", { name: this.#name(nodes[0]) });
    const answer = await this.act(edits.length === 1 ? edits[0] : { type: "batch", edits });
    if (answer.ok) {
      this.done(text, answer);
      await this.refresh();
      this.removed();
    }
    for (const id of gone) this.removing.delete(id);
  }

  /**
   * Tell the server where nodes and frames were put, and into which groups nodes have come (a Map of
   * id to groups), as one edit; the screen has them there already.
   */
  async place(ids, { groups = new Map(), frames = [] } = {}) {
    const { model } = this;
    const edits = [
      ...[...groups].map(([node, change]) => ({ type: "set_groups", node, groups: change })),
      ...ids
        .map((id) => model.nodes.get(id))
        .filter(Boolean)
        .map((node) => ({ type: "move_node", node: node.id, ...model.drawnAt(node) })),
      ...frames
        .map((key) => model.frames.get(key))
        .map((frame) => ({ ...frame, type: "set_frame", ...model.frameDrawnAt(frame) })),
    ];
    if (!edits.length) return { ok: true, entry: null };
    const sense = groups.size ? { sense: "group" } : {};
    const answer = await this.act(edits.length === 1 ? edits[0] : { type: "batch", edits, ...sense });
    await this.refresh();
    model.settle(ids, frames);
    if (!answer.ok) await this.refresh();
    return answer;
  }

  /** Add what a document (as text) draws, its middle at x, y. Answers {accepted, ids, why}. */
  async paste(text, { x, y }) {
    const answer = await this.#send("paste", {
      headers: { "Content-Type": "application/json" },
      body: text,
      query: { x, y },
    });
    if (!answer.ok) this.#complain(answer);
    return answer.body ?? {};
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

  /** Say what was done, with a button that takes that back and nothing else. */
  done(text, { entry }) {
    this.toasts.show(text, { label: t("undo"), run: () => this.undo(entry) });
  }

  async #history(verb, { entry }, done, nothing) {
    const body = new URLSearchParams(entry === undefined ? {} : { entry });
    const answer = await this.#send(verb, { body });
    if (!answer.ok) this.#complain(answer);
    else if (answer.body.why) this.toasts.show(t("toast.no_longer", { why: answer.body.why }));
    else if (answer.body.accepted) this.toasts.show(t(done, { what: answer.body.done }));
    else this.toasts.show(t(nothing));
  }

  #send(path, options = {}) {
    this.flush();
    const job = this.last.then(() => this.#fetch(path, options));
    this.last = job.catch(() => undefined);
    return job;
  }

  /**
   * A place in the queue for a request that somebody else makes. Answers {fetch, end}: `fetch` waits
   * for its turn, and `end` lets the next one go when there was no request after all.
   */
  turn() {
    const ready = this.last;
    let end;
    const done = new Promise((resolve) => {
      end = resolve;
    });
    this.last = ready.then(() => done);
    const fetching = async (...request) => {
      await ready;
      return fetch(...request).finally(end);
    };
    return { fetch: fetching, end };
  }

  async #fetch(path, { query = {}, ...options }) {
    try {
      const answer = await fetch(url(path, query), { method: "POST", ...options });
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
    const whole = group ?? faults?.[0].group;
    return whole ? this.model.called(whole) : this.#name(node);
  }

  #name(id) {
    return this.model.nodes.get(id)?.name ?? id;
  }
}
