// One picture large, with its facts and where it leads on.
import { h, fill, dialog } from './dom.js';
import { get, open, picture } from './api.js';
import { TagEditor } from './tags.js';
import * as words from './words.js';

/** Shows an image of the collection. */
export function showImage(image, distance) {
  const name = words.name(image.files[0] ?? 'picture');
  const go = hash => () => { box.close(); location.hash = hash; };
  const facts = h('div', { class: 'stack' });
  const cluster = h('span', { class: 'actions' });
  const tags = new TagEditor(image.image_id, go);
  const stage = h('div', { class: 'stage' }, picture(image.image_id, 1024, name));
  // Nothing moves under the hand when the picture comes.
  stage.style.aspectRatio = `${image.width_px} / ${image.height_px}`;
  const box = dialog(name, h('div', { class: 'large' }, stage, h('div', { class: 'stack' },
    h('div', { class: 'actions' },
      h('button', { class: 'main', onclick: go(`#/search?like=${image.image_id}`) }, 'More like this'),
      h('button', { onclick: go(`#/copies?image=${image.image_id}`) }, 'Its copies'),
      cluster,
      h('button', { onclick: () => open(`/v1/images/${image.image_id}/original`, name) }, 'Original')),
    facts, tags.root)));
  const show = full => {
    write(facts, full, distance, go);
    fill(cluster, full.cluster && h('button', { onclick: go(words.clusterHash(full.cluster)), title: full.cluster.name }, 'Its cluster'));
    if (full.tags) tags.show(full.tags);
  };
  show(image);
  // What is known of one image alone; and its cluster may be another by now.
  get(`/v1/images/${image.image_id}`).then(show, () => {});
}

function write(facts, image, distance, go) {
  fill(facts,
    h('dl', { class: 'facts' },
      distance === undefined ? null : [h('dt', null, 'Distance'), h('dd', null, words.distance(distance))],
      h('dt', null, 'Pixels'), h('dd', null, words.size(image)),
      h('dt', null, 'File'), h('dd', null, `${image.format.toUpperCase()}, ${words.bytes(image.bytes)}`),
      h('dt', null, 'Taken'), h('dd', null, words.time(image.taken_at)),
      image.cluster && [h('dt', null, 'Cluster'), h('dd', { class: 'path' }, image.cluster.name)],
      image.colours && [h('dt', null, 'Colours'), h('dd', { class: 'swatches' }, image.colours.map(colour => {
        const swatch = h('button', {
          class: 'swatch', title: `Pictures with ${colour}`, 'aria-label': `Pictures with ${colour}`,
          onclick: go(`#/search?colour=${colour.slice(1)}`),
        });
        swatch.style.backgroundColor = colour;
        return swatch;
      }))]),
    h('div', null, h('h3', null, image.files.length > 1 ? `${image.files.length} equal files` : 'File'),
      h('ul', { class: 'paths' }, image.files.map(path => h('li', { class: 'path' }, path)))));
}
