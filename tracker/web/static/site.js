// Enhancements only: every page works without this file.
"use strict";

// A second click while the first is on its way does nothing (the server would count it once anyway).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button && !button.name) setTimeout(() => { button.disabled = true; }, 0);
});
// Coming back with the back button: the form may be sent again, and the server knows whether it was.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
  }
});
// Where the browser writes dates in another order than dd/mm/yyyy, the chosen day stands below its field in ours.
if (!new Intl.DateTimeFormat().format(new Date(2020, 0, 31)).startsWith("31")) {
  for (const field of document.querySelectorAll("input[type=date]")) {
    const said = field.insertAdjacentElement("afterend", document.createElement("span"));
    said.className = "as-date";
    const say = () => { said.textContent = field.value.split("-").reverse().join("/"); };
    field.addEventListener("input", say);
    say();
  }
}
// What was opened by an answer form is put into view, and its first field gets the cursor.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.answer[open]")) event.target.querySelector("textarea, input:not([type=hidden])")?.focus();
}, true);
// The lines for a chat group go to the clipboard; without a clipboard (no https) they are marked to be copied by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try { await navigator.clipboard.writeText(text.value); button.textContent = button.dataset.copied; } catch { document.execCommand("copy") && (button.textContent = button.dataset.copied); }
  });
}
// An upload that is being read: the page follows without blinking, and leads on to the notice when it is there.
const followed = document.querySelector("[data-follow]");
if (followed) {
  const follow = async () => {
    try {
      const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
      if (answer.redirected) { location.replace(answer.url); return; }
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("upload");
      if (next) followed.replaceChildren(...next.childNodes);
      if (next && !next.dataset.follow) return;
    } catch { /* the office's line was gone for a moment: ask again */ }
    setTimeout(follow, 1000);
  };
  setTimeout(follow, 700);
}
// Triage: j and k walk the drafts, Enter ticks or unticks the one at hand; its words light up in the paper.
const drafts = [...document.querySelectorAll(".draft")];
if (drafts.length) {
  let at = -1;
  const light = (number, follow) => {
    let first = null;
    for (const mark of document.querySelectorAll(".paper mark")) {
      const is = mark.dataset.drafts.split(" ").includes(number);
      mark.classList.toggle("lit", is);
      if (is && !first) first = mark;
    }
    if (first && follow) {
      const paper = document.querySelector(".paper");
      paper.scrollTop += first.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 3;
    }
  };
  const go = (to) => {
    at = Math.max(0, Math.min(drafts.length - 1, to));
    drafts.forEach((draft, index) => draft.classList.toggle("at", index === at));
    drafts[at].focus({ preventScroll: true });
    drafts[at].scrollIntoView({ block: "nearest" });
    light(drafts[at].dataset.draft, true);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "e" && at >= 0) drafts[at].querySelector("a.tools")?.click();
    else if (event.key === "Enter" && event.target.classList.contains("draft")) event.target.querySelector("input[type=checkbox]:not(:disabled)")?.click();
  });
  for (const draft of drafts) draft.addEventListener("mouseenter", () => light(draft.dataset.draft, false));
  document.addEventListener("focusin", (event) => {
    const draft = event.target.closest(".draft");
    if (draft) { at = drafts.indexOf(draft); light(draft.dataset.draft, true); }
  });
}
