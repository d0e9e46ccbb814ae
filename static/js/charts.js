// The three charts of the run: throughput, latency, utilisation, against simulated time.

import { byId, html, setText, svg } from "./dom.js";
import { busiest, History, windowFor } from "./history.js";
import { numbers, t } from "./i18n.js";

const DRAW_MS = 250;
const CHOOSE_MS = 4000;
const MARKS_APART = 8;
const LINES = {
  c1: { colour: "--c1", dash: [], key: "k1" },
  c2: { colour: "--c2", dash: [6, 3], key: "k2" },
  c3: { colour: "--c3", dash: [10, 3, 2, 3], key: "k3" },
  c4: { colour: "--c4", dash: [2, 3], key: "k4" },
  error: { colour: "--error", dash: [], key: "k-error" },
};

export class Charts {
  constructor(model, marks) {
    this.model = model;
    this.marks = marks; // () => simulated times of incidents, to be marked
    this.history = new History();
    this.busy = [];
    this.chosen = -Infinity;
    this.branch = null;
    this.drawn = 0;
    this.charts = [];
    this.build();
    new ResizeObserver(() => this.resize()).observe(byId("run"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
  }

  /** Make the charts anew: their colours are fixed when they are made. */
  build() {
    for (const chart of this.charts) chart.plot.destroy();
    const ms = (value) => (value === 0 ? "0" : numbers.ms(value));
    this.charts = [
      this.chart(
        "throughput",
        [
          ["offered", t("series.offered"), "c4"],
          ["completed", t("series.completed"), "c1"],
          ["failed", t("series.failed"), "error"],
        ],
        (value) => numbers.short(value),
      ),
      this.chart(
        "latency",
        [
          ["p50", "p50", "c4"],
          ["p95", "p95", "c2"],
          ["p99", "p99", "c1"],
        ],
        ms,
      ),
      this.chart(
        "utilisation",
        this.busy.map((id, i) => [`u:${id}`, this.model.nodes.get(id)?.name ?? id, `c${i + 1}`]),
        (value) => String(Math.round(value)),
        100,
      ),
    ];
    this.draw();
  }

  chart(name, series, show, top = null) {
    const figure = byId(`chart-${name}`);
    const place = figure.querySelector(".plot");
    const keys = figure.querySelector(".keys");
    keys.replaceChildren(...series.map(([, label, line]) => legendKey(label, line)));
    const colour = reader(figure);
    const axis = {
      stroke: colour("--ink-3"),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      ticks: { show: false },
    };
    const grid = { stroke: colour("--c-grid"), width: 1 };
    const plot = new window.uPlot(
      {
        ...this.sizeOf(place),
        pxAlign: 0,
        legend: { show: false },
        padding: [8, 18, 0, 0],
        cursor: {
          sync: { key: "run" },
          y: false,
          points: { size: 6 },
          drag: { x: false, y: false },
        },
        scales: {
          x: { time: false, range: () => this.range() },
          y: { range: (_, low, high) => [0, top ?? nice(Math.max(high ?? 0, 1))] },
        },
        axes: [
          {
            ...axis,
            size: 22,
            gap: 3,
            space: 60,
            grid: { show: false },
            values: (_, ticks) => ticks.map((tick) => trimmed(tick)),
          },
          {
            ...axis,
            size: 36,
            gap: 4,
            space: 36,
            grid,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : show(tick))),
          },
        ],
        series: [
          {},
          ...series.map(([, label, line]) => ({
            label,
            stroke: colour(LINES[line].colour),
            width: 1.75,
            dash: LINES[line].dash,
            points: { show: false },
            spanGaps: false,
          })),
        ],
        hooks: { draw: [(chart) => this.drawMarks(chart, colour)] },
      },
      [[], ...series.map(() => [])],
      place,
    );
    return { name, series, plot, place, show };
  }

  /** About a minute up to how far the run has come; around the moment shown when that is before. */
  range() {
    const { frame } = this.model;
    const head = frame?.head ?? 0;
    const span = windowFor(frame?.speed ?? Math.max(frame?.rate ?? 1, 1));
    if (!frame?.past || frame.t >= head - span)
      return [Math.max(0, head - span), Math.max(head, span)];
    const low = Math.max(0, frame.t - span * 0.75);
    return [low, low + span];
  }

  drawMarks(chart, colour) {
    const { ctx, bbox } = chart;
    const [low, high] = this.range();
    ctx.save();
    ctx.strokeStyle = colour("--line-control");
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 4]);
    ctx.beginPath();
    let last = Infinity;
    for (const mark of this.marks()) {
      if (mark < low || mark > high) continue;
      const x = Math.round(chart.valToPos(mark, "x", true)) + 0.5;
      if (last - x < MARKS_APART) continue; // newest first; one line stands for several
      last = x;
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
    if (this.model.frame?.past) this.drawFuture(chart, colour);
  }

  /** What comes after the moment shown is pale, behind a line. */
  drawFuture(chart, colour) {
    const { ctx, bbox } = chart;
    const right = bbox.left + bbox.width;
    const x = Math.min(Math.max(chart.valToPos(this.model.frame.t, "x", true), bbox.left), right);
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = colour("--surface");
    ctx.fillRect(x, bbox.top, right - x, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour("--ink");
    ctx.fillRect(Math.round(x), bbox.top, Math.max(1, window.devicePixelRatio), bbox.height);
    ctx.restore();
  }

  /** Take a frame: remember it always, draw four times a second. */
  frame(frame) {
    if (this.branch !== null && frame.branch !== this.branch) this.history.cut(frame.branched);
    this.branch = frame.branch;
    if (!frame.seeking) this.remember(frame);
    const now = performance.now();
    if (now - this.chosen > CHOOSE_MS || !this.busy.length) this.choose(now);
    if (now - this.drawn > DRAW_MS || !frame.running) {
      this.drawn = now;
      this.draw();
    }
  }

  remember(frame) {
    const { m } = frame;
    const values = new Map([
      ["offered", m.offered_rps],
      ["completed", m.completed_rps],
      ["failed", m.failed_rps],
      ["p50", m.p50],
      ["p95", m.p95],
      ["p99", m.p99],
    ]);
    for (const part of frame.n) if (part.util !== null) values.set(`u:${part.id}`, part.util * 100);
    const [low, high] = this.range();
    this.history.add(frame.t, values, (high - low) / 60);
  }

  choose(now) {
    this.chosen = now;
    const ids = [...this.model.nodes.keys()];
    const load = (id) => {
      const mean = this.history.recent(`u:${id}`, 20, this.model.frame?.t);
      return mean === null ? null : mean / 100;
    };
    const busy = busiest(ids, load, this.busy);
    const names = busy.map((id) => this.model.nodes.get(id)?.name).join("\n");
    if (names === this.busyNames) return;
    this.busyNames = names;
    this.busy = busy;
    this.build();
  }

  draw() {
    if (!byId("run").offsetParent || !this.charts.length) return;
    const [low, high] = this.range();
    for (const { plot, series } of this.charts) {
      const names = series.map(([name]) => name);
      plot.setData(this.history.slice(names, low, high));
    }
    this.tell();
  }

  /** The charts' values now as a table, for those who cannot see canvases. */
  tell() {
    const body = byId("chart-table").tBodies[0];
    const now = this.model.frame?.t;
    const rows = this.charts.flatMap(({ name, series, show }) =>
      series.map(([column, label]) => {
        return [`${name} ${label}`, this.history.recent(column, 1, now), show];
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

  sizeOf(place) {
    return { width: Math.max(place.clientWidth, 80), height: Math.max(place.clientHeight, 60) };
  }

  resize() {
    if (!byId("run").offsetParent) return;
    for (const { plot, place } of this.charts) plot.setSize(this.sizeOf(place));
    this.draw();
  }
}

/** One entry of a chart's legend: a piece of the line, and its name. */
function legendKey(label, line) {
  const stroke = svg("path", { class: LINES[line].key, d: "M0 4H16" });
  return html(
    "span",
    {},
    svg("svg", { viewBox: "0 0 16 8", "aria-hidden": "true" }, stroke),
    label,
  );
}

/** The next round number above `value`, so that the axis rests. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * 1.05) * power ||
    power * 20
  );
}

const trimmed = (value) => String(Number(value.toPrecision(6)));

/** Resolved colours of the present theme, for canvases. */
function reader(element) {
  return (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
