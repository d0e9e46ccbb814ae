// The inspector: asks the server for the form of what is selected, and keeps its numbers live.

import { url } from "../../page/boot.js";
import { byId, html, setDisabled, setHidden, setText, swapClass } from "../../page/dom.js";
import { groupShown, someOf } from "./multi_primary.js";
import { faultFrom, showFault } from "./faults.js";
import { maybe, numbers, t } from "../../page/i18n.js";
import { GLYPHS, STATES } from "../../canvas/cards/node_card.js";

const NUMBERS_MS = 500;
const RETRY_MS = 1000;
const STEP_MS = 400;

const SHOW = {
  util: (part) => (part.util === null ? "-" : String(Math.round(part.util * 100))),
  queue: (part) => numbers.whole(part.queue),
  rps: (part) => numbers.rate(part.rps),
  fail: (part) => numbers.rate(part.fail),
  p95: (part) => (part.p95 == null ? "-" : numbers.ms(part.p95)),
  reads: (part) => (part.reads == null ? "-" : numbers.rate(part.reads)),
  writes: (part) => (part.writes == null ? "-" : numbers.rate(part.writes)),
  lag: (part) => (part.lag == null ? "-" : numbers.seconds(part.lag)),
  behind: (part) => numbers.whole(Math.round((part.data?.lag ?? 0) / 1000)),
  sum: (part) => part.data?.sum ?? "-",
  commit: (part) => (part.data?.commit == null ? "-" : numbers.ms(part.data.commit)),
  commit_p99: (part) => (part.data?.commit_p99 == null ? "-" : numbers.ms(part.data.commit_p99)),
  used: (part) => numbers.whole(part.data?.used ?? 0),
  pooled: (part) => numbers.whole(part.data?.waiting ?? 0),
  stale: (part) => (part.data?.stale == null ? "-" : percent(part.data.stale)),
  own: (part) => (part.data?.own == null ? "-" : percent(part.data.own)),
  divergent_writes: (part) => numbers.whole(part.divergent_writes ?? 0),
  since: (part) => (part.since == null ? "-" : numbers.seconds(part.since)),
  inst: (part) => (part.inst ? `${part.inst[1]} / ${part.inst[0]}` : "-"),
  hit: (part) => (part.hit == null ? "-" : String(Math.round(part.hit * 100))),
  state: (part) => t(`state.${part.state}`),
  usd: (part) => (part.usd == null ? "-" : usdAMonth(part.usd)),
  expected: (part) => (part.expected == null ? "-" : percent(part.expected)),
};

Object.assign(SHOW, groupShown((count) => numbers.whole(count)));

/** Figures that this page has no rule of its own for, by their form. */
const FORMS = {
  count: (value) => numbers.whole(value),
  rate: (value) => numbers.rate(value),
  share: (value) => percent(value),
  ms: (value) => numbers.ms(value),
};

function written(part, { live, liveForm }) {
  if (SHOW[live]) return SHOW[live](part);
  const value = part[live] ?? part.data?.[live] ?? null;
  return FORMS[liveForm] && (value === null ? "-" : FORMS[liveForm](value));
}

const usdAMonth = (usd) => t("usd_month", { usd: numbers.whole(usd) });

const percent = (share) => String(Number((share * 100).toPrecision(3)));

export class Inspector {
  constructor({ root, model, sync, connector, focus, shell }) {
    Object.assign(this, { root, model, sync, connector, focus, shell });
    this.asked = "overview:";
    this.loads = 0;
    this.rev = -1;
    this.numbersAt = -Infinity;
    model.addEventListener("selection", () => this.follow());
    model.addEventListener("topology", () => this.refresh());
    model.addEventListener("jump", () => {
      this.numbersAt = -Infinity;
    });
    model.addEventListener("frame", () => this.live());
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("change", (event) => this.change(event));
    root.addEventListener("keydown", (event) => this.stepField(event));
    root.addEventListener("input", (event) => this.typing(event.target));
    root.addEventListener("htmx:config:request", (event) => this.queue(event.detail.ctx));
    sync.beforeOthers(() => this.flush());
    root.addEventListener("htmx:after:swap", () => this.swapped());
    document.addEventListener("htmx:before:swap", (event) => this.refuseStale(event));
  }

  /** Subject that the panel has to show, next to the one shown: "node:web-1", "overview:". */
  get wanted() {
    return this.model.inspected.join(":");
  }

  get shown() {
    const { inspects, id } = this.root.querySelector("[data-inspects]")?.dataset ?? {};
    return `${inspects}:${id}`;
  }

  /** Show what is selected now. */
  follow() {
    const { wanted } = this;
    if (wanted === this.asked) return;
    this.asked = wanted;
    this.flush();
    this.disableStale();
    this.load(false);
    if (wanted !== "overview:") this.shell.reveal("inspector");
  }

  /** Until the panel is of what is selected nothing in it can be pressed. */
  disableStale() {
    const stale = this.shown !== this.wanted;
    if (stale === this.root.inert) return;
    if (stale) this.focused = this.root.contains(document.activeElement);
    this.root.inert = stale;
    if (!stale && this.focused && document.activeElement === document.body) this.root.focus();
  }

  /** The drawing changed: fetch the same again, keeping what is typed and where the focus is. */
  refresh() {
    if (this.rev === this.model.rev) return;
    const first = this.rev === -1;
    this.rev = this.model.rev;
    if (!first && !this.root.querySelector("[aria-invalid]")) this.load(true);
  }

  /** Fetch the panel: in place of the old one, or with `keep` as changes to it, if it is the same. */
  async load(keep) {
    const { wanted, shown } = this;
    const [what, id] = this.model.inspected;
    const query = what === "overview" ? {} : { [what]: id };
    const focused = this.root.contains(document.activeElement);
    const options = { target: this.root, source: this.root };
    const same = keep && shown === wanted;
    if (same) options.swap = "innerMorph";
    this.loads += 1;
    const load = this.loads;
    this.theoryOf = this.model.frame?.theory?.change;
    await window.htmx.ajax("GET", url("inspector", query), options);
    if (load !== this.loads) return;
    if (this.shown !== this.wanted) {
      setTimeout(() => load === this.loads && this.load(false), RETRY_MS);
      return;
    }
    if (!same) this.root.scrollTop = 0;
    if (focused && document.activeElement === document.body) this.root.focus();
  }

  /** Theory says something else: of another load, number of servers, or other broken things. */
  async theorize(change) {
    const box = this.root.querySelector("#theory");
    if (!box || change === undefined || change === this.theoryOf) return;
    this.theoryOf = change;
    const [what, id] = this.model.inspected;
    const query = what === "overview" ? {} : { [what]: id };
    await window.htmx.ajax("GET", url("theory", query), { target: box, source: box, swap: "outerMorph" });
  }

  swapped() {
    this.disableStale();
    this.live(true);
  }

  live(now = false) {
    const { frame } = this.model;
    if (!frame || (!now && performance.now() - this.numbersAt < NUMBERS_MS)) return;
    this.numbersAt = performance.now();
    const head = this.root.querySelector("[data-inspects]");
    if (!head) return;
    const { inspects, id } = head.dataset;
    this.theorize(frame.theory?.change);
    if (inspects === "node") {
      const live = this.model.live.get(id);
      const part = live && {
        ...live,
        ...someOf(live),
        missed: live.data?.stale,
        sum: live.data?.sum,
        owned: live.data?.own,
        pool: live.data?.used,
      };
      // What theory says moves with the load; the form is not fetched again for that.
      const expected = frame.theory?.n?.[id]?.util ?? null;
      this.liveNode(part && { ...part, expected, usd: this.usd(id) });
    }
    else if (inspects === "link") this.liveLink(this.model.rates.get(id) ?? { rate: 0, failed: 0 });
    else if (inspects === "overview") {
      this.liveCounts("failure", frame.m.failures ?? {});
      this.liveCounts("ledger", frame.m.ledger ?? {});
      const total = this.root.querySelector('[data-live="usd"]');
      const prices = Object.keys(frame.theory?.usd ?? {});
      if (total && prices.length)
        setText(total, usdAMonth(prices.reduce((sum, one) => sum + this.usd(one), 0)));
    }
  }

  /** Cost of a node a month in dollars now, with all of its servers. */
  usd(id) {
    return this.model.frame.theory?.usd?.[id] ?? null;
  }

  liveNode(part) {
    if (!part) return;
    for (const element of this.root.querySelectorAll("[data-live]")) {
      const text = written(part, element.dataset);
      if (text !== undefined) setText(element, text);
    }
    for (const element of this.root.querySelectorAll("[data-live-when]")) {
      setHidden(element, (part[element.dataset.liveWhen] ?? part.data?.[element.dataset.liveWhen]) == null);
    }
    const badge = this.root.querySelector("[data-live-badge]");
    if (badge) {
      swapClass(badge, [...STATES, "neutral"], part.state);
      const use = badge.querySelector("use");
      const href = use
        .getAttribute("href")
        .replace(/#.*/, `#g-${GLYPHS[part.state] ?? part.state}`);
      if (use.getAttribute("href") !== href) use.setAttribute("href", href);
    }
    const role = this.root.querySelector('[data-live="role"]');
    if (role) {
      setHidden(role, !part.role);
      setText(role, part.role ? t(`role.${part.role}`) : "");
      role.classList.toggle("lead", part.role === "primary" || part.role === "active");
    }
    this.liveRemedies(part.remedies ?? [], part.replication_state === "diverged");
    showFault(this.root, part.fault);
    const broken = part.fault !== null && part.fault !== "boot";
    const crashed = part.fault === "crash";
    const crash = byId("insp-crash");
    const heal = byId("insp-heal");
    if (!crash || !heal) return;
    crash.setAttribute("aria-pressed", String(crashed));
    const more = part.inst && part.inst[1] > 0; // other servers of the same node
    setDisabled(crash, crashed && !more && !this.scoped, heal);
    setDisabled(heal, !broken && !this.scoped, crash);
  }

  /** Offer of what people can do about data only what would do something now. */
  liveRemedies(able, diverged) {
    const area = byId("recover");
    const back = able.includes("rewind");
    for (const line of area?.querySelectorAll("[data-why]") ?? []) {
      const { why } = line.dataset;
      const off = { out: !back && !diverged, lead: !back && diverged }[why] ?? !able.includes(why);
      setHidden(line, !off);
    }
    for (const button of area?.querySelectorAll("[data-fault]") ?? [])
      setDisabled(button, !able.includes(button.dataset.how ?? button.dataset.fault), area);
  }

  /** True if a whole group is chosen to be broken. */
  get scoped() {
    return Boolean(byId("b-scope")?.value);
  }

  liveLink({ rate, failed, fault = null }) {
    showFault(this.root, fault && (fault[0] ? "cut_link" : "degrade"));
    const heal = byId("insp-heal");
    if (heal) setDisabled(heal, !fault, this.root.querySelector("[data-fault]"));
    const show = { rate: numbers.rate(rate), failed: numbers.rate(failed) };
    for (const element of this.root.querySelectorAll("[data-live]"))
      setText(element, show[element.dataset.live] ?? "-");
  }

  /** Show counts, the largest first: failures by reason, writes by state. */
  liveCounts(sort, counts) {
    const list = byId(`${sort}-list`);
    const rows = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1]);
    setHidden(list.parentElement, !rows.length);
    while (list.children.length > rows.length * 2) list.lastElementChild.remove();
    rows.forEach(([name, count], i) => {
      if (!list.children[i * 2]) list.append(html("dt"), html("dd"));
      setText(list.children[i * 2], maybe(`${sort}.${name}`) || name);
      setText(list.children[i * 2 + 1], numbers.whole(count));
    });
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { act, id, select, selectLink } = button.dataset;
    if (selectLink) this.model.select({ link: selectLink });
    else if (select) this.choose(select);
    if (act === "break" || act === "crash" || act === "heal") this.break(button.dataset);
    else if (act === "delete") this.sync.remove([id]);
    else if (act === "delete-link") this.sync.remove([], [id]);
    else if (act === "select") this.choose(id);
    else if (act === "connect") {
      this.shell.reveal("canvas");
      this.focus.node(id);
      this.connector.begin(id);
    }
  }

  break({ act, fault, id, how }) {
    const whole = faultFrom(this.root, fault ?? act, id);
    if (!whole) return;
    if (how) whole.how = how;
    const plain = whole.node !== undefined && whole.for_s === undefined && whole.servers === undefined;
    if (act === "crash" && plain) this.sync.crash(id);
    else if (act === "heal" && plain) this.sync.heal(id);
    else this.sync.fault(whole);
  }

  choose(id) {
    this.model.select({ nodes: [id] });
    this.focus.node(id);
  }

  submit(event) {
    if (event.target.matches(".import")) return;
    event.preventDefault(); // Enter in a form of dials: the change that goes before it says it all
    if (event.target.id === "seed-form") this.setSeed(byId("seed"), byId("seed-error"));
  }

  /** A field of the node or link has something in it that was not sent yet. */
  typing(field) {
    if (field.form?.id === "insp-form") this.typed = field;
  }

  /** Send what was typed and not sent yet, to the node or link that it was typed for. */
  flush() {
    clearTimeout(this.stepping);
    const field = this.typed;
    this.typed = null;
    if (field?.isConnected) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Send the form in its turn among everything else that the page sends. */
  queue(ctx) {
    if (ctx.sourceElement.id !== "insp-form") return;
    this.typed = null;
    this.sync.flush();
    const turn = this.sync.turn();
    ctx.fetch = turn.fetch;
    // At the document: the form may have been replaced by then.
    const ended = ({ detail }) => {
      if (detail.ctx !== ctx) return;
      turn.end();
      document.removeEventListener("htmx:finally:request", ended);
    };
    document.addEventListener("htmx:finally:request", ended);
  }

  /** The answer to a form that was left by now must not take the place of what is shown since. */
  refuseStale(event) {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement?.id !== "insp-form") return;
    const [, wanted] = this.model.inspected;
    const shown = this.root.querySelector("[data-inspects]")?.dataset.id;
    if (sourceElement.isConnected && shown === wanted) return;
    event.preventDefault();
    if (response?.headers.has("Loadground-Refused")) this.sync.toasts.show(t("toast.not_saved"));
  }

  async setSeed(field, error) {
    const value = field.value.trim();
    const right = /^\d{1,15}$/.test(value);
    const [problem] = right
      ? await this.sync.control("seed", value, true)
      : [{ text: t("seed_wrong") }];
    setHidden(error, !problem);
    setText(error, problem?.text ?? "");
    if (problem) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", "seed-error");
      field.focus();
      return;
    }
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", "seed-help");
    this.sync.toasts.show(t("toast.seed", { seed: field.value.trim() }));
  }

  change(event) {
    if (event.target.id === "b-scope") this.live(true);
  }

  /** Arrow up and down change a number by its step. */
  stepField(event) {
    const field = event.target.closest?.("input[data-step]");
    const turn = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!field || !turn) return;
    const value = Number(field.value.replaceAll(",", ""));
    const step = Number(field.dataset.step) || 1;
    if (!Number.isFinite(value)) return;
    event.preventDefault();
    const low = field.dataset.low === "" ? -Infinity : Number(field.dataset.low);
    const high = field.dataset.high === "" ? Infinity : Number(field.dataset.high);
    const next = Math.min(high, Math.max(low, value + turn * step * (event.shiftKey ? 10 : 1)));
    field.value = String(Number(next.toFixed(6)));
    this.typing(field);
    clearTimeout(this.stepping);
    this.stepping = setTimeout(() => this.flush(), STEP_MS);
  }
}
