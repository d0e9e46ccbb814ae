// Starts the sandbox: makes the parts and joins them.

import { Announcer, Focus } from "./a11y.js";
import { boxOf } from "./geometry.js";
import { Camera } from "./camera.js";
import { Charts } from "./charts.js";
import { PlaybackClock } from "./clock.js";
import { Connector } from "./connect.js";
import { Dialogs } from "./dialog.js";
import { byId, setHidden, setText } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Interact } from "./interact.js";
import { Keyboard } from "./keyboard.js";
import { Model } from "./model.js";
import { Palette } from "./palette.js";
import { Particles } from "./particles.js";
import { Scrubber } from "./scrubber.js";
import { Shell } from "./shell.js";
import { Status } from "./status.js";
import { Stream } from "./stream.js";
import { Sync } from "./sync.js";
import { Timeline } from "./timeline.js";
import { Toasts } from "./toast.js";
import { Transport } from "./transport.js";
import { View } from "./view.js";

const stage = byId("stage");
const surface = byId("canvas");

const model = new Model();
const toasts = new Toasts(byId("toast"));
const announcer = new Announcer(byId("live"));
const announce = (text) => announcer.say(text);
const sync = new Sync(model, toasts);
const status = new Status(byId("banners"));
const clock = new PlaybackClock();
const view = new View(model, surface);
const camera = new Camera(stage, (look) => {
  view.look(look);
  setText(byId("zoom-value"), `${Math.round(look.z * 100)}\u00a0%`);
});
const focus = new Focus(model, view, camera);
const transport = new Transport(model, sync, () => particles.share);
const timeline = new Timeline(byId("timeline"), model, focus, announcer);
const charts = new Charts(model, () => timeline.marks());
const scrubber = new Scrubber({ model, sync, timeline, announce });
timeline.goTo = (at) => scrubber.goTo(at);
const particles = new Particles({
  canvas: byId("particles"),
  model,
  view,
  camera,
  clock,
  onSlowed: (slowed) => setHidden(byId("legend-slowed"), !slowed),
});
const shell = new Shell({
  onPhone: (is) => model.turn(is),
  onLayout: () => camera.fit(view.extent),
  onTheme: () => {
    particles.colour();
    charts.build();
  },
});
const connector = new Connector(model, view, sync, toasts, {
  stage,
  mode: byId("mode"),
  modeText: byId("mode-text"),
  announce,
});
const mode = {
  show(text) {
    setText(byId("mode-text"), text);
    setHidden(byId("mode"), false);
    announce(text);
  },
  hide: () => setHidden(byId("mode"), true),
};
const interact = new Interact({
  model,
  view,
  camera,
  sync,
  connector,
  surface,
  stage,
  focusNode: (id, reveal) => focus.node(id, reveal),
});
const dialogs = new Dialogs(toasts);
const palette = new Palette({
  root: byId("palette"),
  model,
  camera,
  sync,
  stage,
  shell,
  announce,
  added(id) {
    model.select({ nodes: [id] });
    const node = model.nodes.get(id);
    if (node) camera.reveal(boxOf(node));
    focus.node(id, false);
  },
});
const keyboard = new Keyboard({
  model,
  view,
  camera,
  sync,
  connector,
  interact,
  focus,
  transport,
  dialogs,
  palette,
  mode,
  stage,
});
new Inspector({ root: byId("inspector"), model, sync, connector, focus, shell });

byId("zoom-in").addEventListener("click", () => camera.zoomTo(camera.view.z * 1.25));
byId("zoom-out").addEventListener("click", () => camera.zoomTo(camera.view.z / 1.25));
byId("fit").addEventListener("click", () => camera.fit(view.extent, true));
byId("mode-cancel").addEventListener("click", () => {
  connector.cancel();
  if (keyboard.moving) keyboard.dropMoved(false);
});

let width = stage.clientWidth;
new ResizeObserver(() => {
  // Keep the middle in the middle when panels open and close, until there is nothing to see yet.
  if (!camera.touched && model.nodes.size) camera.fit(view.extent);
  else if (stage.clientWidth !== width)
    camera.set({ ...camera.view, x: camera.view.x + (stage.clientWidth - width) / 2 }, false);
  width = stage.clientWidth;
}).observe(stage);

window.loadground = {
  ready: false,
  frame: null,
  select(id) {
    model.select({ nodes: id ? [id] : [] });
  },
};

model.addEventListener("topology", () => {
  if (window.loadground.ready) return;
  camera.fit(view.extent);
  window.loadground.ready = true;
});

model.addEventListener("jump", () => particles.clear());

new Stream(byId("stream"), {
  frame(frame) {
    window.loadground.frame = frame;
    clock.frame(frame.t, frame.running ? frame.rate : 0, performance.now() / 1000);
    model.setFrame(frame);
    particles.add(frame.h);
    charts.frame(frame);
    status.warming(frame.ready);
    status.doubted(frame.breaches);
    if (frame.rev > model.rev && !interact.busy) sync.refresh();
  },
  topology: () => sync.refresh(),
  lost: () => status.lost(),
  back: () => status.back(),
  gone: () => status.gone(),
});
