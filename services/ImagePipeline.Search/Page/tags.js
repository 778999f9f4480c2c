// Tags: suggested as one types, shown on a picture, given and taken away.
import { h, fill } from './dom.js';
import { get, put, remove, query } from './api.js';
import * as words from './words.js';

const pause = 200;

/** A list of suggestions for a field, and what keeps it up to date: { list, attributes }. */
export function tagSuggestions(id) {
  const list = h('datalist', { id });
  let typing = null;
  const suggest = async typed => {
    const page = await get('/v1/tags' + query({ typed: typed.trim(), limit: 50 })).catch(() => null);
    if (page) fill(list, page.tags.map(one => h('option', { value: one.tag }, words.counted(one.images, 'picture'))));
  };
  return {
    list,
    attributes: {
      list: id, maxlength: 64, autocomplete: 'off', spellcheck: 'false',
      onfocus: event => suggest(event.target.value),
      oninput: event => { clearTimeout(typing); typing = setTimeout(() => suggest(event.target.value), pause); },
    },
  };
}

/** The tags of a picture. What people gave can be taken away, and more given; each leads to all pictures that have it. */
export class TagEditor {
  constructor(id, go) {
    [this.id, this.go] = [id, go];
    const suggestions = tagSuggestions('tags-of-one');
    this.list = h('ul', { class: 'tags', 'aria-label': 'Tags' });
    this.field = h('input', { name: 'new_tag', 'aria-label': 'New tag', placeholder: 'Add a tag', ...suggestions.attributes });
    this.fault = h('p', { class: 'wrong', role: 'alert' });
    this.root = h('div', { class: 'stack' }, h('h3', null, 'Tags'), this.list,
      h('form', { class: 'field tag-form', onsubmit: event => { event.preventDefault(); this.add(); } },
        this.field, h('button', null, 'Add'), suggestions.list), this.fault);
  }

  /** Shows tags as the service gives them. */
  show(tags) {
    fill(this.list, tags.map(one => h('li', { class: 'tag' },
      h('button', {
        class: 'word', onclick: this.go('#/search' + query({ tag: one.tag })), title: `All pictures with the tag ${one.tag}`,
        'aria-label': `All pictures with the tag ${one.tag}`,
      }, one.tag, one.probability !== null && one.probability !== undefined && ` ${Math.round(100 * one.probability)} %`),
      one.source === 'person' && h('button', {
        class: 'away', title: 'Take this tag away', 'aria-label': `Take the tag ${one.tag} away`, onclick: () => this.change(remove, one.tag),
      }, '×'))));
  }

  add() {
    const tag = this.field.value.trim();
    if (tag) this.change(path => put(path, {}), tag);
  }

  async change(send, tag) {
    fill(this.fault, '');
    try {
      const { tags } = await send(`/v1/images/${this.id}/tags/${encodeURIComponent(tag)}`);
      this.show(tags);
      this.field.value = '';
      this.field.focus();
    } catch (fault) {
      fill(this.fault, fault.message);
    }
  }
}
