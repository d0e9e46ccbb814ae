// The one event stream: named events become calls, and its ups and downs become a banner.
// Timeline rows come over it too; htmx puts those into the page itself.

const SILENT_MS = 4000;
const PATIENCE_MS = 1200;
const RETRY_MS = 2000;

export class Stream {
  /** `on` is {frame(data), topology(data), lost(), back(), gone()}. */
  constructor(element, on) {
    this.element = element;
    this.on = on;
    this.down = false;
    this.lastMessageAt = performance.now();
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
      this.lastMessageAt = performance.now();
      // A tab that was hidden when its first connection failed has not tried again since.
      if (!document.hidden && !this.element._htmx?.sse && this.retrying) this.retry(0);
    });
  }

  /** The very first connection failed: htmx only tries again what once worked. */
  retry(after_ms = RETRY_MS) {
    this.lose();
    clearTimeout(this.retrying);
    this.retrying = setTimeout(() => {
      if (this.element._htmx?.sse || document.hidden) return;
      this.connect();
    }, after_ms);
  }

  alive() {
    this.lastMessageAt = performance.now();
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
    const silent = performance.now() - this.lastMessageAt > SILENT_MS;
    if (!document.hidden && !this.down && silent) this.lose();
  }
}
