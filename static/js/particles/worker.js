// The particles' own thread: messages of the page are calls of the scene.

import { Loop, Scene } from "./scene.js";

const scene = new Scene((change) => postMessage(change));
const loop = new Loop(scene);

addEventListener("message", ({ data: [what, value] }) => {
  if (what === "canvas") scene.canvas = value;
  else scene[what](value);
  loop.wake();
});
