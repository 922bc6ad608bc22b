// The list of messages: each has one place, whoever brings it.

import { headDays, localTimes } from './times.js';

/**
 * The message that a piece of a page has.
 * @param {string} html
 * @returns {HTMLElement | null}
 */
export function messageOf(html) {
  const found = new DOMParser().parseFromString(html, 'text/html').querySelector('article.message');
  return found instanceof HTMLElement && found.id ? document.importNode(found, true) : null;
}

/** @param {Element} message */
const numberOf = (message) => Number(message.getAttribute('data-id'));

export class Log {
  /** @param {HTMLElement} channel */
  constructor(channel) {
    this.channel = channel;
    this.id = channel.dataset.channel ?? '';
    this.me = channel.dataset.me ?? '';
    this.list = /** @type {HTMLElement} */ (channel.querySelector('.log'));
    this.reading = 0;
    const line = document.getElementById('new');
    if (line) {
      line.scrollIntoView();
    } else {
      this.toEnd();
    }
  }

  /**
   * Puts a message in its place by its number, where it is not there already. What is on its way stays below.
   * @param {HTMLElement} article
   */
  place(article) {
    if (document.getElementById(article.id)) {
      return;
    }
    const wasAtEnd = this.isAtEnd();
    const number = numberOf(article);
    const later = [...this.list.querySelectorAll('article.message')].find(
      (one) => one.matches('.pending') || numberOf(one) > number,
    );
    this.list.querySelector('.nothing')?.remove();
    this.list.insertBefore(article, later ?? null);
    this.tidy(wasAtEnd || article.dataset.by === this.me);
    this.read(article);
  }

  /**
   * A message that is on its way.
   * @param {HTMLElement} article
   */
  append(article) {
    this.list.querySelector('.nothing')?.remove();
    this.list.append(article);
    this.toEnd();
  }

  /** @param {boolean} follows whether the end stays in sight */
  tidy(follows) {
    localTimes(this.list);
    headDays(this.channel);
    if (follows) {
      this.toEnd();
    }
  }

  isAtEnd() {
    const page = document.documentElement;
    return page.scrollHeight - page.scrollTop - page.clientHeight < 120;
  }

  toEnd() {
    scrollTo(0, document.documentElement.scrollHeight);
  }

  /** @param {string} name */
  rename(name) {
    const heading = document.querySelector('h1');
    if (heading) {
      heading.textContent = name;
    }
  }

  /**
   * Whoever sees a message has read it; several at once are told as one.
   * @param {HTMLElement} article
   */
  read(article) {
    if (document.visibilityState !== 'visible' || article.dataset.by === this.me) {
      return;
    }
    clearTimeout(this.reading);
    this.reading = setTimeout(() => {
      const query = new URLSearchParams({ channelId: this.id, messageId: article.dataset.id ?? '' });
      // A mark that is not moved now is moved by the next message, or when the page is loaded.
      fetch(`/api/channel/messages/read?${query}`, { method: 'PUT' }).catch(() => {});
    }, 1000);
  }

  /** Loads the list anew; what cannot be loaded so is loaded with the page. */
  async reload() {
    try {
      const answer = await fetch(`/c/${this.id}`, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const list = page.querySelector('.channel[data-after] .log');
      if (!answer.ok || !list) {
        throw new Error('no list');
      }
      const pending = this.list.querySelectorAll('.pending');
      this.channel.querySelector('.earlier')?.replaceChildren();
      const older = page.querySelector('.older');
      this.channel.querySelector('.older')?.remove();
      if (older) {
        this.channel.querySelector('.talk')?.prepend(document.importNode(older, true));
      }
      this.list.replaceChildren(...document.importNode(list, true).childNodes, ...pending);
      this.tidy(true);
    } catch {
      location.reload();
    }
  }
}
