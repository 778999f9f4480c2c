// What people say about clusters, each step taken back by undo.
import { h, dialog, toast } from './dom.js';
import { put, post } from './api.js';
import * as words from './words.js';

/** The steps that can be taken back, the latest last. */
export class ClusterSteps {
  constructor() {
    this.done = [];
    this.changed = () => {};
    this.reload = () => {};
    this.part = null;
  }

  /** Another part of the view is shown: what steps of an earlier one were about is not there to be mended, and is loaded anew. */
  begin(reload) {
    this.part = {};
    this.reload = reload;
    this.changed = () => {};
  }

  /** Does something, says so, and remembers how to take it back; returns the answer, or null where it was refused. */
  async act(runId, doing, said, undone) {
    try {
      const answer = await doing();
      const step = { runId, before: answer.before, undone, part: this.part };
      this.done.push(step);
      this.changed();
      toast(said(answer), { label: 'Undo', run: () => this.undo(step) });
      return answer;
    } catch (fault) {
      toast(fault.message);
      return null;
    }
  }

  /** Takes back a step: the latest, where none is named. */
  async undo(step = this.done.at(-1)) {
    if (!step || !this.done.includes(step)) return toast('There is nothing to take back.');
    try {
      const answer = await put(`/v1/clusters/${step.runId}/arrangement`, step.before);
      this.done.splice(this.done.indexOf(step), 1);
      this.changed();
      if (step.part === this.part) step.undone(answer.clusters); else this.reload();
      toast('Taken back.');
    } catch (fault) {
      toast(fault.message);
    }
  }
}

/** Asks for the name of a cluster; calls shown with the cluster once it has it, and once it was taken back. */
export function nameDialog(cluster, steps, shown) {
  const suggested = cluster.suggested_name ?? `cluster ${cluster.number}`;
  const field = h('input', { name: 'label', value: cluster.is_named ? cluster.name : '', placeholder: suggested, maxlength: 200, autocomplete: 'off' });
  const save = async event => {
    event.preventDefault();
    const label = field.value.trim();
    box.close();
    const answer = await steps.act(
      cluster.run_id, () => put(`/v1/clusters/${cluster.run_id}/${cluster.number}/label`, { label }),
      done => label ? `It is called “${done.clusters[0].name}” now.` : `It is called “${done.clusters[0].name}” again, as suggested.`,
      clusters => shown(clusters[0]));
    if (answer) shown(answer.clusters[0]);
  };
  const box = dialog('Name this cluster', h('form', { class: 'stack', onsubmit: save },
    h('label', { class: 'field wide-field' }, h('span', null, 'Name'), field),
    h('p', { class: 'soft' }, `Later runs call those so that most of its pictures went to. Left empty, it is called “${suggested}”.`),
    h('div', { class: 'actions' }, h('button', { class: 'main' }, 'Save'), h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'))));
  field.focus();
  field.select();
}

/** Merges clusters into the first of them; calls undone with all of them once that was taken back. */
export const merge = (clusters, steps, undone) => steps.act(
  clusters[0].run_id, () => post(`/v1/clusters/${clusters[0].run_id}/merge`, { clusters: clusters.map(cluster => cluster.number) }),
  answer => `“${answer.clusters[0].name}” has ${words.counted(answer.clusters[0].size, 'picture')} now.`, undone);
