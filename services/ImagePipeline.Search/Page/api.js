// Asks the service. Where it needs a key, asks the person once and keeps the key for this tab.
import { h, dialog } from './dom.js';

const KEY = 'imagepipeline-key';

/** What the service said is wrong, in its own words. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const get = (path, signal) => ask('GET', path, null, null, signal);
export const put = (path, value) => ask('PUT', path, JSON.stringify(value), 'application/json');
export const post = (path, value) => ask('POST', path, JSON.stringify(value ?? {}), 'application/json');
export const remove = path => ask('DELETE', path);

/** Searches by a picture that somebody dropped, pasted or chose. */
export const postPicture = (path, file, signal) =>
  ask('POST', path, file, file.type.startsWith('image/') ? file.type : 'application/octet-stream', signal);

/** The query string of what is set. */
export function query(values) {
  const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined));
  return text.size ? '?' + text : '';
}

async function ask(method, path, body, type, signal) {
  const answer = await send(method, path, body, type, signal);
  if (answer.status === 401) {
    await askKey();
    return ask(method, path, body, type, signal);
  }
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  const value = isJson ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Problem(answer.status, value.detail ?? `the service answered ${answer.status}`);
  return value;
}

function send(method, path, body, type, signal) {
  const headers = {};
  if (type) headers['Content-Type'] = type;
  if (sessionStorage.getItem(KEY)) headers['X-Api-Key'] = sessionStorage.getItem(KEY);
  return fetch(path, { method, body, headers, signal });
}

/** Address of a small picture of an image. */
export const thumbnail = (id, size) => `/v1/images/${id}/thumbnail?size=${size}`;

/** Shows a picture of the service. With a key it is fetched, since an address alone carries none. */
export async function showPicture(image, path) {
  image.addEventListener('error', () => image.classList.add('gone'), { once: true });
  if (!sessionStorage.getItem(KEY)) {
    image.src = path;
    return;
  }
  const answer = await send('GET', path);
  if (!answer.ok) {
    image.classList.add('gone');
    return;
  }
  image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true });
  image.src = URL.createObjectURL(await answer.blob());
}

/** A picture element; alt says what it is. */
export function picture(id, size, alt) {
  const image = h('img', { alt, decoding: 'async', draggable: 'false' });
  showPicture(image, thumbnail(id, size));
  return image;
}

/** Opens what lies at a path of the service in a tab of its own, or saves it. */
export async function open(path, name) {
  if (!sessionStorage.getItem(KEY)) {
    window.open(path, '_blank', 'noopener');
    return;
  }
  const blob = await (await send('GET', path)).blob();
  const link = h('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

let asking = null;

function askKey() {
  asking ??= new Promise((given, refused) => {
    let answered = false;
    const field = h('input', { type: 'password', autocomplete: 'off', required: true, name: 'key' });
    const box = dialog('This service needs a key',
      h('form', { class: 'stack', onsubmit: event => {
        event.preventDefault();
        answered = true;
        sessionStorage.setItem(KEY, field.value.trim());
        box.close();
      } }, h('label', { class: 'field' }, h('span', null, 'API key'), field), h('button', { class: 'main' }, 'Continue')));
    box.addEventListener('close', () => {
      asking = null;
      if (answered) given(); else refused(new Problem(401, 'a key is needed; load the page again to give one'));
    });
    field.focus();
  });
  return asking;
}
