// Keys that every page with script has. Whoever types is left alone.

/** Hears them, for as long as the page is open. */
export function listenForKeys() {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === '/') {
      const field = document.querySelector('main [role=search] input');
      if (field instanceof HTMLInputElement) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    } else if (event.key === '?') {
      const keys = document.getElementById('keys');
      if (keys instanceof HTMLDialogElement && !keys.open) {
        event.preventDefault();
        keys.showModal();
      }
    }
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
