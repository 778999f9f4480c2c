// Two files of a group: beside each other, one over the other in turns, or the difference of their pixels.
import { h, fill, select, dialog } from './dom.js';
import { showPicture, thumbnail } from './api.js';
import { rows } from './group.js';
import * as words from './words.js';

const edge = 1024;
const flickerMs = 700;

// What undoes a transform, as the matrix of a canvas over the unit square.
const undone = {
  none: [1, 0, 0, 1, 0, 0], mirror: [-1, 0, 0, 1, 1, 0], flip: [1, 0, 0, -1, 0, 1], rotate_180: [-1, 0, 0, -1, 1, 1],
  rotate_90: [0, -1, 1, 0, 0, 1], rotate_270: [0, 1, -1, 0, 1, 0], transpose: [0, 1, 1, 0, 0, 0], transverse: [0, -1, -1, 0, 1, 1],
};

/** Compares the suggested keeper of a group with the chosen file, or with another that one picks. */
export function compare(group, chosen) {
  const keeper = Math.max(0, group.files.findIndex(file => file.uri === group.keep));
  const pair = [keeper, chosen === keeper || chosen < 0 ? group.files.findIndex((_, at) => at !== keeper) : chosen];
  const stage = h('div', { class: 'compare-stage' });
  const facts = h('div');
  let mode = 'side', timer = 0, isSecond = false, drawing = 0;

  const button = (key, name, label) => h('button', { 'data-mode': name, title: key, onclick: () => show(name) }, `${key} ${label}`);
  const modes = h('div', { class: 'actions', role: 'group', 'aria-label': 'How to compare' },
    button('1', 'side', 'Side by side'), button('2', 'flicker', 'Flicker'), button('3', 'difference', 'Difference'));
  const names = group.files.map((file, at) => [String(at), `${words.name(file.path)} (${words.size(file)}, ${file.format})`]);
  const pick = at => select(at === 0 ? 'This' : 'with', `file${at}`, names, String(pair[at]), value => { pair[at] = Number(value); show(mode); });
  const box = dialog('Compare', h('div', { class: 'stack' }, h('div', { class: 'filters' }, pick(0), pick(1), modes), stage, facts));
  box.classList.add('full');
  box.addEventListener('close', () => clearInterval(timer));
  box.addEventListener('keydown', event => {
    const name = { 1: 'side', 2: 'flicker', 3: 'difference' }[event.key];
    if (name) show(name);
    if (event.key === ' ' && mode === 'flicker' && !event.target.closest('button, select')) { event.preventDefault(); flip(); }
  });

  function flip() {
    isSecond = !isSecond;
    stage.querySelectorAll('canvas').forEach((canvas, at) => { canvas.hidden = (at === 1) !== isSecond; });
    const caption = stage.querySelector('figcaption');
    if (caption) caption.textContent = words.name(group.files[pair[isSecond ? 1 : 0]].path);
  }

  async function show(name) {
    mode = name;
    clearInterval(timer);
    modes.querySelectorAll('button').forEach(one => one.setAttribute('aria-pressed', String(one.dataset.mode === name)));
    const [one, two] = pair.map(at => group.files[at]);
    fill(facts, table(one, two));
    const turn = ++drawing;
    fill(stage, h('p', { class: 'soft' }, 'Loading …'));
    try {
      const images = await Promise.all([load(one.image_id), load(two.image_id)]);
      if (turn !== drawing) return;
      const canvases = [draw(images[0], one.transform), draw(images[1], two.transform)];
      if (name === 'side') sideBySide(canvases, one, two);
      else if (name === 'flicker') flicker(canvases, one);
      else fill(stage, difference(...canvases));
    } catch {
      fill(stage, h('p', { class: 'wrong' }, 'A file cannot be read any more.'));
    }
  }

  function sideBySide(canvases, ...files) {
    fill(stage, h('div', { class: 'pair' }, canvases.map((canvas, at) => h('figure', null, canvas,
      h('figcaption', { class: 'path' }, files[at].path, files[at].transform && h('i', null, ' (turned back to compare)'))))));
  }

  function flicker([first, second], one) {
    const same = fit(second, first.width, first.height);
    same.hidden = true;
    isSecond = false;
    fill(stage, h('figure', { class: 'over', onclick: flip }, first, same, h('figcaption', { class: 'path' }, words.name(one.path))));
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) timer = setInterval(flip, flickerMs);
  }

  show('side');
}

function load(id) {
  const image = new Image();
  const loaded = new Promise((done, failed) => {
    image.addEventListener('load', () => done(image));
    image.addEventListener('error', failed);
  });
  showPicture(image, thumbnail(id, edge));
  return loaded;
}

/** A picture on a canvas, turned back to how the group's representative stands. */
function draw(image, transform) {
  const [a, b, c, d, x, y] = undone[transform ?? 'none'];
  const isTurned = a === 0;
  const canvas = h('canvas', { width: isTurned ? image.naturalHeight : image.naturalWidth, height: isTurned ? image.naturalWidth : image.naturalHeight });
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.width, canvas.height];
  const [across, down] = [image.naturalWidth, image.naturalHeight];
  context.setTransform(a * width / across, b * height / across, c * width / down, d * height / down, x * width, y * height);
  context.drawImage(image, 0, 0);
  return canvas;
}

function fit(source, width, height) {
  const canvas = h('canvas', { width, height });
  canvas.getContext('2d').drawImage(source, 0, 0, width, height);
  return canvas;
}

/** How far apart each pixel is, four times as strong; and the mean in words. */
function difference(first, second) {
  const [width, height] = [first.width, first.height];
  const canvas = fit(second, width, height);
  const context = canvas.getContext('2d');
  const one = first.getContext('2d').getImageData(0, 0, width, height).data;
  const two = context.getImageData(0, 0, width, height);
  let sum = 0;
  for (let at = 0; at < one.length; at += 4) {
    for (let channel = at; channel < at + 3; channel++) {
      const far = Math.abs(one[channel] - two.data[channel]);
      sum += far;
      two.data[channel] = Math.min(255, far * 4);
    }
  }
  context.putImageData(two, 0, 0);
  const mean = 100 * sum / (255 * 3 * width * height);
  return h('figure', null, canvas, h('figcaption', null,
    mean === 0 ? 'Not one pixel differs at this size.' : `Mean difference ${mean.toFixed(2)} %; shown four times as strong.`));
}

function table(one, two) {
  return h('div', { class: 'wide' }, h('table', { class: 'versus' },
    h('tbody', null, [['Path', one.path, two.path], ...rows(one, two)].map(([label, left, right]) => h('tr', null,
      h('th', { scope: 'row' }, label), [left, right].map(value => h('td', { class: 'path' }, left === right ? value : h('mark', null, value))))),
    h('tr', null, h('th', { scope: 'row' }, 'Shown by'), [one, two].map(file => h('td', null, file.evidence_words || 'the others are compared with it'))))));
}
