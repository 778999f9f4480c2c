// The copies view: groups one under the other, decided about by keys or clicks, each step taken back by undo.
import { h, fill, select, toast } from './dom.js';
import { get, put, post, remove, open, query } from './api.js';
import { EndlessList } from './list.js';
import { groupElement } from './group.js';
import { compare } from './compare.js';
import { rulesDialog } from './rules.js';
import * as words from './words.js';

const keys = [['J K', 'next, previous group'], ['← →', 'picture'], ['Enter', 'keep the suggested'], ['S', 'keep this one'],
  ['A', 'keep all'], ['N', 'not a copy'], ['C', 'compare'], ['U', 'undo']];

export function start(main, wishes) {
  const view = new CopiesView(main);
  view.change(wishes);
  return view;
}

class CopiesView {
  constructor(main) {
    this.groups = [];
    this.undos = [];
    this.at = 0;
    this.card = 1;
    this.bar = h('div', { class: 'filters' });
    this.summary = h('p', { class: 'summary', role: 'status' });
    this.root = h('div', { class: 'groups' });
    this.legend = h('footer', { class: 'keys', 'aria-label': 'Keys' },
      keys.map(([key, text]) => h('span', null, key.split(' ').map(one => h('kbd', null, one)), ' ', text)));
    main.append(h('div', { class: 'bench' }, this.bar, this.summary), this.root, this.legend);
    this.list = new EndlessList(this.root, {
      estimate: 430, gap: 18, render: index => this.element(index), more: () => this.more(),
    });
    this.onKey = event => this.key(event);
    addEventListener('keydown', this.onKey);
  }

  end() {
    removeEventListener('keydown', this.onKey);
    this.list.end();
    this.stop?.abort();
  }

  change(wishes) {
    this.wishes = wishes;
    this.stop?.abort();
    this.stop = new AbortController();
    this.groups = [];
    this.after = '';
    this.at = 0;
    this.card = 1;
    this.list.clear();
    this.writeBar();
    fill(this.summary, 'Looking …');
    this.list.ask();
  }

  writeBar() {
    const go = (name, value) => { location.hash = '#/copies' + query({ ...this.wishes, image: '', [name]: value }); };
    fill(this.bar,
      this.wishes.image && h('a', { class: 'button', href: '#/copies' }, 'All groups'),
      !this.wishes.image && select('Kind', 'kind', words.kindChoices('All copies', 'same_bytes', 'same_pixels', 'edited_copy', 'similar'),
        this.wishes.kind, value => go('kind', value)),
      !this.wishes.image && select('Show', 'state', [['', 'To decide'], ['decided', 'Decided'], ['all', 'Both']], this.wishes.state,
        value => go('state', value)),
      h('button', { onclick: () => this.openRules() }, 'Rules for many …'),
      h('button', { onclick: () => open('/v1/duplicates/decisions', 'decisions.csv') }, 'List of decisions'),
      this.undoButton = h('button', { onclick: () => this.undo(), disabled: this.undos.length === 0 }, 'Undo'));
  }

  async more() {
    const stop = this.stop;
    try {
      const page = this.wishes.image
        ? await get(`/v1/images/${this.wishes.image}/duplicates`, stop.signal)
        : await get('/v1/duplicates' + query({ kind: this.wishes.kind, state: this.wishes.state, after: this.after, limit: 30 }), stop.signal);
      if (stop !== this.stop) return true;
      this.groups.push(...page.groups);
      this.after = page.next ?? '';
      this.counts = page.counts ?? this.counts;
      this.summarise(Boolean(page.next));
      this.list.grow(this.groups.length);
      return Boolean(page.next);
    } catch (fault) {
      if (fault.name === 'AbortError') return true;
      fill(this.summary, '');
      toast(fault.message);
      return false;
    }
  }

  summarise(hasMore) {
    const found = words.counted(this.groups.length, 'group');
    const all = Object.entries(this.counts ?? {}).filter(([kind]) => kind !== 'similar').map(([kind, many]) => `${words.count(many)} ${words.kind(kind).toLowerCase()}`);
    fill(this.summary, this.groups.length > 0 ? `${found}${hasMore ? ` so far; more as you scroll (in all: ${all.join(', ')})` : ''}. No file is ever deleted here: what you decide becomes a list.`
      : this.wishes.image ? 'No copies of this picture are known.' : this.wishes.state ? 'None.' : 'Nothing to decide: no copies, or all are decided about.');
  }

  element(index) {
    return groupElement(this.groups[index], index === this.at ? this.card : -1, {
      accept: () => this.accept(index),
      keepAll: () => this.keepAll(index),
      compare: () => this.compare(index),
      keep: card => this.keep(index, card),
      notCopy: card => this.notCopy(index, card),
      choose: card => this.choose(index, card),
      undo: () => this.undo(this.groups[index].step),
    });
  }

  /** Makes a file of a group the one that the keys are about. */
  choose(index, card, isFar = false) {
    const before = this.at;
    this.at = index;
    this.card = Math.max(0, Math.min(card, this.groups[index].files.length - 1));
    this.list.refresh(before);
    this.list.refresh(index);
    const element = this.list.reveal(index);
    if (isFar) element?.scrollIntoView({ block: 'start', behavior: 'auto' });
    (element?.querySelector(`[data-card="${this.card}"]`) ?? element)?.focus({ preventScroll: true });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')
      || event.target.closest('input, select, textarea')) return;
    const group = this.groups[this.at];
    // Enter on a button or link is the button's own, but for the picture that the keys are about.
    if (event.key === 'Enter' && event.target.closest('a, button:not(.view)')) return;
    const acts = {
      j: () => this.step(1), k: () => this.step(-1),
      ArrowRight: () => this.choose(this.at, this.card + 1), ArrowLeft: () => this.choose(this.at, this.card - 1),
      Enter: () => this.accept(this.at), s: () => this.keep(this.at, this.card), a: () => this.keepAll(this.at),
      n: () => this.notCopy(this.at, this.card), c: () => this.compare(this.at), u: () => this.undo(),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (!group && event.key !== 'u') || (group?.note && !'jkuJKU'.includes(event.key))) return;
    event.preventDefault();
    act();
  }

  step(by) {
    const to = this.at + by;
    if (to >= 0 && to < this.groups.length) this.choose(to, 1, true);
  }

  compare(index) {
    const group = this.groups[index];
    compare(group, index === this.at ? this.card : 1);
  }

  isSimilar(group) { return group.files.every(file => !file.kind || file.kind === 'similar'); }

  accept(index) {
    const group = this.groups[index];
    if (!this.isSimilar(group)) this.decide(index, [group.keep]);
  }

  keep(index, card) {
    const group = this.groups[index];
    if (!this.isSimilar(group)) this.decide(index, [group.files[card].path]);
  }

  async decide(index, prefer) {
    const group = this.groups[index];
    const keep = group.files.find(file => file.uri === prefer[0] || file.path === prefer[0]);
    await this.act(index, async () => {
      const answer = await post('/v1/duplicates/resolve', { groups: [group.group_id], prefer: [keep.path], show: 0 });
      return {
        note: `Kept ${words.name(keep.path)}; ${words.counted(answer.remove, 'file')} may go (${words.bytes(answer.freed_bytes)}).`,
        undo: () => remove(`/v1/duplicates/decisions/${answer.batch_id}`),
      };
    });
  }

  keepAll(index) {
    const group = this.groups[index];
    if (this.isSimilar(group)) return;
    return this.act(index, async () => {
      const answer = await put('/v1/duplicates/verdicts', { verdicts: [{ group_id: group.group_id, verdict: 'keep_all' }] });
      return { note: `All ${group.files.length} files are kept.`, undo: () => put('/v1/duplicates/verdicts', { verdicts: answer.before }) };
    });
  }

  notCopy(index, card) {
    const group = this.groups[index];
    const image = group.files[card].image_id;
    const others = [...new Set(group.files.map(file => file.image_id))].filter(id => id !== image);
    if (others.length === 0) return toast('Equal files are always copies. Keep all, if you want both.');
    return this.act(index, async () => {
      const answer = await put('/v1/duplicates/verdicts', {
        verdicts: others.slice(0, 2000).map(other => ({ a: image, b: other, verdict: 'not_a_copy' })),
      });
      const rest = answer.groups.find(one => one.group_id === group.group_id && one.files.length > 1);
      return {
        note: rest ? null : `${words.name(group.files[card].path)} is not a copy; nothing is left of this group.`,
        said: `${words.name(group.files[card].path)} is not a copy.`,
        group: rest,
        undo: () => put('/v1/duplicates/verdicts', { verdicts: answer.before }),
      };
    });
  }

  /** Does something to a group, shows what became of it, and remembers how to take it back. */
  async act(index, doing) {
    const before = this.groups[index];
    try {
      const done = await doing();
      const step = { before, undo: done.undo };
      this.undos.push(step);
      const now = done.group ?? { ...before, note: done.note };
      this.groups[index] = { ...now, step };
      step.now = this.groups[index];
      this.undoButton.disabled = false;
      toast(done.note ?? done.said, { label: 'Undo', run: () => this.undo(step) });
      this.list.refresh(index);
      if (done.note && index === this.at && index + 1 < this.groups.length) this.choose(index + 1, 1);
    } catch (fault) {
      toast(fault.message);
    }
  }

  /** Takes back a step: the latest, where none is named. */
  async undo(step = this.undos.at(-1)) {
    if (!step || !this.undos.includes(step)) return toast('There is nothing to take back.');
    try {
      await step.undo();
      this.undos.splice(this.undos.indexOf(step), 1);
      this.undoButton.disabled = this.undos.length === 0;
      const index = this.groups.indexOf(step.now);
      if (index >= 0) {
        this.groups[index] = await this.asItIs(step.before);
        this.list.refresh(index);
        this.choose(index, this.card);
      } else if (step.many) {
        this.change(this.wishes);
      }
      toast('Taken back.');
    } catch (fault) {
      toast(fault.message);
    }
  }

  /** A group as the service has it: taking back forgets, also what was decided before. */
  async asItIs(group) {
    const { groups } = await get(`/v1/images/${group.group_id}/duplicates`);
    return groups.find(one => one.group_id === group.group_id) ?? group;
  }

  openRules() {
    rulesDialog(this.wishes.kind, answer => {
      const step = { many: true, undo: () => remove(`/v1/duplicates/decisions/${answer.batch_id}`) };
      this.undos.push(step);
      this.change(this.wishes);
      toast(`${words.counted(answer.groups, 'group')} decided; ${words.counted(answer.remove, 'file')} may go.`,
        { label: 'Undo', run: () => this.undo(step) });
    });
  }
}
