// A classic script in the head. If a file of the dashboard cannot be loaded (the server restarts, or the network changes), a
// module page stays blank without an explanation: this script shows one and reloads the page.
"use strict";
let reload = 0;
addEventListener("error", ({ target }) => {
  if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
  // The page works without a style sheet, which is retried once. It does not work without its script.
  if (target instanceof HTMLLinkElement && performance.getEntriesByType("navigation")[0]?.type === "reload") return;
  const note = document.getElementById("broken");
  if (note) note.hidden = false;
  clearTimeout(reload);
  reload = setTimeout(() => location.reload(), 1500);
}, true);

// Opened as http://user:password@host/, a page may not fetch anything; the browser knows the password by now.
if (new URL(document.baseURI).username) location.replace(location.origin + location.pathname + location.search + location.hash);
