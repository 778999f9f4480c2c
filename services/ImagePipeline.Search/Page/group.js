// One group of copies: its files side by side, what differs marked, what is suggested and why.
import { h } from './dom.js';
import { picture } from './api.js';
import * as words from './words.js';

/**
 * A group as an element.
 * @param group as the API gives it, with note: what was done to it, or null
 * @param chosen index of the file that the keys are about, or -1
 * @param acts accept, keepAll, compare, keep(index), notCopy(index), choose(index), undo
 */
export function groupElement(group, chosen, acts) {
  const keeper = group.files.find(file => file.uri === group.keep) ?? group.files[0];
  const spare = group.files.filter(file => file !== keeper).reduce((sum, file) => sum + file.bytes, 0);
  if (group.note) {
    return h('section', { class: 'group done', tabindex: '-1', 'aria-label': group.note },
      h('p', null, group.note), h('button', { class: 'plain', onclick: acts.undo }, 'Undo'));
  }
  const kinds = [...new Set(group.files.map(file => file.kind).filter(Boolean))];
  const isSimilar = kinds.every(kind => kind === 'similar');
  return h('section', { class: 'group' + (chosen >= 0 ? ' here' : ''), tabindex: '-1', 'aria-label': `Group of ${group.files.length} files` },
    h('div', { class: 'group-head' },
      h('h2', null, words.counted(group.files.length, 'file'), h('small', null, kinds.map(words.kind).join(' · '),
        isSimilar ? '' : ` · ${words.bytes(spare)} more than one needs`)),
      h('div', { class: 'actions' },
        !isSimilar && h('button', { class: 'main', onclick: acts.accept, title: 'Enter' }, group.state === 'decided' ? 'Decide anew' : 'Keep the suggested one'),
        !isSimilar && h('button', { onclick: acts.keepAll, title: 'A' }, 'Keep all'),
        h('button', { onclick: acts.compare, title: 'C' }, 'Compare'))),
    h('p', { class: 'why' }, 'Suggested: ', h('b', { class: 'path' }, words.name(keeper.path)), ` – ${group.reason}`),
    h('ul', { class: 'cards' }, group.files.map((file, index) => card(group, file, keeper, index, index === chosen, acts))));
}

function card(group, file, keeper, index, isChosen, acts) {
  const isKeeper = file === keeper;
  const twin = group.files.some((other, at) => at < index && other.image_id === file.image_id);
  return h('li', { class: 'card' + (isKeeper ? ' keep' : '') + (file.decision === 'remove' ? ' leaves' : '') },
    h('button', {
      class: 'view', 'aria-pressed': String(isChosen), 'data-card': index, onclick: () => acts.choose(index), ondblclick: acts.compare,
      'aria-label': `${words.name(file.path)}, ${file.kind ? words.kind(file.kind) : 'compared with'}${isKeeper ? ', suggested to keep' : ''}`,
    }, picture(file.image_id, 512, '')),
    h('div', { class: 'text' },
      h('div', { class: 'badges' },
        isKeeper && h('span', { class: 'badge kept' }, 'Suggested'),
        file.decision && h('span', { class: 'badge decided' }, file.decision === 'keep' ? 'You keep it' : 'You let it go'),
        h('span', { class: `badge ${file.kind ?? 'first'}` }, file.kind ? words.kind(file.kind) : 'Compared with')),
      h('div', { class: 'name path' }, words.name(file.path)),
      h('div', { class: 'folder path' }, differs(words.folder(file.path), words.folder(keeper.path), isKeeper)),
      file.evidence_words && h('p', { class: 'evidence' }, file.evidence_words),
      h('dl', null, rows(file, keeper).map(([label, value, other]) => [h('dt', null, label), h('dd', null, differs(value, other, isKeeper))])),
      h('div', { class: 'actions small' },
        !isKeeper && file.kind !== 'similar' && h('button', { onclick: () => acts.keep(index), title: 'S' }, 'Keep this one'),
        !twin && group.files.some(other => other.image_id !== file.image_id)
          && h('button', { onclick: () => acts.notCopy(index), title: 'N' }, 'Not a copy'))));
}

const differs = (value, other, isKeeper) => isKeeper || value === other ? value : h('mark', null, value);

/** What is compared of two files: label, value, the other's value. */
export function rows(file, other) {
  const length = (one, two) => one.bytes !== two.bytes && words.bytes(one.bytes) === words.bytes(two.bytes)
    ? `${words.count(one.bytes)} B` : words.bytes(one.bytes);
  return [
    ['Pixels', words.size(file), words.size(other)],
    ['File', length(file, other), length(other, file)],
    ['Format', file.format.toUpperCase(), other.format.toUpperCase()],
    ['Taken', words.time(file.taken_at), words.time(other.taken_at)],
    ['Changed', words.time(file.modified_at), words.time(other.modified_at)],
  ];
}
