// One chart: lines against simulated time, with marks, the moment shown, and a range in hand.

import { byId, html, setText, svg } from "../../page/dom.js";

const MARKS_APART = 8;
const DRAG_MIN = 6; // pixels from which on a press is no click
const COLOURS = ["--c1", "--c2", "--c3", "--c4"];
const DASHES = [[], [6, 3], [10, 3, 2, 3], [2, 3]];
export const LINES_OF_NODES = 16;

/** A line: its colour and its dash; those of nodes by number, no two of sixteen alike. */
export function line(which) {
  if (which === "error") return { colour: "--error", dash: DASHES[0] };
  if (which.startsWith?.("error")) return { colour: "--error", dash: DASHES[Number(which.slice(5))] };
  const turn = Math.floor(which / COLOURS.length);
  return { colour: COLOURS[which % 4], dash: DASHES[((which % 4) + turn) % 4] };
}

export class Plot {
  /**
   * `series` is [column, label, line] of each line, `show` writes a value, `window` is the time
   * that is shown, `marks()` gives the times of incidents, and `hands` what clicks and drags do:
   * `goTo(time)`, `select(from, to)`.
   */
  constructor(name, { series, show, top, time, marks, frame, hands }) {
    Object.assign(this, { name, series, show, top, time, marks, frame, hands });
    this.figure = byId(`chart-${name}`);
    this.place = this.figure.querySelector(".plot");
    const keys = this.figure.querySelector(".keys");
    keys.replaceChildren(...series.map(([, label, which]) => legendKey(label, which)));
    // Outcomes come and go in the first one, which has room for two rows of them from the start.
    this.figure.classList.toggle("many", series.length > 3 || name === "throughput");
    this.values = [...keys.children].map((key) => key.lastElementChild);
    this.colour = reader(this.figure);
    this.plot = new window.uPlot(this.options(), [[], ...series.map(() => [])], this.place);
    this.plot.over.addEventListener("mousedown", ({ clientX }) => (this.pressed = clientX));
    this.plot.over.addEventListener("click", (event) => this.click(event));
  }

  get title() {
    return this.figure.querySelector(".ct").firstChild.textContent.trim();
  }

  options() {
    const { colour, series } = this;
    const axis = {
      stroke: colour("--ink-3"),
      font: `11px ${getComputedStyle(document.body).fontFamily}`,
      ticks: { show: false },
    };
    const grid = { stroke: colour("--c-grid"), width: 1 };
    const texts = (_, ticks) => ticks.map((tick) => (tick === null ? "" : this.show(tick)));
    return {
      ...this.size,
      pxAlign: 0,
      legend: { show: false },
      padding: [8, 18, 0, 0],
      cursor: {
        sync: { key: "run" },
        y: false,
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false, dist: DRAG_MIN },
      },
      select: { show: true },
      scales: {
        x: { time: false, range: () => this.time.range },
        y: { range: (_, low, high) => [0, this.top ?? nice(Math.max(high ?? 0, 1))] },
      },
      axes: [
        { ...axis, size: 22, gap: 3, space: 60, grid: { show: false }, values: trimmed },
        { ...axis, size: 40, gap: 4, space: 36, grid, values: texts },
      ],
      series: [{}, ...series.map(([, label, which]) => this.stroke(label, line(which)))],
      hooks: {
        draw: [() => this.drawMarks()],
        setCursor: [() => this.readOut()],
        setSelect: [() => this.selected()],
      },
    };
  }

  stroke(label, { colour, dash }) {
    return {
      label,
      stroke: this.colour(colour),
      width: 1.75,
      dash,
      points: { show: false },
      spanGaps: false,
    };
  }

  /** A click goes to its moment; the end of a drag does not. */
  click({ clientX }) {
    const { left } = this.plot.cursor;
    if (left >= 0 && Math.abs(clientX - this.pressed) < DRAG_MIN)
      this.hands.goTo(this.plot.posToVal(left, "x"));
  }

  selected() {
    const { left, width } = this.plot.select;
    if (width < DRAG_MIN) return;
    const [from, to] = [left, left + width].map((x) => this.plot.posToVal(x, "x"));
    this.plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.hands.select(from, to);
  }

  /** The moment under a place on the screen. */
  timeAt(clientX) {
    return this.plot.posToVal(clientX - this.plot.over.getBoundingClientRect().left, "x");
  }

  /** Write the values under the cursor beside their names. */
  readOut() {
    const { idx } = this.plot.cursor;
    this.values.forEach((element, i) => {
      const value = idx == null ? null : this.plot.data[i + 1]?.[idx];
      setText(element, value == null ? "" : this.show(value));
    });
  }

  drawMarks() {
    const { ctx, bbox } = this.plot;
    const [low, high] = this.time.range;
    ctx.save();
    ctx.strokeStyle = this.colour("--line-control");
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 4]);
    ctx.beginPath();
    let last = Infinity;
    for (const mark of this.marks()) {
      if (mark < low || mark > high) continue;
      const x = Math.round(this.plot.valToPos(mark, "x", true)) + 0.5;
      if (last - x < MARKS_APART) continue; // newest first; one line stands for several
      last = x;
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
    if (this.frame()?.past) this.drawFuture();
  }

  /** Pale what comes after the moment shown, behind a line. */
  drawFuture() {
    const { ctx, bbox } = this.plot;
    const right = bbox.left + bbox.width;
    const at = this.plot.valToPos(this.frame().t, "x", true);
    const x = Math.min(Math.max(at, bbox.left), right);
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = this.colour("--surface");
    ctx.fillRect(x, bbox.top, right - x, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = this.colour("--ink");
    ctx.fillRect(Math.round(x), bbox.top, Math.max(1, window.devicePixelRatio), bbox.height);
    ctx.restore();
  }

  draw(history) {
    const names = this.series.map(([name]) => name);
    this.plot.setData(history.slice(names, ...this.time.range));
  }

  get size() {
    const { clientWidth, clientHeight } = this.place;
    return { width: Math.max(clientWidth, 80), height: Math.max(clientHeight, 60) };
  }

  resize() {
    this.plot.setSize(this.size);
  }

  destroy() {
    this.plot.destroy();
  }
}

/** One entry of a chart's legend: a piece of the line, and its name. */
function legendKey(label, which) {
  const { colour, dash } = line(which);
  const name = `k-${colour.slice(2)} d${DASHES.indexOf(dash)}`;
  return html(
    "span",
    { title: label },
    svg(
      "svg",
      { viewBox: "0 0 16 8", "aria-hidden": "true" },
      svg("path", { class: name, d: "M0 4H16" }),
    ),
    label,
    html("b", { class: "key-value" }),
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

const trimmed = (_, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(9))));

/** Resolved colours of the present theme, for canvases; each is looked up once. */
function reader(element) {
  const known = new Map();
  return (name) => {
    if (!known.has(name)) {
      const probe = document.createElement("i");
      probe.style.color = `var(${name})`;
      element.append(probe);
      known.set(name, getComputedStyle(probe).color);
      probe.remove();
    }
    return known.get(name);
  };
}
