// The map of the pictures: points by cluster, thumbnails when near enough; moved by mouse, touch and keys.
import { h } from './dom.js';
import { get, showPicture, thumbnail } from './api.js';
import { showImage } from './picture.js';

const edge = 46;
const mostThumbnails = 260;
const mostKept = 900;
const labels = 24;

export class ClusterMap {
  constructor(root, points, clusters) {
    this.points = points;
    this.clusters = clusters.filter(cluster => cluster.x !== undefined);
    this.pictures = new Map();
    this.canvas = h('canvas', { class: 'map', tabindex: '0', role: 'img', 'aria-label': 'Map of the pictures; the gallery has the same as a list' });
    root.append(this.canvas);
    [this.scale, this.left, this.top] = [1, 0, 0];
    this.fingers = new Map();
    const on = (name, act) => this.canvas.addEventListener(name, act);
    on('pointerdown', event => this.press(event));
    on('pointermove', event => this.drag(event));
    on('pointerup', event => this.release(event));
    on('pointercancel', event => this.fingers.delete(event.pointerId));
    on('wheel', event => { event.preventDefault(); this.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY); });
    on('keydown', event => this.key(event));
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.canvas);
  }

  end() { this.watch.disconnect(); }

  fit() {
    const ratio = devicePixelRatio || 1;
    [this.width, this.height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    [this.canvas.width, this.canvas.height] = [this.width * ratio, this.height * ratio];
    this.canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    this.later();
  }

  later() {
    this.waiting ??= requestAnimationFrame(() => { this.waiting = null; this.draw(); });
  }

  place(x, y) {
    return [this.left + x * this.width * this.scale, this.top + (1 - y) * this.height * this.scale];
  }

  draw() {
    const context = this.canvas.getContext('2d');
    const style = getComputedStyle(this.canvas);
    context.clearRect(0, 0, this.width, this.height);
    this.seen = [];
    for (let at = 0; at < this.points.ids.length; at++) {
      const [x, y] = this.place(this.points.x[at], this.points.y[at]);
      if (x > -edge && y > -edge && x < this.width + edge && y < this.height + edge) this.seen.push([at, x, y]);
    }
    // A fair choice where they lie too close: the first of each cell, so that a place keeps its picture while one moves.
    const cells = new Set();
    const size = this.seen.length > mostThumbnails * 8 ? edge * 1.6 : edge;
    for (const [at, x, y] of this.seen) {
      const cell = `${Math.round((x - this.left) / size)},${Math.round((y - this.top) / size)}`;
      if (cells.size < mostThumbnails && !cells.has(cell)) {
        cells.add(cell);
        this.drawPicture(context, at, x, y);
      } else {
        this.drawPoint(context, at, x, y);
      }
    }
    context.font = '600 13px ' + style.fontFamily;
    context.textAlign = 'center';
    this.drawNames(context, style);
  }

  /** Names of clusters, the largest first, where they lie on no other and stay in the window. */
  drawNames(context, style) {
    const taken = [];
    for (const cluster of this.clusters.slice(0, Math.round(labels * Math.sqrt(this.scale)))) {
      const [middle, y] = this.place(cluster.x, cluster.y);
      const half = context.measureText(cluster.name).width / 2 + 4;
      if (middle < 0 || middle > this.width || y < 0 || y > this.height) continue;
      const x = Math.max(half, Math.min(this.width - half, middle));
      if (taken.some(other => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 17)) continue;
      taken.push({ x, y, half });
      context.lineWidth = 4;
      context.strokeStyle = style.backgroundColor;
      context.strokeText(cluster.name, x, y);
      context.fillStyle = style.color;
      context.fillText(cluster.name, x, y);
    }
  }

  drawPoint(context, at, x, y) {
    const cluster = this.points.clusters[at];
    context.fillStyle = cluster === null || cluster === undefined ? '#888' : `hsl(${(cluster * 137.5) % 360} 55% 52%)`;
    context.beginPath();
    context.arc(x, y, 2.5, 0, 7);
    context.fill();
  }

  drawPicture(context, at, x, y) {
    const image = this.picture(this.points.ids[at]);
    if (!image.complete || !image.naturalWidth) return this.drawPoint(context, at, x, y);
    const scale = (edge - 4) / Math.max(image.naturalWidth, image.naturalHeight);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    context.drawImage(image, x - width / 2, y - height / 2, width, height);
  }

  picture(id) {
    let image = this.pictures.get(id);
    if (!image) {
      if (this.pictures.size > mostKept) this.pictures.delete(this.pictures.keys().next().value);
      image = new Image();
      image.addEventListener('load', () => this.later());
      this.pictures.set(id, image);
      showPicture(image, thumbnail(id, 128));
    }
    return image;
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.min(200, Math.max(0.8, this.scale * factor));
    this.left = x - (x - this.left) * scale / this.scale;
    this.top = y - (y - this.top) * scale / this.scale;
    this.scale = scale;
    this.later();
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.moved = 0;
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const others = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    if (others.length > 0) {
      const far = place => Math.hypot(place[0] - others[0][0], place[1] - others[0][1]);
      this.zoom(far([event.offsetX, event.offsetY]) / Math.max(1, far(before)), ...others[0]);
    } else {
      this.left += event.offsetX - before[0];
      this.top += event.offsetY - before[1];
    }
    this.moved += Math.abs(event.offsetX - before[0]) + Math.abs(event.offsetY - before[1]);
    this.fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.later();
  }

  release(event) {
    this.fingers.delete(event.pointerId);
    if (this.moved < 6) this.openAt(event.offsetX, event.offsetY);
  }

  async openAt(x, y) {
    let [best, nearest] = [null, edge / 2];
    for (const [at, left, top] of this.seen ?? []) {
      const far = Math.hypot(left - x, top - y);
      if (far < nearest) [best, nearest] = [at, far];
    }
    if (best !== null) showImage(await get(`/v1/images/${this.points.ids[best]}`));
  }

  key(event) {
    const step = 60;
    const act = {
      '+': () => this.zoom(1.4), '=': () => this.zoom(1.4), '-': () => this.zoom(1 / 1.4),
      ArrowLeft: () => { this.left += step; }, ArrowRight: () => { this.left -= step; },
      ArrowUp: () => { this.top += step; }, ArrowDown: () => { this.top -= step; },
      Enter: () => this.openAt(this.width / 2, this.height / 2),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    this.later();
  }
}
