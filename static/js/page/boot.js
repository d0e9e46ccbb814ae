// Data from the server for this page: session, language, texts, kinds. Read once.

const data = JSON.parse(document.getElementById("boot").textContent);

export const session = data.session;
export const me = data.me;
export const language = data.lang;
export const strings = data.strings;
export const presets = data.kinds;
export const targets = data.links;
export const faults = data.faults;
export const headlines = data.headlines;
export const iconsUrl = document.body.dataset.icons;

/** The address of something of this session, in the page's language. */
export function url(path, query = {}) {
  const search = new URLSearchParams({ lang: language, ...query });
  return `/s/${session}/${path}?${search}`;
}
