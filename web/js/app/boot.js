// A classic script in the head. When a file of the dashboard cannot be had (the server restarts, or a network changed under
// the browser), a module page stays blank without a word: this says so, and loads it again.
"use strict";
let reload = 0;
addEventListener("error", ({ target }) => {
  if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
  // Without a style sheet the page still works: that is tried once. Without its script it does not.
  if (target instanceof HTMLLinkElement && performance.getEntriesByType("navigation")[0]?.type === "reload") return;
  const note = document.getElementById("broken");
  if (note) note.hidden = false;
  clearTimeout(reload);
  reload = setTimeout(() => location.reload(), 1500);
}, true);

// Opened as http://user:password@host/, a page may not fetch anything; the browser knows the password by now.
if (new URL(document.baseURI).username) location.replace(location.origin + location.pathname + location.search + location.hash);
