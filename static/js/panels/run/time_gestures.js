// Hands on the time window: wheel, two fingers, keys and buttons, on the scrubber and on the charts.

import { byId, setAttr } from "../../page/dom.js";

const WHEEL_ZOOM = 0.0016;
const WHEEL_PAN = 0.0008;
const LINE_PX = 16;
const STEP = 1.5;
const KEYS = { "+": "in", "=": "in", "-": "out", _: "out", 0: "follow" };

export class TimeGestures {
  /** `places` are elements with the function that tells the moment under a point of each. */
  constructor({ time, places, commands }) {
    this.time = time;
    for (const [element, timeAt] of places) {
      element.addEventListener("wheel", (event) => this.wheel(event, timeAt), { passive: false });
      for (const type of ["touchstart", "touchmove"])
        element.addEventListener(type, (event) => this.touch(event, timeAt), { passive: false });
    }
    byId("run").addEventListener("keydown", (event) => this.key(event));
    const acts = {
      timeIn: () => time.zoom(1 / STEP),
      timeOut: () => time.zoom(STEP),
      timeAll: () => time.showAll(),
      timeFollow: () => time.follow(),
    };
    for (const [id, act] of Object.entries(acts)) {
      commands.add(id, "any", act, "clock");
      byId(id).addEventListener("click", act);
    }
    time.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    setAttr(byId("timeFollow"), "aria-pressed", String(this.time.following));
  }

  wheel(event, timeAt) {
    const at = timeAt(event.clientX, event.clientY);
    if (at === undefined || !this.time.frame) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
    const along = event.shiftKey ? dx || dy : Math.abs(dx) > Math.abs(dy) ? dx : 0;
    if (along) this.time.pan(along * WHEEL_PAN);
    else this.time.zoom(Math.exp(dy * WHEEL_ZOOM), at);
  }

  /** Two fingers spread or close the window round the moment between them. */
  touch(event, timeAt) {
    if (event.touches.length !== 2) {
      this.apart = null;
      return;
    }
    event.preventDefault();
    const [a, b] = event.touches;
    const apart = Math.max(Math.abs(a.clientX - b.clientX), 10);
    const at = timeAt((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
    if (event.type === "touchmove" && this.apart && at !== undefined)
      this.time.zoom(this.apart / apart, at);
    this.apart = apart;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    const onCharts = event.target.id === "charts";
    const turn = onCharts && { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
    if (act === "in") this.time.zoom(1 / STEP);
    else if (act === "out") this.time.zoom(STEP);
    else if (act === "follow") this.time.follow();
    else if (turn) this.time.pan(turn);
    else return;
    event.preventDefault();
  }
}
