// A gallery of clusters, the largest first: chosen by a tick or keys, named, merged.
import { h, fill, toast } from './dom.js';
import { query, picture } from './api.js';
import { EndlessList } from './list.js';
import { nameDialog, merge } from './naming.js';
import * as words from './words.js';

const keys = [['J K', 'next, previous cluster'], ['X', 'choose'], ['M', 'merge the chosen'], ['R', 'rename'], ['U', 'undo']];

export class ClusterGallery {
  /** @param asking ask(path, show) as the view's; summarise(run, total) says what is shown */
  constructor(root, steps, { ask, summarise }) {
    Object.assign(this, { steps, ask, summarise, clusters: [], chosen: [], after: '', at: -1 });
    this.root = h('div', { class: 'clusters' });
    this.bar = h('div', { class: 'actions choice', role: 'group', 'aria-label': 'Chosen clusters' });
    root.append(this.root, this.bar, h('footer', { class: 'keys', 'aria-label': 'Keys' },
      keys.map(([key, text]) => h('span', null, key.split(' ').map(one => h('kbd', null, one)), ' ', text))));
    this.list = new EndlessList(this.root, { estimate: 190, gap: 10, render: index => this.card(index), more: () => this.more() });
    this.onKey = event => this.key(event);
    addEventListener('keydown', this.onKey);
    this.steps.changed = () => this.writeBar();
    this.writeBar();
    this.list.ask();
  }

  end() {
    removeEventListener('keydown', this.onKey);
    this.list.end();
  }

  more() {
    return this.ask('/v1/clusters' + query({ after: this.after, limit: 24 }), page => {
      // What was merged meanwhile may have changed the order.
      const known = new Set(this.clusters.map(cluster => cluster.number));
      this.clusters.push(...page.clusters.filter(cluster => !known.has(cluster.number)));
      this.after = page.next ?? '';
      [this.run, this.total] = [page.run, page.total];
      this.summarise(this.run, this.total);
      this.list.grow(this.clusters.length);
      return Boolean(page.next);
    });
  }

  card(index) {
    const cluster = this.clusters[index];
    const hash = words.clusterHash(cluster);
    const isChosen = this.chosen.includes(cluster);
    return h('section', { class: 'cluster' + (isChosen ? ' chosen' : ''), 'aria-label': cluster.name, 'data-number': cluster.number,
      onfocusin: () => { this.at = index; } },
      h('div', { class: 'cluster-head' },
        h('label', { class: 'tick' },
          h('input', { type: 'checkbox', checked: isChosen, 'aria-label': `Choose ${cluster.name}`, onchange: () => this.choose(cluster) })),
        h('a', { class: 'cluster-name', href: hash }, cluster.name),
        h('span', { class: 'soft' }, words.counted(cluster.size, 'picture')
          + (cluster.parts.length > 0 ? `, merged of ${cluster.parts.length + 1}` : '')),
        h('button', { class: 'plain', 'aria-label': `Rename ${cluster.name}`, onclick: () => this.rename(cluster) }, 'Rename')),
      // The same link once more for the mouse; who listens or tabs has met it already.
      h('a', { class: 'strip', href: hash, title: cluster.name, tabindex: '-1', 'aria-hidden': 'true' }, cluster.typical.map(id => picture(id, 256, ''))));
  }

  /** Shows a cluster anew. */
  refresh(number) {
    const index = this.clusters.findIndex(cluster => cluster.number === number);
    if (index < 0) return;
    const isFocused = this.root.querySelector(`[data-number="${number}"]`)?.contains(document.activeElement);
    this.list.refresh(index);
    if (isFocused) this.focus(index);
  }

  focus(index, part = '.cluster-name') {
    this.at = index;
    this.list.reveal(index)?.querySelector(part)?.focus({ preventScroll: true });
  }

  choose(cluster) {
    this.chosen = this.chosen.includes(cluster) ? this.chosen.filter(one => one !== cluster) : [...this.chosen, cluster];
    const element = this.root.querySelector(`[data-number="${cluster.number}"]`);
    element?.classList.toggle('chosen', this.chosen.includes(cluster));
    const tick = element?.querySelector('input');
    if (tick) tick.checked = this.chosen.includes(cluster);
    this.writeBar();
  }

  writeBar() {
    const many = this.chosen.length;
    this.bar.hidden = many === 0 && this.steps.done.length === 0;
    fill(this.bar,
      many > 0 && h('span', { role: 'status' }, many === 1 ? `“${this.target().name}” is chosen; choose another to merge them.` : `${many} chosen`),
      many > 1 && h('button', { class: 'main', onclick: () => this.merge() }, `Merge into “${this.target().name}”`),
      many > 0 && h('button', { onclick: () => this.chooseNone() }, 'Choose none'),
      this.steps.done.length > 0 && h('button', { onclick: () => this.steps.undo() }, 'Undo'));
  }

  chooseNone() {
    for (const cluster of [...this.chosen]) this.choose(cluster);
    if (this.at >= 0) this.focus(this.at);
  }

  /** What the others go into: what a person named before what is but suggested, then the first that was chosen. */
  target() { return this.chosen.find(cluster => cluster.is_named) ?? this.chosen[0]; }

  rename(cluster) {
    nameDialog(cluster, this.steps, now => this.replace(cluster.number, now));
  }

  replace(number, now) {
    const index = this.clusters.findIndex(cluster => cluster.number === number);
    if (index < 0) return;
    this.chosen = this.chosen.map(cluster => cluster === this.clusters[index] ? now : cluster);
    this.clusters[index] = now;
    this.refresh(number);
    this.writeBar();
  }

  async merge() {
    const target = this.target();
    const merged = [target, ...this.chosen.filter(cluster => cluster !== target)];
    if (merged.length < 2) return toast('Choose two or more to merge.');
    const before = [...this.clusters];
    const answer = await merge(merged, this.steps, apart => this.restore(before, apart));
    if (!answer) return;
    const gone = new Set(merged.slice(1));
    this.show(this.clusters.filter(cluster => !gone.has(cluster)).map(cluster => cluster === target ? answer.clusters[0] : cluster));
    this.focus(this.clusters.indexOf(answer.clusters[0]));
  }

  /** Shows clusters where they stood, but as they are now: other steps may have come between. */
  restore(before, apart) {
    const now = new Map([...this.clusters, ...apart].map(cluster => [cluster.number, cluster]));
    const inside = new Set([...now.values()].flatMap(cluster => cluster.parts));
    this.show(before.map(cluster => now.get(cluster.number) ?? cluster).filter(cluster => !inside.has(cluster.number)));
  }

  /** Shows these, and those that came since. */
  show(clusters) {
    const known = new Set(clusters.flatMap(cluster => [cluster.number, ...cluster.parts]));
    const before = this.clusters.length;
    this.clusters = [...clusters, ...this.clusters.filter(cluster => !known.has(cluster.number))];
    this.total += this.clusters.length - before;
    this.summarise(this.run, this.total);
    this.chosen = [];
    this.list.redraw(this.clusters.length);
    this.writeBar();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')
      || event.target.closest('input:not([type=checkbox]), select, textarea')) return;
    const cluster = this.clusters[this.at];
    const act = {
      j: () => this.step(1), k: () => this.step(-1), x: () => cluster && this.choose(cluster), m: () => this.merge(),
      r: () => cluster && this.rename(cluster), u: () => this.steps.undo(),
    }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  step(by) {
    const to = this.at + by;
    if (to >= 0 && to < this.clusters.length) this.focus(to);
  }
}
