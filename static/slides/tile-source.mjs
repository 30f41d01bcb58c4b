// The file's own pyramid for OpenSeadragon: levels of any ratio, each with its own tile size, every tile as it is stored.

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
  };
}
