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
// What was opened by an answer form is put into view, and its first field gets the cursor.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.answer[open]")) event.target.querySelector("textarea, input:not([type=hidden])")?.focus();
}, true);
