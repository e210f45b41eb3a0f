// The theme switch: system, light, dark. theme.js applies the choice before the first paint.
import { icon } from "./dom.js";

const NEXT = { system: "light", light: "dark", dark: "system" };

export function mountTheme(button) {
  const root = document.documentElement;
  let theme = root.dataset.theme ?? "system";

  function show() {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    button.replaceChildren(icon(theme));
    button.setAttribute("aria-label", `Theme: ${theme}. Switch to ${NEXT[theme]}.`);
    button.title = `Theme: ${theme}`;
  }

  button.addEventListener("click", () => {
    theme = NEXT[theme];
    try {
      if (theme === "system") localStorage.removeItem("theme"); else localStorage.setItem("theme", theme);
    } catch {
      // Without storage the choice holds for this page.
    }
    show();
  });
  show();
}
