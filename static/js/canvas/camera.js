// The camera: how the world is laid on the screen. The sums are plain functions; Camera keeps them.

export const ZOOM_MIN = 0.1;
export const ZOOM_MAX = 2.5;
/** Under this zoom cards are drawn compact, since a name of 13 px would be under 11. */
export const FAR = 0.85;
/** Under this zoom fingers cannot tell the buttons of neighbouring cards apart. */
export const TINY = 0.5;

export const clampZoom = (z) => Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, z));

export const toWorld = (view, point) => ({
  x: (point.x - view.x) / view.z,
  y: (point.y - view.y) / view.z,
});
export const toScreen = (view, point) => ({
  x: point.x * view.z + view.x,
  y: point.y * view.z + view.y,
});

/** The view after zooming to `z` with the world under `point` (on screen) staying where it is. */
export function zoomAt(view, point, z) {
  const next = clampZoom(z);
  const world = toWorld(view, point);
  return { x: point.x - world.x * next, y: point.y - world.y * next, z: next };
}

/** The view that shows the whole of `box` on a screen of `w` x `h`, leaving `pad` free around it. */
export function fitting(box, w, h, pad) {
  const roomX = Math.max(w - pad.left - pad.right, 40);
  const roomY = Math.max(h - pad.top - pad.bottom, 40);
  const z = clampZoom(Math.min(roomX / box.w, roomY / box.h, 1.15));
  return {
    x: pad.left + (roomX - box.w * z) / 2 - box.x * z,
    y: pad.top + (roomY - box.h * z) / 2 - box.y * z,
    z,
  };
}

/**
 * The view moved as little as needed for `box` to be on a screen of `w` x `h`, of which `floor`
 * pixels at the bottom are covered.
 */
export function revealing(view, box, w, h, floor = 0, pad = 16) {
  const a = toScreen(view, box);
  const b = toScreen(view, { x: box.x + box.w, y: box.y + box.h });
  const shift = (low, high, size) =>
    low < pad ? pad - low : high > size - pad ? size - pad - high : 0;
  return { x: view.x + shift(a.x, b.x, w), y: view.y + shift(a.y, b.y, h - floor), z: view.z };
}

/** Holds the view of a stage element and tells `onChange(view)` when it changes. */
export class Camera {
  constructor(stage, onChange) {
    this.stage = stage;
    this.onChange = onChange;
    this.view = { x: 0, y: 0, z: 1 };
    this.touched = false; // once somebody moved the camera, nothing else moves it
  }

  get size() {
    return { w: this.stage.clientWidth, h: this.stage.clientHeight };
  }

  /** The height at the bottom of the stage that is covered by what floats there. */
  get floor() {
    const row = this.stage.querySelector(".floor-row");
    const covered = row ? this.stage.clientHeight - row.offsetTop : 0;
    return row?.offsetHeight ? covered : 0;
  }

  set(view, byPerson = true) {
    this.view = view;
    this.touched ||= byPerson;
    this.onChange(view);
  }

  panBy(dx, dy) {
    this.set({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  zoomTo(z, point = { x: this.size.w / 2, y: this.size.h / 2 }) {
    this.set(zoomAt(this.view, point, z));
  }

  fit(box, byPerson = false) {
    const { w, h } = this.size;
    if (!box || !w || !h) return;
    const small = h < 320 || w < 560;
    const [edge, side] = small ? [12, 20] : [24, 40];
    const pad = { top: edge, right: side, bottom: this.floor + edge / 2, left: side };
    this.set(fitting(box, w, h, pad), byPerson);
  }

  reveal(box) {
    const { w, h } = this.size;
    const next = revealing(this.view, box, w, h, this.floor);
    if (next.x !== this.view.x || next.y !== this.view.y) this.set(next, false);
  }

  world(event) {
    const frame = this.stage.getBoundingClientRect();
    return toWorld(this.view, { x: event.clientX - frame.left, y: event.clientY - frame.top });
  }

  local(event) {
    const frame = this.stage.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }
}
