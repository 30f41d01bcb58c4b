/* Runs before the first paint: "system" follows the system's own light or dark. A classic script, because a module
   would wait for the page. */
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.dataset.theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.dataset.bsTheme = "dark";
  }
})();
