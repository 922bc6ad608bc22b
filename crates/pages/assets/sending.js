// Saying something without waiting. What was typed is shown at once and sent under a key of its own, as often as it takes: the
// server makes one message of a key, however often it comes. Until it is there for certain it is kept, also while the page is
// loaded anew.

import { messageOf } from './log.js';

/** Pauses between tries, in milliseconds. After the last one the reader is asked. */
const PAUSES = [1000, 2000, 4000];

/** How long one try may take, in milliseconds. */
const PATIENCE = 15000;

/**
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} text
 * @property {HTMLElement} shown
 * @property {boolean} isOnItsWay
 */

export class Sending {
  /**
   * @param {HTMLFormElement} form
   * @param {import('./log.js').Log} log
   * @param {AbortSignal} ended
   */
  constructor(form, log, ended) {
    this.form = form;
    this.log = log;
    this.ended = ended;
    this.field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('content'));
    this.draft = `draft ${log.id}`;
    this.kept = `unsent ${log.me} ${log.id}`;
    /** @type {Entry[]} */
    this.entries = [];
    this.turn = Promise.resolve();
    this.field.value ||= sessionStorage.getItem(this.draft) ?? '';
    form.addEventListener('submit', (event) => this.submit(event), { signal: ended });
    this.field.addEventListener('input', () => this.keepDraft(), { signal: ended });
    this.field.addEventListener('keydown', (event) => this.pressed(event), { signal: ended });
    for (const [key, text] of this.unsent()) {
      this.say(key, text);
    }
    // What was on its way when the page was loaded may be there already.
    for (const article of log.list.querySelectorAll('article.message:not(.pending)')) {
      this.hideSame(/** @type {HTMLElement} */ (article));
    }
  }

  /** @returns {[string, string][]} */
  unsent() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.kept) ?? '[]');
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  keep() {
    const kept = this.entries.map(({ key, text }) => [key, text]);
    sessionStorage.setItem(this.kept, JSON.stringify(kept));
  }

  keepDraft() {
    sessionStorage.setItem(this.draft, this.field.value);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const text = this.field.value;
    if (!text.trim()) {
      return;
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    this.field.value = '';
    this.keepDraft();
    this.field.focus();
    this.say(key, text);
    this.keep();
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  say(key, text) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById('pending'));
    const piece = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const shown = /** @type {HTMLElement} */ (piece.querySelector('article'));
    /** @type {Entry} */
    const entry = { key, text, shown, isOnItsWay: false };
    const said = shown.querySelector('.said');
    if (said) {
      said.textContent = text;
    }
    shown.querySelector('button')?.addEventListener('click', () => {
      this.send(entry);
      this.field.focus();
    });
    this.entries.push(entry);
    this.log.append(shown);
    this.send(entry);
  }

  /**
   * One after another, so that they arrive in the order in which they were said.
   * @param {Entry} entry
   */
  send(entry) {
    if (entry.isOnItsWay) {
      return;
    }
    entry.isOnItsWay = true;
    this.state(entry, false);
    this.turn = this.turn
      .then(() => this.deliver(entry))
      .catch(() => this.state(entry, true))
      .finally(() => {
        entry.isOnItsWay = false;
      });
  }

  /** What was given up is tried once more: the connection is there again. */
  retry() {
    for (const entry of this.entries) {
      this.send(entry);
    }
  }

  /** @param {Entry} entry */
  async deliver(entry) {
    for (const pause of [...PAUSES, 0]) {
      if (this.ended.aborted || !this.entries.includes(entry)) {
        return;
      }
      const outcome = await this.attempt(entry);
      if (this.ended.aborted) {
        // Whoever shows the channel next has it from what is kept.
        return;
      }
      if (outcome instanceof HTMLElement) {
        return this.settle(entry, outcome);
      }
      if (outcome === 'refused' || pause === 0) {
        break;
      }
      await new Promise((resume) => setTimeout(resume, pause));
    }
    entry.shown.hidden = false;
    this.state(entry, true);
  }

  /**
   * The message as it is kept; that it is refused; or that nobody knows.
   * @param {Entry} entry
   * @returns {Promise<HTMLElement | 'refused' | 'unknown'>}
   */
  async attempt(entry) {
    try {
      const answer = await fetch(this.form.action, {
        method: 'POST',
        headers: { accept: 'text/html' },
        body: new URLSearchParams({ content: entry.text, key: entry.key, place: 'here' }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.redirected) {
        // Signed out meanwhile: what was said waits until the reader is back.
        location.assign(answer.url);
        return 'refused';
      }
      if (answer.status === 201) {
        return messageOf(await answer.text()) ?? 'unknown';
      }
      const isPassing = answer.status >= 500 || answer.status === 429 || answer.status === 408;
      return isPassing ? 'unknown' : 'refused';
    } catch {
      return 'unknown';
    }
  }

  /**
   * @param {Entry} entry
   * @param {HTMLElement} article
   */
  settle(entry, article) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.keep();
    entry.shown.remove();
    this.log.place(article);
  }

  /**
   * The stream may be faster than the answer.
   * @param {HTMLElement} article
   */
  heard(article) {
    if (!document.getElementById(article.id)) {
      this.hideSame(article);
    }
  }

  /**
   * What looks like a message that is on its way hides that one until it is known for certain which it was.
   * @param {HTMLElement} article
   */
  hideSame(article) {
    const text = article.querySelector('.said')?.textContent;
    const same = this.entries.find((entry) => !entry.shown.hidden && entry.text === text);
    if (same && article.dataset.by === this.log.me) {
      same.shown.hidden = true;
    }
  }

  /**
   * @param {Entry} entry
   * @param {boolean} hasFailed
   */
  state(entry, hasFailed) {
    entry.shown.querySelector('.failed')?.toggleAttribute('hidden', !hasFailed);
    entry.shown.querySelector('.state')?.toggleAttribute('hidden', hasFailed);
  }
}
