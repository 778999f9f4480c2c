// A tight grid of pictures, as long as one likes: rows in an endless list, walked through by arrow keys.
import { h } from './dom.js';
import { picture } from './api.js';
import { EndlessList } from './list.js';
import { showImage } from './picture.js';
import * as words from './words.js';

const gap = 6;

export class PictureGrid {
  /** @param more asks for more items, pushes them to items and says whether there may be more after them */
  constructor(more) {
    this.items = [];
    this.columns = 1;
    this.root = h('div', { class: 'grid', role: 'list', 'aria-label': 'Pictures' });
    this.root.addEventListener('keydown', event => this.move(event));
    this.list = new EndlessList(this.root, { estimate: 170, gap, render: row => this.row(row), more });
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.root);
  }

  /** Begins anew with no pictures, and asks for the first. */
  begin() {
    this.items = [];
    this.list.clear();
    this.list.ask();
  }

  /** There are more items now. */
  grow() { this.fit(true); }

  end() {
    this.list.end();
    this.watch.disconnect();
  }

  fit(isGrown = false) {
    const width = this.root.clientWidth;
    const columns = Math.max(2, Math.floor((width + gap) / ((width < 560 ? 104 : 150) + gap)));
    const rows = Math.ceil(this.items.length / columns);
    if (columns !== this.columns) {
      this.columns = columns;
      this.root.style.setProperty('--columns', columns);
      this.list.estimate = (width - gap * (columns - 1)) / columns + gap;
      this.list.redraw(rows);
    } else if (isGrown) {
      const last = this.list.count - 1;
      this.list.grow(rows);
      if (last >= 0) this.list.refresh(last);
    }
  }

  row(row) {
    const first = row * this.columns;
    return h('div', { class: 'row', role: 'presentation' },
      this.items.slice(first, first + this.columns).map((item, at) => this.tile(item, first + at)));
  }

  tile({ image, distance }, index) {
    const name = words.name(image.files[0] ?? '');
    const far = distance === undefined ? '' : `, distance ${words.distance(distance)}`;
    return h('div', { class: 'tile', role: 'listitem' },
      h('button', {
        class: 'face', 'data-index': index, 'aria-label': `${name}${far}`, title: image.files[0],
        onclick: () => showImage(image, distance),
      }, picture(image.image_id, 256, '')),
      distance !== undefined && h('span', { class: 'far' }, words.distance(distance)),
      h('div', { class: 'leads' },
        h('a', { class: 'lead', href: `#/search?like=${image.image_id}`, title: 'More like this', 'aria-label': `More like ${name}` }, '≈'),
        // By keys these are reached in the picture's own view, so that a walk through the grid does not stop thrice at each.
        h('a', { class: 'lead more', tabindex: '-1', href: `#/copies?image=${image.image_id}`, title: 'Its copies', 'aria-label': `Copies of ${name}` }, '='),
        image.cluster && h('a', {
          class: 'lead more', tabindex: '-1', href: words.clusterHash(image.cluster), title: `Its cluster: ${image.cluster.name}`,
          'aria-label': `Cluster of ${name}`,
        }, '∴')));
  }

  /** Arrow keys walk through the grid. */
  move(event) {
    const now = Number(event.target.dataset?.index ?? NaN);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    if (Number.isNaN(now) || !step || now + step < 0 || now + step >= this.items.length) return;
    event.preventDefault();
    this.list.reveal(Math.floor((now + step) / this.columns));
    this.root.querySelector(`[data-index="${now + step}"]`)?.focus();
  }
}
