// Orders for runs: group all pictures again, or cut the tree of a run elsewhere; and waits until they are done.
import { h, dialog, fill, select, toast } from './dom.js';
import { get, post } from './api.js';
import * as words from './words.js';

const every = 1000;

const methods = [
  ['', 'Chosen by the number of pictures'], ['agglomerative', 'Joined, picture by picture (agglomerative)'],
  ['two-level', 'Joined, group by group (two-level)'], ['kmeans', 'By centres (k-means)'],
  ['hdbscan', 'Dense places; leaves pictures out (HDBSCAN)'],
];

/** Asks how all pictures are to be grouped, and orders it; calls began with the run that waits. */
export function groupDialog(began) {
  const count = field('How many clusters', { name: 'k', type: 'number', min: 1, max: 100000, placeholder: 'chosen' });
  const least = field('Least pictures of a cluster', { name: 'min_size', type: 'number', min: 2, max: 100000, placeholder: '5' });
  const isDense = method => method === 'hdbscan';
  const show = method => {
    count.root.hidden = isDense(method);
    least.root.hidden = !isDense(method);
  };
  const method = select('How', 'method', methods, '', show);
  const order = () => {
    const how = method.querySelector('select').value;
    return { method: how || null, k: isDense(how) ? null : count.number(), min_size: isDense(how) ? least.number() : null };
  };
  show('');
  orderDialog('Group again', '/v1/clusters/runs', order, began, 'Group',
    [method, count.root, least.root],
    'All pictures are grouped anew, and that is shown from then on. Names and merges are carried over by the pictures that clusters share.');
  method.querySelector('select').focus();
}

/** Asks into how many clusters the tree of a run is to be cut, and orders it; calls began with the run that waits. */
export function cutDialog(run, began) {
  const count = field('How many clusters', { name: 'k', type: 'number', min: 1, max: 65536, required: true });
  const levels = h('div', { class: 'actions', role: 'group', 'aria-label': 'Sensible numbers of clusters' });
  orderDialog('More or fewer clusters', `/v1/clusters/runs/${run.run_id}/cut`, () => ({ k: count.number(), activate: true }), began, 'Cut',
    [count.root, levels],
    'The same pictures, parted or joined as they were found to be alike. It takes seconds, and is shown from then on.');
  count.input.focus();
  get(`/v1/clusters/runs/${run.run_id}/cuts`).then(({ cuts }) => fill(levels, h('span', { class: 'soft' }, 'Far apart at'),
    cuts.map(cut => h('button', { type: 'button', class: 'plain', 'aria-label': `${cut.clusters} clusters`,
      onclick: () => { count.input.value = cut.clusters; count.input.focus(); } }, words.count(cut.clusters))))).catch(() => levels.remove());
}

function field(label, attributes) {
  const input = h('input', { autocomplete: 'off', ...attributes });
  return {
    input,
    root: h('label', { class: 'field' }, h('span', null, label), input),
    number: () => input.value === '' ? null : Number(input.value),
  };
}

function orderDialog(title, path, order, began, verb, fields, hint) {
  const go = async event => {
    event.preventDefault();
    try {
      const run = await post(path, Object.fromEntries(Object.entries(order()).filter(([, value]) => value !== null)));
      box.close();
      began(run);
    } catch (fault) {
      toast(fault.message);
    }
  };
  const box = dialog(title, h('form', { class: 'stack', onsubmit: go }, fields, h('p', { class: 'soft' }, hint),
    h('div', { class: 'actions' }, h('button', { class: 'main' }, verb), h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'))));
}

/** Waits until a run is over; say(text) is told how it stands. Returns the run; what stops the signal is thrown. */
export async function follow(run, say, signal) {
  let last = '';
  while (run.state === 'waiting' || run.state === 'computing') {
    const text = run.state === 'waiting' ? `Run ${run.run_id} waits for its turn …` : `Run ${run.run_id} is being computed …`;
    if (text !== last) say(last = text);
    await new Promise(done => setTimeout(done, every));
    run = await get(`/v1/clusters/runs/${run.run_id}`, signal);
  }
  return run;
}
