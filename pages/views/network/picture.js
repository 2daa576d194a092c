/** @import { Layout, Point } from "./geometry.js" */
/** @import { NetworkState } from "../shared/network_bytes.js" */
/** @import { Curve, Pixels } from "./paint.js" */
/** @import { MapGrid } from "./maps.js" */
/** @import { Palette } from "../shared/network_palette.js" */
import { bytesOf, linksOf } from "../shared/network_bytes.js";
import { paintGrid, paintSheets } from "./maps.js";
import { curvesOf, paintArrow, paintBundle, paintCurve, paintCurvedArrow, paintDots, paintImage, paintStrip, pixelEnds } from "./paint.js";

const SLICE_MILLISECONDS = 5; // the part of a frame (16 milliseconds) in which curves are drawn
const MOVE_MILLISECONDS = 320;
const LONGEST_FADED = 2600; // pixels: without a GPU, a frame of a longer drawing takes more than 16 milliseconds
const PAUSE_MILLISECONDS = 80; // before a longer drawing that scrolls
const EDIT_PAUSE_MILLISECONDS = 200; // before a longer drawing that changed: problems and shapes follow, each with a new scene
const MOST_WEIGHTS = 720; // the number of links by weight between two columns; more links would hide the strong links

/**
 * The content of a picture.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Palette} palette
 * @property {?Pixels} pixels
 * @property {?NetworkState} state
 * @property {number[]} labels the classes whose names are shown
 * @property {boolean} isTrained
 * @property {boolean} hasArrows whether the input of each column is the output of the column before
 * @property {{from: Point[], to: Point[]}[]} [bundles] plain links, from each point to the point with the same index
 * @property {[Point, Point][]} [arrows] arrows in place of the arrows from each column to the next
 * @property {string[]} [trained] the layers with trained weights, by default all layers
 * @property {(MapGrid & {front: number})[]} [grids] all maps of some layers, and the index of the map in front
 * @property {boolean} [isOfWeights] whether links show only their weights, independent of the image; then no answer is
 *     marked
 */

/**
 * The part of a long drawing that the canvas covers.
 * @typedef {object} Part
 * @property {number} left in CSS pixels of the drawing
 * @property {number} width
 */

/**
 * A network on a canvas. Image, links and sheets are drawn on a second canvas, a part in each frame. Then the picture fades
 * from the old to the new drawing, while its dots change.
 */
export class NetworkPicture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.before = document.createElement("canvas");
    this.after = document.createElement("canvas");
    this.frame = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {?Scene} */
    this.scene = null;
    /** @type {number[][]} */
    this.values = []; // the values of the drawn dots, column by column; the answers last
    this.isDrawn = false;
    /** @type {?Part} */
    this.part = null;
    this.width = 0; // of the whole drawing, in CSS pixels
  }

  /**
   * Show a scene.
   * @param {Scene} scene
   * @param {{width: number, height: number}} size in CSS pixels
   * @param {?Part} [part] that the canvas covers, null for all of the drawing
   */
  show(scene, size, part = null) {
    this.stop();
    const scale = window.devicePixelRatio || 1;
    const covered = { width: part?.width ?? size.width, height: size.height };
    const isResized = fit(this.canvas, covered, scale);
    fit(this.after, covered, scale);
    const isMoved = part?.left !== this.part?.left; // the old drawing, of another part, cannot fade into the new drawing
    if (isResized || isMoved || size.width > LONGEST_FADED) this.isDrawn = false;
    if (this.isDrawn) {
      fit(this.before, covered, scale);
      copy(this.canvas, this.before);
    }
    const from = this.values;
    Object.assign(this, { scene, part });
    this.drawing = draw(/** @type {CanvasRenderingContext2D} */ (this.after.getContext("2d")), scene, scale, part);
    const start = () => { this.frame = requestAnimationFrame(() => this.#slice(from)); };
    const isScrolled = isMoved && size.width === this.width;
    this.width = size.width;
    if (size.width > LONGEST_FADED) this.timer = setTimeout(start, isScrolled ? PAUSE_MILLISECONDS : EDIT_PAUSE_MILLISECONDS);
    else start();
  }

  /** Draw no more. */
  stop() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }

  /** @param {number[][]} from */
  #slice(from) {
    const until = performance.now() + SLICE_MILLISECONDS;
    while (performance.now() < until) {
      if (this.drawing?.next().done) {
        const isStill = !this.isDrawn || matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.#fade(from, isStill ? -Infinity : performance.now());
        return;
      }
    }
    this.frame = requestAnimationFrame(() => this.#slice(from));
  }

  /** @param {number[][]} from @param {number} began */
  #fade(from, began) {
    const { scene, context } = this;
    if (!scene) return;
    const share = Math.min(1, (performance.now() - began) / MOVE_MILLISECONDS);
    const eased = 1 - (1 - share) ** 3;
    this.#place();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (eased < 1) {
      context.globalAlpha = 1 - eased;
      context.drawImage(this.before, 0, 0);
    }
    context.globalAlpha = eased;
    context.globalCompositeOperation = "lighter"; // adds both shares, so that unchanged parts do not become paler
    context.drawImage(this.after, 0, 0);
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
    const scale = window.devicePixelRatio || 1;
    context.setTransform(scale, 0, 0, scale, -scale * (this.part?.left ?? 0), 0);
    const goal = valuesOf(scene);
    this.values = goal.map((column, index) => column.map((value, unit) => value * eased + (from[index]?.[unit] ?? 0) * (1 - eased)));
    paintAllDots(context, scene, this.values);
    this.isDrawn = true;
    if (share < 1) this.frame = requestAnimationFrame(() => this.#fade(from, began));
  }

  // The canvas moves only with its new content, so that the old content stays in its place until then.
  #place() {
    const { style } = this.canvas;
    style.left = this.part ? `${this.part.left}px` : "";
    style.width = this.part ? `${this.part.width}px` : "";
  }
}

/**
 * Draw everything except the dots, a few curves at a time.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {number} scale
 * @param {?Part} part
 */
function* draw(context, scene, scale, part) {
  const { layout, palette, pixels, state } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(scale, 0, 0, scale, -scale * (part?.left ?? 0), 0);
  for (const bundle of scene.bundles ?? []) {
    paintBundle(context, bundle, palette, layout.isDown);
    yield;
  }
  for (const [index, curve] of allCurves(scene).filter((curve) => isCovered(curve, part)).entries()) {
    paintCurve(context, curve, { palette, isDown: layout.isDown, isBold: Boolean(scene.isOfWeights), isFaint: scene.isTrained });
    if (index % 20 === 0) yield;
  }
  if (scene.arrows) for (const [from, to] of scene.arrows) paintCurvedArrow(context, from, to, { palette, isDown: layout.isDown });
  else paintArrows(context, scene);
  for (const place of layout.places) {
    const content = state?.columns.find((column) => column.id && column.id === place.column.id);
    if (place.column.kind === "strip") {
      paintStrip(context, place, content ? bytesOf(content.values) : new Uint8Array(), palette);
      continue;
    }
    const maps = { maps: content?.maps.map(bytesOf) ?? [], height: content?.height ?? 1, width: content?.width ?? 1 };
    const grid = scene.grids?.find(({ id }) => id === place.column.id);
    if (grid) paintGrid(context, grid, maps, { front: grid.front, palette });
    paintSheets(context, place, grid ? { ...maps, maps: inFront(maps.maps, grid.front) } : maps, palette);
    yield;
  }
  if (pixels) paintImage(context, layout.image, pixels, palette);
}

/** @param {Curve} curve @param {?Part} part */
function isCovered({ from, to }, part) {
  return part === null || (Math.max(from.x, to.x) >= part.left && Math.min(from.x, to.x) <= part.left + part.width);
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {number} first
 * @returns {Item[]} the item with the index `first`, and then the
 * others in their order
 */
function inFront(items, first) {
  return [...items.slice(first, first + 1), ...items.slice(0, first), ...items.slice(first + 1)];
}

/** @param {Scene} scene @returns {Curve[]} */
function allCurves({ layout, pixels, state, labels, isOfWeights, isTrained, trained }) {
  if (!state || !pixels) return [];
  const last = layout.answersId ?? state.columns[state.columns.length - 1]?.id;
  const best = isOfWeights ? -1 : state.answers.indexOf(Math.max(...state.answers));
  const drawn = state.links.map((links) => {
    const from = links.source === "input" ? pixelEnds(layout, pixels) : dotsOf(layout, links.source, labels, last);
    const to = dotsOf(layout, links.target, labels, last);
    const all = linksOf(links);
    return curvesOf(isOfWeights ? all.slice(-MOST_WEIGHTS) : all, from, to, {
      best: links.target === last ? best : -1, isTrained: isTrained && (trained?.includes(links.target) ?? true),
    });
  });
  return drawn.flatMap((curves) => [...curves.filter((curve) => !curve.isBest), ...curves.filter((curve) => curve.isBest)]);
}

/**
 * @param {Layout} layout
 * @param {string} id of the layer
 * @param {number[]} labels
 * @param {string} last the id of the layer that answers
 */
function dotsOf(layout, id, labels, last) {
  if (id !== last) return layout.places.find(({ column }) => column.id === id)?.dots ?? [];
  /** @type {import("./geometry.js").Point[]} */
  const dots = [];
  labels.forEach((label, index) => { dots[label] = layout.answers[index]; });
  return dots;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintArrows(context, { layout, palette, state, hasArrows }) {
  if (!hasArrows) return;
  const { image, places, answers, isDown, answerRadius } = layout;
  const across = isDown ? image.x + image.width / 2 : image.y + image.height / 2;
  let end = isDown ? image.height : image.x + image.width;
  const joined = new Set(state?.links.map((links) => links.target));
  const point = (/** @type {number} */ along) => (isDown ? { x: across, y: along } : { x: along, y: across });
  for (const { column, centre, reach } of places) {
    const along = isDown ? centre.y : centre.x;
    if (!joined.has(column.id) && state) paintArrow(context, point(end + 6), point(along - reach - 6), palette);
    end = along + reach;
  }
  const last = state?.columns[state.columns.length - 1]?.id;
  if (state && last !== undefined && !joined.has(last)) {
    paintArrow(context, point(end + 6), point((isDown ? answers[0].y : answers[0].x) - answerRadius - 6), palette);
  }
}

/** @param {Scene} scene @returns {number[][]} */
function valuesOf({ layout, state, labels }) {
  const columns = layout.places.map(({ column }) => {
    const content = state?.columns.find(({ id }) => id && id === column.id);
    const bytes = content ? bytesOf(content.values) : [];
    return Array.from({ length: column.kind === "dots" ? column.drawn : 0 }, (_, index) => (bytes[index] ?? 0) / 255);
  });
  return [...columns, layout.answers.map((_, index) => state?.answers[labels[index]] ?? 0)];
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number[][]} values */
function paintAllDots(context, { layout, palette }, values) {
  layout.places.forEach(({ column, dots, radius }, index) => {
    if (column.kind === "dots") paintDots(context, dots, radius, (unit) => values[index][unit], palette);
    if (column.kind === "more") paintDots(context, ellipsis(layout.places[index].centre), 3, () => 0.6, palette);
  });
  paintDots(context, layout.answers, layout.answerRadius, (index) => values[values.length - 1][index], palette);
}

/** @param {{x: number, y: number}} centre */
function ellipsis({ x, y }) {
  return [-12, 0, 12].map((shift) => ({ x: x + shift, y }));
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} size @param {number} scale */
function fit(canvas, size, scale) {
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  if (canvas.width === width && canvas.height === height) return false;
  Object.assign(canvas, { width, height });
  return true;
}

/** @param {HTMLCanvasElement} from @param {HTMLCanvasElement} to */
function copy(from, to) {
  const context = /** @type {CanvasRenderingContext2D} */ (to.getContext("2d"));
  context.clearRect(0, 0, to.width, to.height);
  context.drawImage(from, 0, 0);
}
