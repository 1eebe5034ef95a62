// Progressive enhancement only: every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const enhance = (root) => {
    root.querySelectorAll("button.copy[data-copy]").forEach((button) => {
      if (!navigator.clipboard) return;
      button.hidden = false;
    });
    root.querySelectorAll(".drop").forEach(enhanceDrop);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1200);
  });

  // Drag a file onto a drop zone: it lands in the zone's own file input, so the form stays an ordinary form.
  const enhanceDrop = (zone) => {
    if (zone.dataset.enhanced) return;
    zone.dataset.enhanced = "1";
    const input = zone.querySelector("input[type=file]");
    if (!input) return;
    zone.classList.add("enhanced");
    const name = zone.querySelector(".drop-name");
    input.addEventListener("change", () => { if (name) name.textContent = input.files.length ? input.files[0].name : ""; });
    const stop = (event) => event.preventDefault();
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.remove("over"); }));
    zone.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  // Forms marked data-autosubmit send themselves when a file is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.type === "file" && event.target.files.length) form.requestSubmit();
  });

  // "Check this file" with no file yet: open the chooser instead of complaining.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form[data-autosubmit] button[type=submit]");
    const input = button && button.form.querySelector("input[type=file]");
    if (!input || input.files.length) return;
    event.preventDefault();
    input.click();
  });

  // A form is sent once: its button says so and waits.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method.toLowerCase() !== "post" || form.hasAttribute("hx-post") || form.dataset.download !== undefined) return;
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
})();
