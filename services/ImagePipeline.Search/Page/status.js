// The status view: what is there, how far the stages are, what failed and which files those are; live while one looks.
import { h, fill, toast } from './dom.js';
import { get, post, query } from './api.js';
import * as words from './words.js';

const everyMs = 3000;
const numbers = new Set(['Done', 'Rejected', 'Failed', 'To do', 'Discovered', 'Ingested', 'Known', 'Ready', 'In work', 'Dead letters']);

export function start(main) {
  const view = new StatusView(main);
  view.run();
  return view;
}

class StatusView {
  constructor(main) {
    this.body = h('div', { class: 'status' });
    this.trouble = h('section', { class: 'panel', 'aria-label': 'Files that gave no image' });
    this.reason = null;
    this.files = [];
    main.append(this.body, this.trouble);
  }

  end() { clearTimeout(this.timer); this.ended = true; }

  async run() {
    if (this.ended) return;
    try {
      if (!document.hidden) await this.load();
    } catch (fault) {
      if (!this.failed) toast(fault.message);
      this.failed = true;
    }
    this.timer = setTimeout(() => this.run(), everyMs);
  }

  async load() {
    const status = await get('/v1/status');
    this.queues = status.has_queues ? await get('/v1/queues').catch(() => null) : null;
    if (this.ended) return;
    this.failed = false;
    this.write(status);
  }

  write(status) {
    const sum = state => status.files.filter(one => one.state === state).reduce((all, one) => all + one.count, 0);
    const open = status.stages.some(stage => stage.to_do > 0) || status.jobs.some(job => ['running', 'planning'].includes(job.state));
    fill(this.body,
      h('p', { class: 'summary' }, h('span', { class: open ? 'dot on' : 'dot' }), open ? 'At work. ' : 'Nothing to do. ',
        h('span', { class: 'path soft' }, status.database)),
      h('div', { class: 'figures' },
        figure(status.images, 'images'), figure(sum('ingested'), 'files taken in'), figure(sum('rejected'), 'files rejected'),
        figure(sum('failed'), 'files failed'),
        figure(status.duplicates.same_bytes ?? 0, 'groups of equal files'), figure(status.duplicates.same_pixels ?? 0, 'with equal pixels'),
        figure(status.duplicates.edited_copy ?? 0, 'with edited copies'), figure(status.duplicates.similar ?? 0, 'of look-alikes')),
      h('section', { class: 'panel' }, h('h2', null, 'Stages'), h('div', { class: 'wide' }, h('table', null,
        h('thead', null, h('tr', null, ['Stage', 'Done', 'Rejected', 'Failed', 'To do', 'How far'].map(head => h('th', { scope: 'col', class: numbers.has(head) ? 'number' : null }, head)))),
        h('tbody', null, status.stages.map(stage => {
          const all = stage.done + stage.rejected + stage.failed + stage.to_do;
          return h('tr', null, h('th', { scope: 'row' }, stage.stage), number(stage.done), number(stage.rejected), number(stage.failed),
            number(stage.to_do), h('td', null, h('progress', { max: all || 1, value: all - stage.to_do, 'aria-label': `${stage.stage} done` })));
        }))))),
      this.queues && queues(this.queues.queues),
      h('section', { class: 'panel' }, h('h2', null, 'Latest jobs'), status.jobs.length === 0 ? h('p', { class: 'soft' }, 'None yet.')
        : h('div', { class: 'wide' }, h('table', null,
          h('thead', null, h('tr', null, ['Source', 'State', 'Discovered', 'Ingested', 'Known', 'Rejected', 'Failed', 'Begun']
            .map(head => h('th', { scope: 'col', class: numbers.has(head) ? 'number' : null }, head)))),
          h('tbody', null, status.jobs.map(job => h('tr', null,
            h('th', { scope: 'row', class: 'path' }, job.source, job.error && h('div', { class: 'wrong' }, job.error)), h('td', null, job.state),
            number(job.discovered), number(job.ingested), number(job.already_known), number(job.rejected), number(job.failed),
            h('td', { class: 'soft' }, words.time(job.started_at)))))))));
    this.writeTrouble(status.trouble, status.retries);
  }

  writeTrouble(counts, retries) {
    this.trouble.hidden = counts.length === 0 && retries.length === 0;
    const text = JSON.stringify([counts, retries]);
    // Written anew only when it changed: nobody's focus or selection is taken away.
    if (text === this.counted) return;
    this.counted = text;
    this.list ??= h('div');
    if (!counts.some(one => one.reason === this.reason)) {
      this.reason = null;
      fill(this.list);
    }
    const sorts = ['rejected', 'failed'].map(state => [state, counts.filter(one => one.state === state)]).filter(([, some]) => some.length > 0);
    fill(this.trouble, h('h2', null, 'Files that gave no image'),
      sorts.map(([state, some]) => [
        h('p', { class: 'soft' }, state === 'rejected' ? 'Rejected: they stay so until the file changes.' : 'Failed: they are tried again by the next run.'),
        h('div', { class: 'actions' }, some.map(one => h('button', {
          'aria-pressed': String(one.reason === this.reason), 'data-reason': one.reason, title: one.reason, onclick: () => this.choose(one.reason),
        }, `${words.reason(one.reason)} `, h('b', null, words.count(one.count)))))]),
      retries.length > 0 && h('ul', { class: 'retries', 'aria-label': 'What can be tried again' }, retries.map(one => this.retry(one))),
      this.list);
  }

  /** What failed in a job, and what tries it again: a button where a service waits for such orders, else the command. */
  retry(one) {
    return h('li', null,
      h('div', { class: 'path' }, `${words.counted(one.files, 'file')} of ${one.source}`,
        one.host && !one.busy ? `, on the machine ${one.host}` : ''),
      one.busy ? h('div', { class: 'soft' }, 'At work; what fails again is shown here when it ends.')
        : one.here ? h('div', { class: 'actions' }, h('button', { class: 'main', onclick: event => this.tryAgain(one, event.target) }, 'Try again'))
          : h('div', { class: 'actions' }, h('span', { class: 'soft' }, 'To try again, run'), h('code', { class: 'path' }, one.command),
            h('button', { onclick: () => copy(one.command) }, 'Copy')));
  }

  async tryAgain(one, button) {
    button.disabled = true;
    try {
      await post(`/v1/jobs/${one.job_id}/retry`);
      toast(`Ordered: a job tries ${words.counted(one.files, 'file')} again. It is shown among the latest jobs.`);
    } catch (fault) {
      button.disabled = false;
      toast(fault.message);
    }
  }

  choose(reason) {
    this.reason = this.reason === reason ? null : reason;
    for (const button of this.trouble.querySelectorAll('[data-reason]')) {
      button.setAttribute('aria-pressed', String(button.dataset.reason === this.reason));
    }
    this.files = [];
    this.after = '';
    if (this.reason) this.moreFiles(); else fill(this.list);
  }

  async moreFiles() {
    const page = await get('/v1/failures' + query({ reason: this.reason, after: this.after, limit: 100 })).catch(fault => toast(fault.message));
    if (!page) return;
    // The newest page alone: a million refused files must not become a million rows.
    this.after = page.next;
    fill(this.list,
      h('ul', { class: 'files' }, page.files.map(file => h('li', null, h('div', { class: 'path' }, file.path),
        h('div', { class: 'soft' }, words.reason(file.reason), file.detail ? `: ${file.detail}` : '')))),
      page.next && h('button', { onclick: () => this.moreFiles() }, 'Next 100'));
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.');
  } catch {
    toast('The browser does not let this page copy; select the text instead.');
  }
}

const figure = (value, label) => h('div', { class: 'figure' }, h('b', null, words.count(value)), h('span', null, label));

const number = value => h('td', { class: 'number' }, words.count(value));

const queues = list => h('section', { class: 'panel' }, h('h2', null, 'Queues'), h('div', { class: 'wide' }, h('table', null,
  h('thead', null, h('tr', null, ['Queue', 'Ready', 'In work', 'Dead letters', ''].map(head => h('th', { scope: 'col', class: numbers.has(head) ? 'number' : null }, head)))),
  h('tbody', null, list.map(queue => h('tr', null, h('th', { scope: 'row' }, queue.queue),
    number(queue.ready ?? 0), queue.in_work === undefined ? h('td', { class: 'number' }, '–') : number(queue.in_work),
    number(queue.failed ?? 0), h('td', null, queue.paused ? 'paused' : '')))))));
