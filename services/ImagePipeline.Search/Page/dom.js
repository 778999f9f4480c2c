// Makes elements. Text is always text: nothing a stranger named a file after becomes markup.

/** An element: h('a', { class: 'x', href: '#', onclick: f }, 'text', child). Children that are null or false are left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'selected') element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : shown(String(child)));
  }
}

/** Control characters and those that turn the reading order, with which "gpj.exe" is shown as "exe.jpg", are shown as such. */
export function shown(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** A choice among words: select('Kind', 'kind', [['', 'All'], …], now, changed). */
export function select(label, name, options, now, changed) {
  return h('label', { class: 'field' }, h('span', null, label),
    h('select', { name, onchange: event => changed?.(event.target.value) },
      options.map(([value, text]) => h('option', { value, selected: value === (now ?? '') }, text))));
}

/** A dialog that closes itself by Escape, its button or a click beside it, and is gone then. */
export function dialog(title, ...children) {
  const box = h('dialog', { 'aria-label': title, onclick: event => event.target === box && box.close() });
  fill(box, h('div', { class: 'sheet' },
    h('div', { class: 'sheet-head' }, h('h2', null, title),
      h('button', { class: 'plain', 'aria-label': 'Close', onclick: () => box.close() }, '×')),
    children));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Says something in a corner, for some seconds; with what to do about it. */
export function toast(text, action) {
  const box = h('div', { class: 'toast' }, h('span', null, text),
    action && h('button', { class: 'plain', onclick: () => { box.remove(); action.run(); } }, action.label));
  document.getElementById('toasts').append(box);
  setTimeout(() => box.remove(), action ? 12000 : 6000);
}
