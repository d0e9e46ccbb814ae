// Drawings that this browser had open, newest first, each with its document, so that none is lost.

const KEY = "loadground.recent";
const KEY_TRIED = "loadground.tried";
const MOST = 12;
const DOCUMENT_MAX = 200_000; // characters; browsers keep some five million

export class Recent {
  /** `storage` is the browser's localStorage, or anything like it; it may refuse. */
  constructor(storage) {
    this.storage = storage;
  }

  /** Kept drawings `{id, name, at, document}`, newest first; `at` in ms, a document may be null. */
  get all() {
    try {
      const found = JSON.parse(this.storage.getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((one) => typeof one?.id === "string") : [];
    } catch {
      return [];
    }
  }

  find(id) {
    return this.all.find((one) => one.id === id) ?? null;
  }

  /** Put a drawing first, with what is new about it. */
  keep({ id, name, at, document = null }) {
    const before = this.find(id);
    const fits = document !== null && document.length <= DOCUMENT_MAX;
    const kept = { id, name, at, document: fits ? document : (before?.document ?? null) };
    this.#write([kept, ...this.all.filter((one) => one.id !== id)].slice(0, MOST));
  }

  forget(id) {
    this.#write(this.all.filter((one) => one.id !== id));
  }

  /** Store the list. Without room the oldest documents go first, in the end the oldest drawings. */
  #write(list) {
    const all = [...list];
    while (all.length) {
      try {
        this.storage.setItem(KEY, JSON.stringify(all));
        return;
      } catch {
        const heavy = all.findLastIndex((one, i) => i > 0 && one.document !== null);
        if (heavy > 0) all[heavy] = { ...all[heavy], document: null };
        else all.pop();
      }
    }
    try {
      this.storage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing, keeps nothing.
    }
  }
}

/** Names of the scenarios that were started from the gallery in this browser. */
export class Tried {
  constructor(storage) {
    this.storage = storage;
  }

  get all() {
    return (this.storage.getItem(KEY_TRIED) ?? "").split(" ").filter(Boolean);
  }

  add(name) {
    try {
      this.storage.setItem(KEY_TRIED, [...new Set([...this.all, name])].join(" "));
    } catch {
      // Without room nothing is ticked.
    }
  }
}

/** The browser's store, or one that forgets, where there is none to be had. */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}
