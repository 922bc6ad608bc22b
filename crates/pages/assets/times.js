// Times in the reader's zone and words; the whole of each is told where one points.

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const whole = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' });
const date = new Intl.DateTimeFormat(language, { dateStyle: 'full' });

/**
 * Shows the times below `root` as the reader's clock has them, and days above what was said on them.
 * @param {ParentNode} root
 */
export function localTimes(root) {
  for (const time of root.querySelectorAll('.by time')) {
    if (time instanceof HTMLTimeElement) {
      localTime(time);
    }
  }
  headDays(root);
}

/** @param {HTMLTimeElement} time */
function localTime(time) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.textContent = clock.format(at);
    time.title = whole.format(at);
  }
}

/**
 * Puts each day above its first message. A heading that is right stays where it is, so that nobody hears it again.
 * @param {ParentNode} root
 */
export function headDays(root) {
  let last = '';
  for (const message of root.querySelectorAll('article.message')) {
    const time = message.querySelector('time');
    const at = time ? new Date(time.dateTime) : new Date();
    const day = Number.isNaN(at.getTime()) ? last : date.format(at);
    let above = message.previousElementSibling;
    const line = above?.matches('.new') ? above : null;
    above = line ? line.previousElementSibling : above;
    const heading = above?.matches('h2.day') ? above : null;
    if (day === last || heading?.textContent !== day) {
      heading?.remove();
    }
    if (day !== last && heading?.textContent !== day) {
      (line ?? message).before(dayHeading(day));
    }
    last = day;
  }
}

/**
 * @param {string} day
 * @returns {HTMLElement}
 */
function dayHeading(day) {
  const heading = document.createElement('h2');
  heading.className = 'day';
  heading.textContent = day;
  return heading;
}
