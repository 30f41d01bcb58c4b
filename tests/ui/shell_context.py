"""The browser context that the tests of a module share, so that no test loads and compiles the static files again."""

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

STORES = "cookies,local_storage,indexeddb,cache_storage,file_systems,service_workers"


class ShellContext:
    """Gives each test pages of 1024 x 768, and takes away what the test leaves behind. `origin` is where pages are."""

    def __init__(self, chromium: Browser, origin: str) -> None:
        self._chromium, self._origin = chromium, origin
        self._context, self._watcher, self._session = self._start()

    def _start(self) -> tuple[BrowserContext, Page, CDPSession]:
        """A new context, with an empty page that outlives the tests' own."""
        context = self._chromium.new_context(viewport={"width": 1024, "height": 768}, base_url=self._origin)
        context.set_default_timeout(5000)
        watcher = context.new_page()
        return context, watcher, context.new_cdp_session(watcher)

    def new_page(self) -> Page:
        return self._context.new_page()

    def clean(self) -> None:
        """Close the pages and forget what they and the test have set."""
        for page in self._context.pages:
            if page is not self._watcher:
                page.close()
        if self._watcher.evaluate("'__pwClock' in window"):  # a clock once installed is in every later page too
            self._context.close()
            self._context, self._watcher, self._session = self._start()
            return
        self._session.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": STORES})
        self._context.unroute_all()
        self._context.clear_permissions()
        self._context.set_extra_http_headers({})
        self._context.set_offline(False)

    def close(self) -> None:
        self._context.close()
