// On the page of an address where nothing is any more: offer the copy that this browser has kept.

import { browserStorage, Recent } from "./page/recent.js";

const offer = document.getElementById("kept");
const id = location.pathname.match(/^\/s\/([\w-]+)$/)?.[1];
const recent = new Recent(browserStorage());
const kept = id ? recent.find(id) : null;

if (offer && kept?.document) {
  offer.hidden = false;
  document.getElementById("kept-name").textContent = kept.name;
  document.getElementById("kept-open").addEventListener("click", () => open());
}

async function open() {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch("/open", { method: "POST", headers, body: kept.document });
  if (!answer.ok) return;
  recent.forget(id);
  location.assign(answer.url);
}
