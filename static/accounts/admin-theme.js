/* Runs before the first paint: the admin site follows the person's own choice of light or dark. A classic script,
   because a module would wait for the page. */
(function () {
  "use strict";
  var root = document.documentElement;
  var chosen = document.querySelector('meta[name="theme"]').content;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function show() {
    root.dataset.theme = chosen === "dark" || (chosen !== "light" && dark.matches) ? "dark" : "light";
    root.dataset.bsTheme = root.dataset.theme;
  }

  show();
  dark.addEventListener("change", show);
})();
