// What makes pages answer in place: those of channels, and others that search or show a link. Without it they are the same pages, loaded whole.

import { copyButtons } from './copy.js';
import { answerInPlace, loadOlder } from './forms.js';
import { listenForKeys } from './keys.js';
import { Log } from './log.js';
import { Sending } from './sending.js';
import { Stream } from './stream.js';
import { localTimes } from './times.js';

/** What ends with the page that is shown. */
let page = new AbortController();

/** Brings what `main` shows to life. */
function begin() {
  page.abort();
  page = new AbortController();
  localTimes(document);
  copyButtons(document);
  const channel = document.querySelector('.channel[data-after]');
  if (channel instanceof HTMLElement) {
    live(channel, page.signal);
  }
}

/**
 * A channel with its newest messages.
 * @param {HTMLElement} channel
 * @param {AbortSignal} ended
 */
function live(channel, ended) {
  const log = new Log(channel);
  const form = channel.querySelector('form.composer');
  const sending = form instanceof HTMLFormElement ? new Sending(form, log, ended) : null;
  const stream = new Stream(channel, {
    message: (article) => {
      sending?.heard(article);
      log.place(article);
    },
    renamed: (name) => log.rename(name),
    gone: () => location.reload(),
    resync: () => log.reload(),
    back: () => sending?.retry(),
  });
  stream.open();
  loadOlder(channel, ended);
  addEventListener('pagehide', () => stream.close(), { signal: ended });
  addEventListener('pageshow', (event) => event.persisted && stream.open(), { signal: ended });
  ended.addEventListener('abort', () => stream.close());
}

answerInPlace(begin);
listenForKeys();
begin();
