// The clusters view: a gallery of them, where people name and merge them, the pictures of one, and a map of all.
import { h, fill, toast } from './dom.js';
import { get, query } from './api.js';
import { ClusterGallery } from './gallery.js';
import { ClusterSteps, nameDialog } from './naming.js';
import { groupDialog, cutDialog, follow } from './grouping.js';
import { PictureGrid } from './grid.js';
import { ClusterMap } from './map.js';
import * as words from './words.js';

export function start(main, wishes) {
  const view = new ClustersView(main);
  view.change(wishes);
  return view;
}

class ClustersView {
  constructor(main) {
    this.bar = h('div', { class: 'actions' });
    this.summary = h('p', { class: 'summary', role: 'status' });
    this.body = h('div');
    this.steps = new ClusterSteps();
    main.append(h('div', { class: 'bench' }, this.bar, this.summary), this.body);
  }

  end() {
    this.stop?.abort();
    this.part?.end();
    this.part = null;
  }

  change(wishes) {
    this.end();
    this.stop = new AbortController();
    this.wishes = wishes;
    this.steps.begin(() => this.change(this.wishes));
    const link = (text, hash, isHere) => h('a', { class: 'button', href: hash, 'aria-current': isHere ? 'page' : null }, text);
    fill(this.bar, link('Gallery', '#/clusters', !wishes.map && !wishes.cluster), link('Map', '#/clusters?map=1', Boolean(wishes.map)));
    fill(this.summary, 'Looking …');
    fill(this.body);
    scrollTo(0, 0);
    if (wishes.map) this.showMap(); else if (wishes.cluster) this.showCluster(); else this.showGallery();
  }

  showGallery() {
    this.part = new ClusterGallery(this.body, this.steps, {
      ask: (path, show) => this.ask(path, show),
      summarise: (run, total) => {
        this.writeOrders(run);
        fill(this.summary, run
          ? `${words.counted(total, 'cluster')} of ${words.counted(run.images, 'picture')}, ${words.count(run.unassigned)} in none; `
            + `${run.method}, ${words.time(run.finished_at)}. Names and merges hold in later runs too.`
          : 'No clusters yet. Make them with Group again, or: imagepipeline cluster run');
      },
    });
  }

  /** What can be ordered of a run, or without one. */
  writeOrders(run) {
    if (this.bar.querySelector('button')) return;
    const began = ordered => this.follow(ordered);
    this.bar.append(h('button', { onclick: () => groupDialog(began) }, 'Group again …'));
    if (run?.can_be_cut) this.bar.append(h('button', { onclick: () => cutDialog(run, began) }, 'More or fewer …'));
  }

  /** Says how an ordered run stands until it is over, and shows it then. */
  async follow(ordered) {
    const stop = this.stop;
    try {
      const run = await follow(ordered, text => fill(this.summary, text), stop.signal);
      if (stop.signal.aborted) return;
      if (run.state === 'done') toast(`Run ${run.run_id}: ${words.counted(run.clusters, 'cluster')}.`);
      else toast(`Run ${run.run_id} is ${run.state}${run.error ? ': ' + run.error : ''}`);
      this.change(this.wishes);
    } catch (fault) {
      if (fault.name !== 'AbortError') toast(fault.message);
    }
  }

  showCluster() {
    const number = Number(this.wishes.cluster);
    let after = '';
    // Not before the cluster is known: in the document, a grid asks by itself.
    this.ask(`/v1/clusters/${number}`, cluster => {
      this.writeCluster(cluster);
      const grid = new PictureGrid(() => this.ask(`/v1/clusters/${number}/images` + query({ after, limit: 200 }), page => {
        grid.items.push(...page.images);
        after = page.next ?? '';
        grid.grow();
        return Boolean(page.next);
      }));
      this.part = grid;
      this.body.append(grid.root);
      grid.begin();
    }).then(isShown => { if (isShown === false) fill(this.summary, 'There is no such cluster any more; the gallery shows which there are.'); });
  }

  writeCluster(cluster) {
    fill(this.summary, h('b', null, cluster.name), `: ${words.counted(cluster.size, 'picture')}, the most typical first`,
      cluster.evidence_words && h('span', { class: 'soft' }, ` · suggested as “${cluster.suggested_name}”: ${cluster.evidence_words}`));
    this.bar.querySelectorAll('button').forEach(button => button.remove());
    this.bar.append(
      h('button', { onclick: () => nameDialog(cluster, this.steps, changed => this.writeCluster(changed)) }, 'Rename …'));
  }

  showMap() {
    this.ask('/v1/clusters/map', async points => {
      const { clusters } = await get('/v1/clusters?limit=200', this.stop.signal);
      if (points.ids.length === 0) {
        fill(this.summary, 'No map yet. Make one with: imagepipeline cluster run');
        return false;
      }
      fill(this.summary, `${words.counted(points.ids.length, 'picture')}: near means alike. Drag to move, wheel or + and − to zoom, click a picture.`);
      this.part = new ClusterMap(this.body, points, clusters);
      return false;
    });
  }

  /** Asks for something and shows it, unless another view was chosen meanwhile; says whether there is more. */
  async ask(path, show) {
    const stop = this.stop;
    try {
      const answer = await get(path, stop.signal);
      return stop.signal.aborted ? undefined : await show(answer);
    } catch (fault) {
      if (fault.name === 'AbortError') return undefined;
      toast(fault.message);
      return false;
    }
  }
}
