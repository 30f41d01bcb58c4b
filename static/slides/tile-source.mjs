// The file's own pyramid for OpenSeadragon: levels of any ratio, each with its own tile size, every tile as it is stored.

const PATIENCE = 2; // further attempts at a tile that the server has no time for (503)
const WAIT = 1; // seconds before the next one, where the server names none

/** A tile source for a slide's meta; levels come with the full resolution first, OpenSeadragon counts from the smallest. */
export function nativeSource(OpenSeadragon, meta) {
  const levels = [...meta.levels].reverse();
  const last = levels.length - 1;
  return {
    width: meta.width,
    height: meta.height,
    tileSize: levels[last].tile_width,
    tileOverlap: 0,
    minLevel: 0,
    maxLevel: last,
    getTileWidth: (level) => levels[level]?.tile_width ?? 1,
    getTileHeight: (level) => levels[level]?.tile_height ?? 1,
    getLevelScale: (level) => (levels[level]?.width ?? meta.width) / meta.width,
    getNumTiles: (level) =>
      new OpenSeadragon.Point(
        Math.ceil(levels[level].width / levels[level].tile_width),
        Math.ceil(levels[level].height / levels[level].tile_height),
      ),
    getTileUrl: (level, x, y) =>
      meta.tiles.replace("{level}", String(last - level)).replace("{x}", String(x)).replace("{y}", String(y)),
    downloadTileStart: (job) => {
      job.userData.stop = new AbortController();
      load(job, job.userData.stop.signal);
    },
    downloadTileAbort: (job) => job.userData.stop.abort(),
  };
}

/** Load one tile for OpenSeadragon; a failed job has the last answer, whose status says why. */
async function load(job, signal) {
  let response = { status: 0 };
  try {
    for (let attempt = 0; ; attempt += 1) {
      response = await fetch(job.src, { signal });
      if (response.ok) {
        job.finish(await response.blob(), response, "rasterBlob");
        return;
      }
      if (response.status !== 503 || attempt === PATIENCE) break;
      await pause(Number(response.headers.get("Retry-After")) || WAIT, signal);
    }
  } catch {
    if (signal.aborted) return; // OpenSeadragon knows: it wants the tile no more
  }
  if (job.jobId) job.fail(`tile not loaded: ${response.status}`, response); // unless OpenSeadragon has waited too long
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
