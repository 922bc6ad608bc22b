// The live stream of a channel. The browser itself comes back to it with the last position that it has heard; where it has
// given up, it is opened anew from there.

import { messageOf } from './log.js';

/** How long a stream may be away before the reader is told, in milliseconds. */
const QUIET = 1500;

/** The pause before a stream is opened that the browser has given up. */
const PAUSE = 3000;

/**
 * @typedef {object} Told
 * @property {(article: HTMLElement) => void} message
 * @property {(name: string) => void} renamed
 * @property {() => void} gone
 * @property {() => void} resync
 * @property {() => void} back
 */

export class Stream {
  /**
   * @param {HTMLElement} channel
   * @param {Told} told
   */
  constructor(channel, told) {
    this.id = channel.dataset.channel ?? '';
    this.last = channel.dataset.after ?? '';
    this.banner = channel.querySelector('.banner');
    this.told = told;
    /** @type {EventSource | null} */
    this.source = null;
    this.alarm = 0;
    this.again = 0;
  }

  open() {
    clearTimeout(this.again);
    this.source?.close();
    const source = new EventSource(`/c/${this.id}/live?after=${encodeURIComponent(this.last)}`);
    this.source = source;
    source.onopen = () => {
      clearTimeout(this.alarm);
      this.alarm = 0;
      this.banner?.setAttribute('hidden', '');
      this.told.back();
    };
    source.onerror = () => this.trouble(source);
    this.on('message', (piece) => {
      const article = messageOf(piece.innerHTML);
      if (article) {
        this.told.message(article);
      }
    });
    this.on('rename', (piece) => this.told.renamed(piece.textContent ?? ''));
    this.on('gone', () => this.told.gone());
    source.addEventListener('resync', (event) => {
      this.last = event.lastEventId || this.last;
      this.told.resync();
    });
  }

  /**
   * Hears what concerns this channel. Each piece says of which one it is.
   * @param {string} name
   * @param {(piece: HTMLElement) => void} then
   */
  on(name, then) {
    this.source?.addEventListener(name, (event) => {
      this.last = event.lastEventId || this.last;
      const page = new DOMParser().parseFromString(event.data, 'text/html');
      const piece = page.querySelector('[data-channel]');
      if (piece instanceof HTMLElement && piece.dataset.channel === this.id) {
        then(piece);
      }
    });
  }

  /** @param {EventSource} source */
  trouble(source) {
    this.alarm ||= setTimeout(() => this.banner?.removeAttribute('hidden'), QUIET);
    if (source.readyState === EventSource.CLOSED) {
      this.again = setTimeout(() => this.comeBack(), PAUSE);
    }
  }

  /** Whoever is signed out or removed meanwhile is told so by the page itself. */
  async comeBack() {
    try {
      const page = await fetch(`/c/${this.id}`, { method: 'HEAD', headers: { accept: 'text/html' } });
      if (page.redirected || page.status === 403 || page.status === 404) {
        location.reload();
        return;
      }
    } catch {
      // Nobody is there yet.
    }
    this.open();
  }

  close() {
    clearTimeout(this.again);
    clearTimeout(this.alarm);
    this.alarm = 0;
    this.source?.close();
    this.source = null;
  }
}
