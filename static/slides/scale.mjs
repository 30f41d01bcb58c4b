// Lengths and magnifications, without a page. A pixel of 0.25 µm is what a 40x objective shows: 10 / mpp. Where the file
// does not say how large a pixel is (mpp null), there is no magnification and no scale: never a guess.

export const OBJECTIVES = [1, 2, 4, 10, 20, 40];

/** The power of the scan: one screen pixel for each of its pixels. null where mpp is unknown. */
export function scanPower(mpp) {
  return mpp ? 10 / mpp : null;
}

/** The magnification at `imageZoom` screen pixels for each pixel of the scan. null where mpp is unknown. */
export function magnificationAt(mpp, imageZoom) {
  return mpp ? (10 / mpp) * imageZoom : null;
}

/** The image zoom that shows this magnification. */
export function imageZoomFor(mpp, magnification) {
  return (magnification * mpp) / 10;
}

/** Whether an objective shows more than was scanned. A scan of 0.2525 µm still counts as 40x. */
export function isAboveScan(mpp, magnification) {
  return magnification > scanPower(mpp) * 1.05;
}

/** What somebody typed ("12", "12,5x", "12.5 X") as a number; null where it is none. */
export function typedMagnification(text) {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*x?\s*$/i.exec(text);
  const value = found ? Number(found[1].replace(",", ".")) : 0;
  return value > 0 ? value : null;
}

/** A magnification as it is shown: 0.8x, 4x, 12.4x, in the number format of the language. */
export function magnificationText(value, language) {
  const digits = value < 10 ? 1 : value < 100 ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)}x`;
}

/**
 * The scale bar: the longest of 1, 2, 5, 10, ... µm that fits into `longest` screen pixels.
 * `screenMpp` is µm for each screen pixel. { um, px }
 */
export function scaleBar(screenMpp, longest = 150) {
  const room = screenMpp * longest;
  const decade = 10 ** Math.floor(Math.log10(room));
  const step = [5, 2, 1].find((each) => each * decade <= room * (1 + 1e-9)) ?? 1;
  const um = step * decade;
  return { um, px: um / screenMpp };
}

/** A length in words: 200 µm, 1.5 mm. From 1000 µm on in millimetres. */
export function lengthText(um, language, digits = 3) {
  const inMm = um >= 1000;
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: digits });
  return `${number.format(inMm ? um / 1000 : um)} ${inMm ? "mm" : "µm"}`;
}
