// The search view: a picture that is dropped, pasted, chosen or clicked, filters, and a tight grid of what is near to it.
import { h, fill, select, toast } from './dom.js';
import { get, postPicture, query, picture } from './api.js';
import { PictureGrid } from './grid.js';
import { tagSuggestions } from './tags.js';
import * as words from './words.js';

const filters = ['path', 'folder', 'tag', 'format', 'min_width', 'taken_after', 'taken_before', 'colour', 'model'];
const pageImages = 200;
const mostHits = 1000;

// Kept while one looks at another view.
let dropped = null;

export function start(main, wishes) {
  const view = new SearchView(main);
  view.change(wishes);
  return view;
}

class SearchView {
  constructor(main) {
    this.asked = 0;
    this.form = h('form', { class: 'filters', 'aria-label': 'Filters', onsubmit: event => event.preventDefault() });
    this.query = h('div', { class: 'query' });
    this.folders = h('datalist', { id: 'folders' });
    this.tags = tagSuggestions('tags');
    this.file = h('input', {
      type: 'file', accept: 'image/*', class: 'unseen', 'aria-label': 'Picture to search by', tabindex: '-1',
      onchange: event => this.take(event.target.files[0]),
    });
    this.clearing = h('button', { type: 'button', class: 'plain', hidden: true, onclick: () => this.clear() }, 'Clear filters');
    this.summary = h('p', { class: 'summary', role: 'status' });
    this.grid = new PictureGrid(() => this.more());
    this.drop = h('section', { class: 'drop', 'aria-label': 'Search by a picture' }, this.query, this.file);
    main.append(h('div', { class: 'bench' }, this.drop, this.form, this.summary), this.grid.root);
    this.listen();
    get('/v1/status').then(status => { this.models = status.models; this.writeForm(); }, () => {});
  }

  listen() {
    this.paste = event => {
      const file = [...(event.clipboardData?.files ?? [])].find(one => one.type.startsWith('image/'));
      if (file) { event.preventDefault(); this.take(file); }
    };
    this.over = event => { event.preventDefault(); this.drop.classList.add('over'); };
    this.out = event => { if (!event.relatedTarget) this.drop.classList.remove('over'); };
    this.fall = event => {
      event.preventDefault();
      this.drop.classList.remove('over');
      if (event.dataTransfer.files[0]) this.take(event.dataTransfer.files[0]);
    };
    addEventListener('paste', this.paste);
    addEventListener('dragover', this.over);
    addEventListener('dragleave', this.out);
    addEventListener('drop', this.fall);
  }

  end() {
    removeEventListener('paste', this.paste);
    removeEventListener('dragover', this.over);
    removeEventListener('dragleave', this.out);
    removeEventListener('drop', this.fall);
    this.grid.end();
    this.stop?.abort();
  }

  /** Searches by a file. */
  take(file) {
    if (!file) return;
    if (dropped) URL.revokeObjectURL(dropped.url);
    dropped = { file, url: URL.createObjectURL(file) };
    this.file.value = '';
    const hash = '#/search' + query({ ...this.wishes, like: '', file: '1' });
    if (location.hash === hash) this.change(this.wishes); else location.hash = hash;
  }

  /** Shows what the address asks for. */
  change(wishes) {
    this.wishes = wishes;
    this.filter = Object.fromEntries(filters.map(name => [name, wishes[name] ?? '']));
    this.stop?.abort();
    this.stop = new AbortController();
    this.writeQuery();
    this.writeForm();
    this.after = '';
    this.asked = 0;
    fill(this.summary, 'Looking …');
    scrollTo(0, 0);
    this.grid.begin();
  }

  isSearch() { return this.wishes.like || (this.wishes.file && dropped); }

  writeQuery() {
    const choose = h('button', { class: 'main', onclick: () => this.file.click() }, 'Choose a picture');
    if (!this.isSearch()) {
      fill(this.query, h('p', null, 'Drop or paste a picture to find what looks like it.'), choose);
      return;
    }
    const shown = this.wishes.like ? picture(this.wishes.like, 256, 'The picture searched by') : h('img', { alt: 'The picture searched by' });
    if (!this.wishes.like) shown.src = dropped.url;
    fill(this.query, h('div', { class: 'asked' }, shown),
      h('p', null, this.wishes.like ? 'More like this one' : `Like ${dropped.file.name}`),
      h('div', { class: 'actions' }, choose,
        this.wishes.like && h('a', { class: 'button', href: `#/copies?image=${this.wishes.like}` }, 'Its copies'),
        this.wishes.like && this.clusterLink(this.wishes.like),
        h('a', { class: 'button', href: '#/search' + query({ ...this.filter }) }, 'All pictures')));
  }

  /** Leads to the cluster of a picture, once it is known to have one. */
  clusterLink(id) {
    const link = h('a', { class: 'button', hidden: true }, 'Its cluster');
    get(`/v1/images/${id}`, this.stop?.signal).then(({ cluster }) => {
      if (!cluster) return;
      link.href = words.clusterHash(cluster);
      link.title = cluster.name;
      link.hidden = false;
    }, () => {});
    return link;
  }

  /** Suggests folders that begin as typed. */
  async suggest(typed) {
    const page = await get('/v1/folders' + query({ typed, limit: 50 })).catch(() => null);
    if (page) fill(this.folders, page.folders.map(folder => h('option', { value: folder.path }, words.counted(folder.files, 'file'))));
  }

  writeForm() {
    this.clearing.hidden = !filters.some(name => name !== 'model' && this.filter[name]);
    // Nobody's typing is written over.
    if (this.form.contains(document.activeElement) && document.activeElement.matches('input')) return;
    const field = (label, name, type, more) => h('label', { class: 'field' }, h('span', null, label),
      h('input', { name, type, value: this.filter[name], onchange: event => this.narrow(name, event.target.value), ...more }));
    const colour = this.filter.colour;
    fill(this.form,
      field('Path contains', 'path', 'search', { placeholder: 'holiday' }),
      field('In folder', 'folder', 'search', {
        placeholder: '/photos/2024', list: 'folders', autocomplete: 'off', spellcheck: 'false',
        onfocus: event => this.suggest(event.target.value),
        oninput: event => { clearTimeout(this.typing); this.typing = setTimeout(() => this.suggest(event.target.value), 200); },
      }), this.folders,
      field('Tag', 'tag', 'search', { placeholder: 'beach', ...this.tags.attributes }), this.tags.list,
      select('Format', 'format', [['', 'Any'], ...['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'].map(one => [one, one.toUpperCase()])],
        this.filter.format, value => this.narrow('format', value)),
      field('Width at least', 'min_width', 'number', { min: 0, step: 1, placeholder: 'px' }),
      field('Taken from', 'taken_after', 'date'),
      field('until', 'taken_before', 'date'),
      h('label', { class: 'field' }, h('span', null, 'Colour'),
        h('input', { type: 'color', name: 'colour', value: colour ? '#' + colour : '#808080', class: colour ? 'set' : '',
          onchange: event => this.narrow('colour', event.target.value.slice(1)) })),
      (this.models?.length ?? 0) > 1 && select('Model', 'model', this.models.map(model => [model.active ? '' : model.model_id, model.model_id]),
        this.filter.model, value => this.narrow('model', value)),
      this.clearing);
  }

  narrow(name, value) { location.hash = '#/search' + query({ ...this.wishes, [name]: value }); }

  clear() {
    document.activeElement?.blur();
    location.hash = '#/search' + query({ like: this.wishes.like, file: this.wishes.file, model: this.filter.model });
  }

  /** Asks for the next pictures; says whether there may be more after them. */
  async more() {
    const stop = this.stop;
    try {
      const hasMore = this.isSearch() ? await this.moreHits(stop.signal) : await this.moreImages(stop.signal);
      if (stop !== this.stop) return true;
      this.summarise(hasMore);
      this.grid.grow();
      return hasMore;
    } catch (fault) {
      if (fault.name === 'AbortError') return true;
      fill(this.summary, '');
      if (stop === this.stop) toast(fault.message);
      return false;
    }
  }

  async moreImages(signal) {
    const { model, ...filter } = this.filter;
    const page = await get('/v1/images' + query({ ...filter, after: this.after, limit: pageImages }), signal);
    if (signal.aborted) return true;
    this.grid.items.push(...page.images.map(image => ({ image })));
    this.after = page.next ?? '';
    return Boolean(page.next);
  }

  async moreHits(signal) {
    const k = Math.min(mostHits, this.asked ? this.asked * 3 : 60);
    const wish = query({ ...this.filter, k });
    const answer = this.wishes.like
      ? await get(`/v1/images/${this.wishes.like}/similar${wish}`, signal)
      : await postPicture('/v1/search' + wish, dropped.file, signal);
    if (signal.aborted) return true;
    this.grid.items.push(...answer.hits.slice(this.grid.items.length));
    this.asked = k;
    return answer.hits.length === k && k < mostHits;
  }

  summarise(hasMore) {
    const many = words.counted(this.grid.items.length, 'picture');
    fill(this.summary, this.grid.items.length === 0
      ? 'No picture fits. Widen the filters.'
      : this.isSearch() ? `The ${words.count(this.grid.items.length)} nearest, nearest first${hasMore ? '; more as you scroll' : ''}`
        : hasMore ? `${many} so far; more as you scroll` : many);
  }
}
