// Buttons that copy a text of the page. Without script there are none, and one click takes the whole text.

/** @param {ParentNode} root */
export function copyButtons(root) {
  for (const button of root.querySelectorAll('button[data-copy]')) {
    const text = button instanceof HTMLButtonElement && document.getElementById(button.dataset.copy ?? '');
    if (text) {
      button.hidden = false;
      button.onclick = () => copy(button, text);
    }
  }
}

/**
 * Browsers let a page copy only where its address is safe; elsewhere the text is taken, and the reader's keys copy it.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} text
 */
async function copy(button, text) {
  const told = button.nextElementSibling;
  let said = button.dataset.done;
  try {
    await navigator.clipboard.writeText(text.textContent?.trim() ?? '');
  } catch {
    getSelection()?.selectAllChildren(text);
    said = button.dataset.byHand;
  }
  if (told) {
    told.textContent = said ?? '';
  }
}
