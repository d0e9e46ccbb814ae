// The page that opens a drawing: it asks for a run by POST, once somebody sees it.

const form = document.getElementById("opening");

const open = () => {
  if (document.prerendering || document.hidden) return;
  document.removeEventListener("visibilitychange", open);
  document.removeEventListener("prerenderingchange", open);
  begin();
};

/** Begin a run and go there in place of this page, which is no stop on the way back. */
async function begin() {
  try {
    const answer = await fetch(form.action, { method: "POST" });
    if (answer.ok) location.replace(answer.url);
    else form.submit(); // the answer says why there is no run
  } catch {
    form.submit();
  }
}

document.addEventListener("visibilitychange", open);
document.addEventListener("prerenderingchange", open);
open();
