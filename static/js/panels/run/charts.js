// The charts of the run against simulated time, all of one window, and the choice among them.

import { session, url } from "../../page/boot.js";
import { byId, html, setHidden, setText } from "../../page/dom.js";
import { CHARTS, figuresOf, outcomesOf } from "./figures.js";
import { busiest, History, linesOf } from "./history.js";
import { LINES_OF_NODES, Plot } from "./plot.js";
import { numbers, t } from "../../page/i18n.js";

const DRAW_MS = 500;
const TABLE_MS = 1000;
const CHOOSE_MS = 4000;
const ASK_MS = 250;
const LINES = Array.from({ length: LINES_OF_NODES }, (_, i) => i);
const KEPT_LINES = `loadground-lines-${session}`;
const KEPT_CHOICE = "loadground-charts";
const SHOWN = {
  rate: (value) => numbers.short(value),
  ms: (value) => (value === 0 ? "0" : numbers.ms(value)),
  whole: (value) => numbers.short(Math.round(value)),
  seconds: (value) => numbers.places(value, 0, value < 9.95 ? 2 : 0),
  money: (value) => numbers.short(value),
};

export class Charts {
  /** `time` is the window that is shown, `marks()` the simulated times of incidents to be marked. */
  constructor(model, time, marks) {
    Object.assign(this, { model, time, marks });
    this.history = new History();
    this.lines = recalled(); // by node, the line that it keeps
    this.goTo = () => undefined; // called with the time that somebody clicks at
    this.shown = {}; // by chart, the nodes or outcomes that it shows
    this.chosen = -Infinity;
    this.branch = null;
    this.drawn = 0;
    this.tabledAt = 0;
    this.visible = false;
    this.plots = [];
    this.wireChoice();
    this.build();
    this.recall(0, null);
    time.addEventListener("change", () => this.moved());
    model.addEventListener("selection", () => this.choose());
    model.addEventListener("topology", () => this.choose());
    document.addEventListener("visibilitychange", () => this.ask());
    new ResizeObserver(([{ contentRect }]) => this.resize(contentRect)).observe(byId("charts"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
  }

  /** Fetch what the run did from `low` to `high`, as fine as there is room for. */
  async recall(low, high) {
    const part = high === null ? {} : { low_s: low, high_s: high };
    const answer = await fetch(url("history", part)).catch(() => null);
    if (!answer?.ok) return;
    const { t: times, columns } = await answer.json();
    const until = high ?? times[times.length - 1] ?? 0;
    this.history.replace(low, until, times, columns);
    this.choose();
    this.draw();
  }

  /** The window is another one: draw it, and ask for what is missing once it rests. */
  moved() {
    this.draw();
    const { following, span } = this.time;
    if (following && span === this.asked) return;
    this.asked = following ? span : null;
    this.ask();
  }

  ask() {
    clearTimeout(this.asking);
    if (document.hidden) return;
    this.asking = setTimeout(() => {
      const [low, high] = this.time.range;
      this.recall(low, Math.min(high, this.time.head));
    }, ASK_MS);
  }

  /** Charts that are shown: a person's choice, kept in the browser. */
  wireChoice() {
    const kept = localStorage.getItem(KEPT_CHOICE)?.split(",");
    this.boxes = [...byId("charts-choice").querySelectorAll("input")];
    for (const box of this.boxes) {
      if (kept) box.checked = kept.includes(box.value);
      box.addEventListener("change", () => {
        localStorage.setItem(KEPT_CHOICE, this.wanted.join(","));
        this.build();
      });
    }
  }

  get wanted() {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  /** Make the charts anew: their colours are fixed when they are made. */
  build() {
    for (const plot of this.plots) plot.destroy();
    const { wanted } = this;
    for (const { name } of CHARTS) setHidden(byId(`chart-${name}`), !wanted.includes(name));
    setText(byId("charts-count"), String(wanted.length));
    this.plots = CHARTS.filter(({ name }) => wanted.includes(name)).map((chart) => {
      const series = this.seriesOf(chart);
      const none = byId(`chart-${chart.name}`).querySelector(".none");
      if (none) setHidden(none, series.length > 0);
      return new Plot(chart.name, {
        series,
        show: SHOWN[chart.unit],
        top: chart.top,
        time: this.time,
        marks: this.marks,
        frame: () => this.model.frame,
        hands: {
          goTo: (at) => this.goTo(at),
          select: (from, to) => this.time.select(from, to),
        },
      });
    });
    this.draw();
  }

  seriesOf({ name, of }) {
    if (of) {
      const ids = this.shown[name] ?? [];
      const lines = linesOf(ids, LINES, this.lines);
      remember(this.lines);
      return ids.map((id, i) => [`${of}:${id}`, this.model.nodes.get(id)?.name ?? id, lines[i]]);
    }
    const named = (column, which) => [column, t(`series.${column}`), which];
    if (name === "latency")
      return [["p50", "p50", 3], ["p95", "p95", 1], ["p99", "p99", 0]];
    if (name === "cost") return [named("usd", 0)];
    if (name === "goodput")
      return [named("attempts", 2), named("offered", 3), ["completed", t("series.goodput"), 0]];
    const outcomes = this.shown.throughput ?? [];
    const failed = outcomes.map((column, i) => [column, t(`failure.${column.slice(2)}`), `error${i}`]);
    if (!failed.length) failed.push(named("failed", "error"));
    return [named("offered", 3), named("completed", 0), ...failed];
  }

  /** Take a frame: remember it always, draw twice a second. */
  frame(frame) {
    if (this.branch !== null && frame.branch !== this.branch) this.history.cut(frame.branched);
    this.branch = frame.branch;
    const { thinned } = this.history;
    if (!frame.seeking) this.remember(frame);
    if (this.history.thinned !== thinned && !this.time.following) this.ask();
    const now = performance.now();
    if (now - this.chosen > CHOOSE_MS) this.choose(now);
    if (now - this.drawn > DRAW_MS || !frame.running) {
      this.drawn = now;
      this.draw();
    }
  }

  remember(frame) {
    const [low, high] = this.time.range;
    this.history.add(frame.t, figuresOf(frame), (high - low) / 60);
  }

  /** Choose the nodes of each chart: what is selected, then those with most of it. */
  choose(now = performance.now()) {
    this.chosen = now;
    const { nodes, selection } = this.model;
    const shown = { throughput: outcomesOf(this.history.columns) };
    for (const { name, of, top } of CHARTS) {
      if (!of) continue;
      const mean = (id) => this.history.recent(`${of}:${id}`, 20, this.model.frame?.t);
      const most = top ?? Math.max(...[...nodes.keys()].map((id) => mean(id) ?? 0), 1e-9);
      const load = (id) => {
        const value = mean(id);
        if (value === null) return null;
        return value / most + (selection.has(id) ? 10 : 0);
      };
      shown[name] = busiest([...nodes.keys()], load, this.shown[name] ?? []);
    }
    const named = Object.values(shown).flat().map((id) => nodes.get(id)?.name ?? id);
    const key = JSON.stringify([shown, named]);
    if (key === this.key) return;
    this.key = key;
    this.shown = shown;
    this.build();
  }

  draw() {
    if (!this.visible) return;
    for (const plot of this.plots) plot.draw(this.history);
    const now = performance.now();
    if (now - this.tabledAt < TABLE_MS) return;
    this.tabledAt = now;
    this.fillTable();
  }

  /** The charts' values now as a table, for those who cannot see canvases. */
  fillTable() {
    const body = byId("chart-table").tBodies[0];
    const now = this.model.frame?.t;
    const rows = this.plots.flatMap(({ title, series, show }) =>
      series.map(([column, label]) => {
        return [`${title}: ${label}`, this.history.recent(column, 1, now), show];
      }),
    );
    while (body.rows.length > rows.length) body.deleteRow(-1);
    rows.forEach(([label, value, show], i) => {
      const row =
        body.rows[i] ?? body.appendChild(html("tr", {}, html("th", { scope: "row" }), html("td")));
      setText(row.cells[0], label);
      setText(row.cells[1], value === null ? "-" : show(value));
    });
  }

  /** The moment under a place on the screen, if there is a chart. */
  timeAt(clientX, clientY) {
    const plot = this.plots.find((one) => {
      const { left, right, top, bottom } = one.figure.getBoundingClientRect();
      return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
    });
    return plot?.timeAt(clientX);
  }

  resize({ width, height }) {
    this.visible = width > 0 && height > 0;
    if (!this.visible) return;
    for (const plot of this.plots) plot.resize();
    this.draw();
  }
}

/** Lines of nodes that the charts of this drawing had in this browser. */
function recalled() {
  try {
    return new Map(JSON.parse(localStorage.getItem(KEPT_LINES)) ?? []);
  } catch {
    return new Map();
  }
}

function remember(lines) {
  localStorage.setItem(KEPT_LINES, JSON.stringify([...lines]));
}
