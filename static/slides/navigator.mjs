// The overview at the corner: the slide's thumbnail with the view as a frame. A click or a drag on it moves the view; by
// keyboard the arrows do, and the toggle is a button of the tool bar.

const WIDEST = 150;
const HIGHEST = 124;

export class Navigator {
  /** `element` holds an svg with an image and a polygon. */
  constructor(element, toggle) {
    this.element = element;
    this.svg = element.querySelector("svg");
    this.toggle = toggle;
    this.wanted = true;
    this.stage = null;
    const move = (event) => this.follow(event);
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      move(event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (this.svg.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  open(stage) {
    const { width, height, thumbnail } = stage.meta;
    const scale = Math.min(WIDEST / width, HIGHEST / height);
    this.stage = stage;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", String(Math.round(width * scale)));
    this.svg.setAttribute("height", String(Math.round(height * scale)));
    const image = this.svg.querySelector("image");
    for (const [name, value] of Object.entries({ href: thumbnail, width, height })) image.setAttribute(name, value);
    this.show();
  }

  close() {
    this.stage = null;
    this.show();
  }

  flip() {
    this.wanted = !this.wanted;
    this.show();
  }

  show() {
    this.element.hidden = !(this.wanted && this.stage);
    this.toggle.setAttribute("aria-pressed", String(this.wanted));
    this.draw();
  }

  draw() {
    if (this.element.hidden || !this.stage?.isOpen) return;
    const points = this.stage.corners().map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`);
    this.svg.querySelector("polygon").setAttribute("points", points.join(" "));
  }

  follow(event) {
    if (!this.stage) return;
    const place = this.svg.getBoundingClientRect();
    const { width, height } = this.stage.meta;
    this.stage.goTo(
      ((event.clientX - place.left) / place.width) * width,
      ((event.clientY - place.top) / place.height) * height,
    );
  }
}
