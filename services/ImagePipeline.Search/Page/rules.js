// Rules for many groups at once, with a preview of what would happen.
import { h, fill, select, dialog, toast } from './dom.js';
import { post, picture } from './api.js';
import { tagSuggestions } from './tags.js';
import * as words from './words.js';

/** Asks for rules; calls done with the answer once they were applied. */
export function rulesDialog(kind, done) {
  const wish = { kind: kind === 'similar' ? '' : kind ?? '', rules: ['', '', ''], prefer: '', tag: '' };
  const tags = tagSuggestions('tags-of-rules');
  const preview = h('div', { class: 'preview', role: 'status' });
  const apply = h('button', { class: 'main', disabled: true, onclick: () => send(false) }, 'Decide so');
  let box = null;

  const changed = () => { apply.disabled = true; fill(preview, h('p', { class: 'soft' }, 'Preview shows what these rules would decide.')); };
  const order = dry => ({
    rules: wish.rules.filter((rule, at) => rule && wish.rules.indexOf(rule) === at),
    prefer: wish.prefer.split('\n').map(line => line.trim()).filter(Boolean),
    kind: wish.kind || null, tag: wish.tag.trim() || null, dry_run: dry, show: dry ? 40 : 0,
  });

  async function send(dry) {
    try {
      const answer = await post('/v1/duplicates/resolve', order(dry));
      if (dry) {
        fill(preview, shown(answer));
        apply.disabled = answer.groups === 0;
      } else {
        box.close();
        done(answer);
      }
    } catch (fault) {
      toast(fault.message);
    }
  }

  const rule = (label, at) => select(label, `rule${at}`, [['', at === 0 ? 'what is suggested' : '–'], ...words.rules], '', value => {
    wish.rules[at] = value;
    changed();
  });
  box = dialog('Rules for many groups', h('div', { class: 'stack' },
    h('p', { class: 'soft' }, 'For every group that is not decided yet: which file is kept. The others become a list; nothing is deleted.'),
    h('div', { class: 'filters' },
      select('Groups with', 'kind', words.kindChoices('any copy', 'same_bytes', 'same_pixels', 'edited_copy'), wish.kind,
        value => { wish.kind = value; changed(); }),
      rule('Keep', 0), rule('then', 1), rule('then', 2)),
    h('label', { class: 'field wide-field' }, h('span', null, 'But first what lies in these folders, or fits these patterns (* and ?), one a line'),
      h('textarea', { name: 'prefer', rows: 2, placeholder: '/photos/originals\n*.png', oninput: event => { wish.prefer = event.target.value; changed(); } })),
    h('label', { class: 'field' }, h('span', null, 'Tag those that are not kept'),
      h('input', { name: 'tag', placeholder: 'no tag', ...tags.attributes, onchange: event => { wish.tag = event.target.value; changed(); } }), tags.list),
    h('div', { class: 'actions' }, h('button', { onclick: () => send(true) }, 'Preview'), apply),
    preview));
  changed();
}

function shown(answer) {
  if (answer.groups === 0) return h('p', null, 'No group is left to decide.');
  return [
    h('p', { class: 'total' }, h('b', null, words.counted(answer.groups, 'group')), `: ${words.counted(answer.keep, 'file')} kept, `,
      h('b', null, `${words.counted(answer.remove, 'file')} may go`), `, ${words.bytes(answer.freed_bytes)} in all`,
      answer.tagged !== undefined && `; ${words.counted(answer.tagged, 'picture')} would get the tag`),
    h('ul', { class: 'outcomes' }, answer.shown.map(group => h('li', null, group.files.map(file => h('figure', { class: file.decision },
      picture(file.image_id, 128, ''),
      h('figcaption', { title: `${file.path}: ${file.reason}` }, h('b', null, file.decision === 'keep' ? 'keep ' : 'go '),
        words.name(file.path))))))),
    answer.groups > answer.shown.length && h('p', { class: 'soft' }, `The first ${answer.shown.length} of ${words.count(answer.groups)} are shown.`),
  ];
}
