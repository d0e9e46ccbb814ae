// The one event stream: named events become calls, and its ups and downs become a banner.
// Timeline rows come over it too; htmx puts those into the page itself.

const SILENT_MS = 4000;
const PATIENCE_MS = 1200;

export class Stream {
  /** `on` is {frame(data), topology(data), lost(), back(), gone()}. */
  constructor(element, on) {
    this.element = element;
    this.on = on;
    this.down = false;
    this.heard = performance.now();
    this.listen();
    this.connect();
    setInterval(() => this.watch(), 1000);
  }

  /** Begin: not by htmx's own trigger, which would not wait until somebody listens. */
  connect() {
    window.htmx.ajax("GET", this.element.getAttribute("hx-sse:connect"), { source: this.element });
  }

  listen() {
    const { element } = this;
    element.addEventListener("frame", (event) => {
      this.alive();
      this.on.frame(JSON.parse(event.detail.data));
    });
    element.addEventListener("topology", (event) => {
      this.alive();
      this.on.topology(JSON.parse(event.detail.data));
    });
    element.addEventListener("htmx:sse:error", (event) => {
      if (event.detail.status === 404) this.on.gone();
      else this.lose();
    });
    element.addEventListener("htmx:sse:close", () => this.lose());
    element.addEventListener("htmx:response:error", (event) => {
      if (event.detail.ctx?.response?.status === 404) this.on.gone();
    });
    element.addEventListener("htmx:error", () => this.retry());
    element.addEventListener("htmx:finally:request", () => {
      if (!element._htmx?.sse) this.retry();
    });
    document.addEventListener("visibilitychange", () => {
      this.heard = performance.now();
    });
  }

  /** The very first connection failed: htmx only tries again what once worked. */
  retry() {
    this.lose();
    clearTimeout(this.retrying);
    this.retrying = setTimeout(() => {
      if (this.element._htmx?.sse || document.hidden) return;
      this.connect();
    }, 2000);
  }

  alive() {
    this.heard = performance.now();
    clearTimeout(this.losing);
    this.losing = 0;
    if (!this.down) return;
    this.down = false;
    this.on.back();
  }

  /** Say so only when it lasts: a stream that comes back at once is nobody's business. */
  lose() {
    if (this.down || this.losing) return;
    this.losing = setTimeout(() => {
      this.losing = 0;
      this.down = true;
      this.on.lost();
    }, PATIENCE_MS);
  }

  /** Frames come at least twice a second, also while paused: silence means a broken line. */
  watch() {
    if (!document.hidden && !this.down && performance.now() - this.heard > SILENT_MS) this.lose();
  }
}
