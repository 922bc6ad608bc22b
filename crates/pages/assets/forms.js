// Forms and links that are answered in the page that is shown. Wherever something is off, the browser does it by itself.

import { headDays, localTimes } from './times.js';

/**
 * Sends the forms of our pages and shows what they lead to. A form that is sent again after a failure says the same under
 * the same key, so nothing is done twice.
 * @param {() => void} begin what brings a page to life
 */
export function answerInPlace(begin) {
  addEventListener('submit', async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !form.closest('main')) {
      return;
    }
    event.preventDefault();
    try {
      const answer = await send(form, event.submitter);
      show(await answer.text(), answer.redirected || form.method === 'get' ? answer.url : '');
      begin();
    } catch {
      form.submit();
    }
  });
  addEventListener('popstate', () => location.reload());
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function send(form, submitter) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) {
    fields.append(name, String(value));
  }
  const place = new URL(form.action);
  const headers = { accept: 'text/html' };
  if (form.method === 'get') {
    place.search = String(fields);
    return fetch(place, { headers });
  }
  return fetch(place, { method: 'POST', headers, body: fields });
}

/**
 * Shows a page in place of this one. Only a page that is brought to life in the same way can be.
 * @param {string} html
 * @param {string} address its own; empty where this page's stays
 */
function show(html, address) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const [old, main] = [document.querySelector('main'), page.querySelector('main')];
  const own = import.meta.url;
  const isOurs = [...page.querySelectorAll('script[src]')].some(
    (one) => new URL(one.getAttribute('src') ?? '', location.href).href === own.replace('forms.js', 'channel.js'),
  );
  if (!old || !main || !isOurs) {
    throw new Error('another kind of page');
  }
  document.title = page.title;
  old.replaceWith(document.importNode(main, true));
  const header = page.querySelector('body > header');
  if (header) {
    document.querySelector('body > header')?.replaceWith(document.importNode(header, true));
  }
  if (address && address !== location.href) {
    history.pushState(null, '', address);
  }
  const next = document.querySelector('main [aria-invalid=true], main [autofocus], main h1');
  if (next instanceof HTMLElement) {
    next.tabIndex = next.matches('h1') ? -1 : next.tabIndex;
    next.focus();
  }
}

/**
 * Loads older messages above those that are shown. They stand outside of the log, so that nobody hears history.
 * @param {HTMLElement} channel
 * @param {AbortSignal} ended
 */
export function loadOlder(channel, ended) {
  channel.addEventListener('click', async (event) => {
    const link = event.target instanceof Element ? event.target.closest('.older a') : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const [list, earlier] = [page.querySelector('.log'), channel.querySelector('.earlier')];
      if (!answer.ok || !list || !earlier) {
        throw new Error('no list');
      }
      const below = document.documentElement.scrollHeight - scrollY;
      earlier.prepend(...document.importNode(list, true).childNodes);
      const older = page.querySelector('.older a');
      if (older instanceof HTMLAnchorElement) {
        link.href = older.href;
      } else {
        link.closest('.older')?.remove();
        channel.querySelector('.log')?.setAttribute('tabindex', '0');
      }
      localTimes(earlier);
      headDays(channel);
      scrollTo(0, document.documentElement.scrollHeight - below);
    } catch {
      location.assign(link.href);
    }
  }, { signal: ended });
}
