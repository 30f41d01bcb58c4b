// One slide on the screen. Wraps OpenSeadragon, whose own keys, buttons and overview stay off: what it lacks (layouts of
// keyboards, names, reduced motion) is ours. A stage is made for each slide and destroyed after it.
import { imageZoomFor, magnificationAt } from "./scale.mjs";
import { nativeSource } from "./tile-source.mjs";

const ZOOM_STEP = 1.5;
const PAN_STEP = 0.15; // of the view's shorter side
const DEEPEST = 4; // screen pixels for each pixel of the scan
const SMALLEST = 0.7; // of the size at which the whole slide fits
const NEARLY = 1.01; // what is whole but for a rounding
const PAPER = "#f2f2f2"; // where tiles are still to come

/**
 * OpenSeadragon adds a <style> to the page, which the page's policy refuses with a message in the console. It leaves that
 * when it finds one already; an element of that name which is no style sheet is enough.
 */
function withoutOwnStyle() {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const stand = document.createElementNS("urn:consilium:none", "style");
  stand.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(stand);
}

export class Stage {
  /** `element` is filled with the slide; `on` has changed(), drawn(), loaded() and failed(status). */
  constructor(element, meta, on) {
    const { OpenSeadragon } = window;
    withoutOwnStyle();
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.meta = meta;
    this.viewer = OpenSeadragon({
      element,
      tileSources: [nativeSource(OpenSeadragon, meta)],
      drawer: ["webgl", "canvas"],
      placeholderFillStyle: PAPER,
      showNavigationControl: false,
      showNavigator: false,
      keyboardNavEnabled: false,
      tabIndex: -1,
      animationTime: still ? 0 : 0.5,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      zoomPerScroll: 1.25,
      maxZoomPixelRatio: DEEPEST,
      visibilityRatio: 0.2,
      preserveImageSizeOnResize: true,
      imageLoaderLimit: 8,
      maxImageCacheCount: 400,
    });
    // The smallest size follows the slide as it lies now: turned, a long slide needs another one to be seen whole.
    for (const name of ["open", "resize", "rotate"]) {
      this.viewer.addHandler(name, () => {
        if (this.isOpen) this.viewport.minZoomLevel = SMALLEST * this.wholeZoom;
      });
    }
    for (const name of ["animation", "update-viewport", "rotate", "resize", "open"]) {
      this.viewer.addHandler(name, () => on.changed());
    }
    this.isDrawn = false; // many tiles arrive at once, and a handler for one event alone would hear of several
    this.viewer.addHandler("tile-loaded", () => {
      if (!this.isDrawn) on.drawn();
      this.isDrawn = true;
      on.loaded();
    });
    this.failed = new Set(); // tiles; OpenSeadragon asks for none of them a second time by itself
    this.viewer.addHandler("tile-load-failed", (event) => {
      this.failed.add(event.tile);
      on.failed(event.tileRequest?.status ?? 0);
    });
  }

  get viewport() {
    return this.viewer.viewport;
  }

  get isOpen() {
    return this.viewer.world?.getItemCount() > 0;
  }

  /** Screen pixels for each pixel of the scan, now. */
  get imageZoom() {
    return this.isOpen ? this.viewport.viewportToImageZoom(this.viewport.getZoom(true)) : 0;
  }

  /** The magnification on the screen, null where the scale is unknown. */
  get magnification() {
    return magnificationAt(this.meta.mpp, this.imageZoom);
  }

  get degrees() {
    return this.isOpen ? ((Math.round(this.viewport.getRotation(false)) % 360) + 360) % 360 : 0;
  }

  /** The zoom of OpenSeadragon at which the whole slide, as it is turned now, just fits into the view. */
  get wholeZoom() {
    const { x, y } = this.viewport.getContainerSize();
    const high = this.meta.height / this.meta.width;
    const angle = (this.viewport.getRotation(false) * Math.PI) / 180;
    const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
    return Math.min(1 / (cos + sin * high), y / x / (sin + cos * high));
  }

  /** The magnification at which the whole slide just fits, null where the scale is unknown. */
  get wholeMagnification() {
    return this.isOpen ? magnificationAt(this.meta.mpp, this.viewport.viewportToImageZoom(this.wholeZoom)) : null;
  }

  /** Whether the slide is shown no larger than it fits into the view. */
  get isWhole() {
    return this.isOpen && this.viewport.getZoom(true) <= this.wholeZoom * NEARLY;
  }

  /** Whether a magnification would make the slide smaller than the view. */
  isBelowWhole(value) {
    const whole = this.wholeMagnification;
    return whole !== null && value * NEARLY < whole;
  }

  /** Show a magnification about the middle of the view; one below that of the whole slide shows the whole slide. */
  magnify(value) {
    if (!this.isOpen || !this.meta.mpp) return;
    if (this.isBelowWhole(value)) this.showWhole();
    else this.zoomImage(imageZoomFor(this.meta.mpp, value));
  }

  /** The whole slide, turned as it is. */
  showWhole() {
    const { OpenSeadragon } = window;
    this.viewport.zoomTo(this.wholeZoom);
    this.viewport.panTo(new OpenSeadragon.Point(0.5, this.meta.height / this.meta.width / 2));
    this.viewport.applyConstraints();
  }

  /** One pixel of the scan on one pixel of the screen. */
  showScan() {
    if (this.isOpen) this.zoomImage(1);
  }

  zoomImage(imageZoom) {
    this.viewport.zoomTo(this.viewport.imageToViewportZoom(imageZoom));
    this.viewport.applyConstraints();
  }

  zoomBy(direction) {
    if (!this.isOpen) return;
    this.viewport.zoomBy(direction > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    this.viewport.applyConstraints();
  }

  fit() {
    if (!this.isOpen) return;
    this.viewport.setRotation(0);
    this.viewport.goHome();
  }

  /** Turn by degrees; for the eye it is the slide that turns. */
  turn(by) {
    if (this.isOpen) this.viewport.setRotation(this.viewport.getRotation(false) + by);
  }

  /** Move the view by a step in screen directions (x, y of -1, 0, 1), half a screen with `far`. */
  pan(x, y, far) {
    if (!this.isOpen) return;
    const { OpenSeadragon } = window;
    const size = this.viewport.getContainerSize();
    const step = far ? { x: size.x / 2, y: size.y / 2 } : { x: 1, y: 1 };
    const near = Math.min(size.x, size.y) * PAN_STEP;
    const delta = new OpenSeadragon.Point(x * (far ? step.x : near), y * (far ? step.y : near));
    this.viewport.panBy(this.viewport.deltaPointsFromPixels(delta));
    this.viewport.applyConstraints();
  }

  /** Centre the view on a point of the slide, in pixels of its full resolution. */
  goTo(x, y) {
    if (!this.isOpen) return;
    const { OpenSeadragon } = window;
    this.viewport.panTo(this.viewport.imageToViewportCoordinates(new OpenSeadragon.Point(x, y)));
    this.viewport.applyConstraints();
  }

  /** The four corners of the view on the slide, in pixels of its full resolution. */
  corners() {
    const { OpenSeadragon } = window;
    const { x, y } = this.viewport.getContainerSize();
    return [[0, 0], [x, 0], [x, y], [0, y]].map(([left, top]) =>
      this.viewport.viewerElementToImageCoordinates(new OpenSeadragon.Point(left, top)),
    );
  }

  /** The middle of the view on the slide, in pixels of its full resolution. */
  centre() {
    return this.viewport.viewportToImageCoordinates(this.viewport.getCenter(false));
  }

  /** Ask for every tile again that failed, without moving. */
  loadAgain() {
    if (!this.isOpen) return;
    for (const tile of this.failed) tile.exists = true;
    this.failed.clear();
    this.viewer.world.getItemAt(0).reset();
  }

  destroy() {
    this.viewer.destroy();
  }
}
