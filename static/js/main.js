// Starts the sandbox: makes the parts and joins them.

import { ActiveFaults } from "./panels/inspector/active_faults.js";
import { Announcer, Focus } from "./input/a11y.js";
import { bounds, boxOf } from "./canvas/geometry.js";
import { Builder } from "./input/building/builder.js";
import { Camera } from "./canvas/camera.js";
import { Charts } from "./panels/run/charts.js";
import { Clipboard } from "./input/building/clipboard.js";
import { CommandList } from "./panels/shell/command_list.js";
import { Commands } from "./input/commands.js";
import { Connector } from "./input/building/connect.js";
import { Dialogs } from "./panels/shell/dialog.js";
import { byId, setHidden, setText } from "./page/dom.js";
import { Drawers } from "./panels/shell/drawers.js";
import { Drawing } from "./panels/drawing/drawing.js";
import { ContextMenu } from "./input/context_menu.js";
import { DropTarget } from "./input/building/drop_target.js";
import { Exports } from "./panels/drawing/exports.js";
import { FileDrop } from "./input/building/file_drop.js";
import { Fields } from "./panels/inspector/fields.js";
import { Gallery } from "./panels/drawing/gallery.js";
import { Targets } from "./panels/run/targets.js";
import { Findings } from "./panels/inspector/findings.js";
import { Inspector } from "./panels/inspector/inspector.js";
import { Grouping } from "./input/groups/grouping.js";
import { GroupPanel } from "./panels/inspector/group_panel.js";
import { Interact } from "./input/interact.js";
import { Keyboard } from "./input/keyboard.js";
import { Menu } from "./panels/shell/menu.js";
import { Journey } from "./panels/run/journey.js";
import { Model } from "./page/model.js";
import { Palette } from "./panels/drawing/palette.js";
import { Particles } from "./particles/particles.js";
import { Rename } from "./input/building/rename.js";
import { Present } from "./panels/shell/present.js";
import { Scrubber } from "./panels/run/scrubber.js";
import { Shell } from "./panels/shell/shell.js";
import { Status } from "./panels/shell/status.js";
import { Stream } from "./page/stream.js";
import { Sync } from "./page/commands.js";
import { TextView } from "./panels/drawing/text_view.js";
import { TimeGestures } from "./panels/run/time_gestures.js";
import { Timeline } from "./panels/run/timeline.js";
import { TimeWindow } from "./panels/run/time_window.js";
import { Toasts } from "./panels/shell/toast.js";
import { Transport } from "./panels/run/transport.js";
import { View } from "./canvas/view.js";

const stage = byId("stage");
const surface = byId("canvas");

let particles = null;
const model = new Model();
const toasts = new Toasts(byId("toast"));
const announcer = new Announcer(byId("live"));
const announce = (text) => announcer.say(text);
const sync = new Sync(model, toasts);
const status = new Status(byId("banners"));
const view = new View(model, surface);
const camera = new Camera(stage, (at) => {
  view.setCamera(at);
  particles?.setCamera(at);
  setText(byId("zoom-value"), `${Math.round(at.z * 100)}\u00a0%`);
});
const focus = new Focus(model, view, camera);
const transport = new Transport(model, sync, () => particles?.share ?? 1);
const timeline = new Timeline({ list: byId("timeline"), model, focus, announcer, toasts });
const time = new TimeWindow();
const charts = new Charts(model, time, () => timeline.marks());
const scrubber = new Scrubber({ model, sync, timeline, time, announce });
timeline.goTo = (at) => scrubber.goTo(at);
charts.goTo = (at) => scrubber.goTo(at);
// A key that was pressed meanwhile may have moved the focus within the drawing; there it stays.
sync.removed = () => {
  if (!surface.contains(document.activeElement)) surface.focus({ preventScroll: true });
};
particles = new Particles({
  canvas: byId("particles"),
  model,
  view,
  onNews: ({ slowed }) => setHidden(byId("legend-slowed"), !slowed),
});
particles.setCamera(camera.view);
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
const menu = new Menu(document.querySelector("main"));
const grouping = new Grouping({ model, view, camera, sync, announce });
grouping.focused = (key) => focus.group(key);
const builder = new Builder({
  model,
  view,
  camera,
  sync,
  menu,
  stage,
  announce,
  grouping,
  added(ids) {
    const [first] = ids;
    if (!first) return;
    model.select({ nodes: ids });
    camera.reveal(bounds(ids.map((id) => boxOf(model.nodes.get(id)))));
    focus.node(first, false);
  },
});
connector.offer = (...where) => builder.offer(...where);
const interact = new Interact({
  model,
  view,
  camera,
  sync,
  connector,
  builder,
  grouping,
  surface,
  stage,
  focusNode: (id, reveal) => focus.node(id, reveal),
});
const dialogs = new Dialogs(toasts);
new Drawing({ model, toasts });
new ActiveFaults({ model, sync });
new Exports({ model, charts, toasts });
new FileDrop({ stage, toasts });
const gallery = new Gallery();
new Journey({ model, view, sync, shell, announce });
new Drawers({ model, shell, focus, goTo: (at) => scrubber.goTo(at) });
const present = new Present({ fit: () => camera.fit(view.extent) });
const textView = new TextView({ model, sync, connector, stage, shell });
const palette = new Palette({
  root: byId("palette"),
  model,
  camera,
  stage,
  shell,
  builder,
  drops: new DropTarget(view, builder),
});
const clipboard = new Clipboard({ model, camera, sync, toasts, builder });
const commands = new Commands({
  model,
  view,
  camera,
  sync,
  connector,
  focus,
  transport,
  dialogs,
  gallery,
  textView,
  present,
  palette,
  builder,
  clipboard,
  grouping,
  rename: new Rename({ model, view, camera, sync, stage, focus, grouping }),
});
const context = new ContextMenu({ model, commands, menu, surface, connector });
interact.rename = (id) => commands.all.get("rename").run({ node: id });
interact.askMenu = (...where) => context.open(...where);
new TimeGestures({
  time,
  commands,
  places: [
    [byId("scrub"), (x) => scrubber.timeAt({ clientX: x })],
    [byId("charts"), (x, y) => charts.timeAt(x, y)],
  ],
});
new CommandList({ model, commands, builder, focus, grouping });
byId("zoom-value").addEventListener("click", () => commands.run("zoomActual"));
byId("inspector").addEventListener("click", (event) => {
  const command = event.target.closest("[data-command]")?.dataset.command;
  if (command) commands.run(command);
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
  mode,
  commands,
  builder,
  grouping,
});
new GroupPanel(byId("inspector"), model);
new Targets({ root: byId("tiles"), dialog: byId("dialog"), model });
new Fields(byId("inspector"));
new Findings({ root: byId("findings"), model, sync, focus, shell, view });
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

document.addEventListener("visibilitychange", () => sync.flush());

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
    model.setFrame(frame);
    time.see(frame);
    particles.frame(frame);
    charts.frame(frame);
    status.warming(frame.ready);
    status.doubted(frame.breaches);
    status.unsaved(Boolean(frame.unsaved));
    if (frame.rev > model.rev && !interact.busy) sync.refresh();
  },
  topology: () => sync.refresh(),
  lost: () => status.lost(),
  back: () => status.back(),
  gone: () => status.gone(),
});
