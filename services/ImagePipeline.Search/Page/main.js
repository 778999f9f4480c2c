// Shows the view that the address names: #/search?…, #/copies?…, #/clusters?…, #/status.
import { h, fill } from './dom.js';
import * as search from './search.js';
import * as copies from './copies.js';
import * as clusters from './clusters.js';
import * as status from './status.js';

const views = { search, copies, clusters, status };
const main = document.getElementById('main');
let current = null;

function show() {
  // A place on the page, such as the skip link's, is no view; but one has to be shown first.
  if (current && location.hash && !location.hash.startsWith('#/')) return;
  const [path, text] = location.hash.slice(2).split('?');
  const name = views[path] ? path : 'search';
  const wishes = Object.fromEntries(new URLSearchParams(text ?? ''));
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.getAttribute('href') === `#/${name}`;
    if (isHere) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  if (current?.name === name && current.view.change) {
    current.view.change(wishes);
    return;
  }
  current?.view.end?.();
  document.title = `${name[0].toUpperCase()}${name.slice(1)} – ImagePipeline`;
  fill(main, h('h1', { class: 'unseen' }, document.title));
  current = { name, view: views[name].start(main, wishes) };
  scrollTo(0, 0);
}

addEventListener('hashchange', show);
// What falls beside the place for it must not leave the page.
for (const event of ['dragover', 'drop']) addEventListener(event, dropped => dropped.preventDefault());
show();
