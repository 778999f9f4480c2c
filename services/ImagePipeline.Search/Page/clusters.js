// The clusters view: a gallery of them, the pictures of one, and a map of all.
import { h, fill, toast } from './dom.js';
import { get, query, picture } from './api.js';
import { EndlessList } from './list.js';
import { PictureGrid } from './grid.js';
import { ClusterMap } from './map.js';
import * as words from './words.js';

const mostImages = 1000;

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
    main.append(h('div', { class: 'bench' }, this.bar, this.summary), this.body);
  }

  end() {
    this.stop?.abort();
    this.part?.end();
  }

  change(wishes) {
    this.end();
    this.stop = new AbortController();
    this.wishes = wishes;
    const link = (text, hash, isHere) => h('a', { class: 'button', href: hash, 'aria-current': isHere ? 'page' : null }, text);
    fill(this.bar, link('Gallery', '#/clusters', !wishes.map && !wishes.cluster), link('Map', '#/clusters?map=1', Boolean(wishes.map)));
    fill(this.summary, 'Looking …');
    fill(this.body);
    scrollTo(0, 0);
    if (wishes.map) this.showMap(); else if (wishes.cluster) this.showCluster(); else this.showGallery();
  }

  showGallery() {
    this.clusters = [];
    this.after = '';
    const root = h('div', { class: 'clusters' });
    this.body.append(root);
    const list = new EndlessList(root, {
      estimate: 190, gap: 10, render: index => card(this.clusters[index]),
      more: () => this.ask('/v1/clusters' + query({ after: this.after, limit: 24 }), page => {
        this.clusters.push(...page.clusters);
        this.after = page.next ?? '';
        fill(this.summary, page.run
          ? `${words.counted(page.run.clusters, 'cluster')} of ${words.counted(page.run.images, 'picture')}, ${words.count(page.run.unassigned)} in none; `
            + `${page.run.method}, ${words.time(page.run.finished_at)}`
          : 'No clusters yet. Make them with: imagepipeline cluster run');
        list.grow(this.clusters.length);
        return Boolean(page.next);
      }),
    });
    this.part = list;
    list.ask();
  }

  showCluster() {
    let limit = 100;
    const grid = new PictureGrid(() => this.ask(`/v1/clusters/${Number(this.wishes.cluster)}/images?limit=${limit}`, page => {
      grid.items.push(...page.images.slice(grid.items.length));
      const hasMore = page.images.length === limit && limit < mostImages;
      limit = Math.min(mostImages, limit * 3);
      fill(this.summary, h('b', null, this.wishes.name ?? `Cluster ${this.wishes.cluster}`),
        `: ${words.counted(grid.items.length, 'picture')}${hasMore ? ' so far' : ''}, the most typical first`);
      grid.grow();
      return hasMore;
    }));
    this.body.append(grid.root);
    this.part = grid;
    grid.begin();
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
      return stop.signal.aborted ? false : await show(answer);
    } catch (fault) {
      if (fault.name !== 'AbortError') toast(fault.message);
      return false;
    }
  }
}

const card = cluster => h('a', { class: 'cluster', href: '#/clusters' + query({ cluster: cluster.number, name: cluster.name }) },
  h('span', { class: 'cluster-name' }, h('b', null, cluster.name), ` ${words.counted(cluster.size, 'picture')}`),
  h('span', { class: 'strip' }, cluster.typical.map(id => picture(id, 256, ''))));
