// Runs before the first paint (a classic script in the head), so that a chosen theme never flashes the other one.
// Without a choice there is no attribute, and the system's preference holds (css/vars.css).
"use strict";
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's preference is a fine answer.
}
