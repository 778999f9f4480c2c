// A list as long as one likes, of which only what is near the window is in the document.

const margin = 900;

export class EndlessList {
  /**
   * @param root where the items go; nothing else may be in it
   * @param wishes estimate: height of an item not seen yet, pixels; gap: between items; render(index): an element;
   *   more(): asks for more items, called near the end while the last call said true
   */
  constructor(root, { estimate, gap, render, more }) {
    Object.assign(this, { root, estimate, gap, render, more, count: 0, turn: 0, hasMore: true, asking: false });
    this.heights = [];
    this.shown = new Map();
    this.update = this.update.bind(this);
    this.pending = false;
    this.later = () => {
      if (this.pending) return;
      this.pending = true;
      requestAnimationFrame(() => { this.pending = false; this.update(); });
    };
    addEventListener('scroll', this.later, { passive: true });
    this.watch = new ResizeObserver(this.later);
    this.watch.observe(root);
  }

  /** Begins anew with no items. */
  clear() {
    this.turn++;
    this.count = 0;
    this.heights = [];
    this.hasMore = true;
    this.asking = false;
    this.shown.forEach(element => element.remove());
    this.shown.clear();
    this.root.style.paddingTop = this.root.style.paddingBottom = '0px';
  }

  /** There are so many items now. */
  grow(count) {
    this.count = count;
    this.update();
  }

  /** An item looks different now. */
  refresh(index) {
    const old = this.shown.get(index);
    if (!old) return;
    const element = this.render(index);
    this.shown.set(index, element);
    old.replaceWith(element);
    this.later();
  }

  /** Everything looks different: the width changed. */
  redraw(count = this.count) {
    this.shown.forEach(element => element.remove());
    this.shown.clear();
    this.heights = [];
    this.grow(count);
  }

  /** Brings an item into the window and returns it. */
  reveal(index) {
    if (!this.shown.has(index)) {
      const top = this.root.getBoundingClientRect().top + scrollY;
      scrollTo({ top: top + this.offset(index) - 120 });
      this.update();
    }
    const element = this.shown.get(index);
    element?.scrollIntoView({ block: 'nearest' });
    return element;
  }

  end() {
    removeEventListener('scroll', this.later);
    this.watch.disconnect();
    this.hasMore = false;
  }

  height(index) { return this.heights[index] ?? this.estimate; }

  offset(index) {
    let sum = 0;
    for (let at = 0; at < index; at++) sum += this.height(at);
    return sum;
  }

  update() {
    if (!this.root.isConnected) return;
    const top = -this.root.getBoundingClientRect().top - margin;
    const bottom = top + innerHeight + 2 * margin;
    let [first, before] = [0, 0];
    while (first < this.count && before + this.height(first) < top) before += this.height(first++);
    let [last, below] = [first, before];
    while (last < this.count && below < bottom) below += this.height(last++);
    this.place(first, last, before);
    if (last >= this.count - 2) this.ask();
  }

  place(first, last, before) {
    for (const [index, element] of this.shown) {
      if (index < first || index >= last) {
        element.remove();
        this.shown.delete(index);
      }
    }
    let previous = null;
    for (let index = first; index < last; index++) {
      let element = this.shown.get(index);
      if (!element) {
        element = this.render(index);
        this.shown.set(index, element);
        if (previous) previous.after(element); else this.root.prepend(element);
      }
      previous = element;
    }
    // Measured once it is there; what is above the window was seen before, so nothing jumps.
    for (let index = first; index < last; index++) {
      this.heights[index] = this.shown.get(index).offsetHeight + this.gap;
    }
    let after = 0;
    for (let index = last; index < this.count; index++) after += this.height(index);
    this.root.style.paddingTop = `${before}px`;
    this.root.style.paddingBottom = `${after}px`;
  }

  async ask() {
    if (this.asking || !this.hasMore) return;
    this.asking = true;
    const turn = this.turn;
    let hasMore = false;
    try {
      hasMore = await this.more();
    } finally {
      // What was asked before the list began anew says nothing of what is asked now.
      if (turn === this.turn) [this.asking, this.hasMore] = [false, hasMore];
    }
    if (turn === this.turn && hasMore) this.later();
  }
}
