/** The list of documents, and which of them a question is limited to. */

import { documentPath, getJson, request } from './server.js';
import { $, h, labels, plural } from './text.js';

const PDF = 'application/pdf'; // the one format whose pages can be shown
let documents = [];
export const titleOf = (id) => documents.find((it) => it.document_id === id)?.title ?? id;
export const hasPages = (id) => documents.some((it) => it.document_id === id && it.media_type === PDF);
export const chosen = () => Array.from($('documents-list').querySelectorAll('input:checked'), (box) => box.value);

export async function loadDocuments() {
  const ticked = chosen();
  try {
    const found = [];
    let cursor = null;
    do {
      const page = await getJson(`v1/documents${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
      found.push(...page.documents.filter((it) => !['rejected', 'withdrawn'].includes(it.state)));
      cursor = page.next_cursor;
    } while (cursor);
    documents = found;
  } catch (error) {
    const words = `The list of documents could not be loaded. ${error.message}`;
    $('documents-list').replaceChildren(h('li', { class: 'bad' }, words));
    $('documents').open = true;
    return;
  }
  if (documents.length > 1) $('documents').open = true;
  $('documents-hint').hidden = documents.length < 2;
  $('documents-list').replaceChildren(...documents.map(documentItem));
  for (const box of $('documents-list').querySelectorAll('input')) box.checked = ticked.includes(box.value);
  showChoice();
}

function documentItem(it, i) {
  const size = labels(it.filename, plural(it.characters, 'character'), it.pages && plural(it.pages, 'page'),
    plural(it.passages, 'passage'));
  const box = documents.length > 1 && h('input', { type: 'checkbox', id: `document-${i}`, value: it.document_id });
  return h('li', { class: 'document' },
    box,
    h(box ? 'label' : 'span', { class: 'title', for: box && box.id, dir: 'auto' }, it.title),
    h('span', { class: 'hint' }, `${size} · `, originalLink(documentPath(it.document_id)), ' · ',
      h('button', { type: 'button', class: 'link', 'aria-label': `Withdraw ${it.title}`, 'data-testid': 'withdraw',
        onclick: () => askBeforeWithdrawing(it) }, 'Withdraw'),
      it.problem && h('span', { class: 'bad problem' }, it.problem)));
}

let inQuestion = null; // the document that the dialog asks about

function askBeforeWithdrawing(it) {
  inQuestion = it;
  $('confirm-title').textContent = `Withdraw “${it.title}”?`;
  $('confirm').showModal();
}

// Not the dialog's close event: it comes late, when the dialog may be open again for another document.
$('confirm').addEventListener('submit', (event) => {
  if (event.submitter?.value === 'withdraw') withdraw(inQuestion);
});

async function withdraw(it) {
  try {
    await request(documentPath(it.document_id), { method: 'DELETE' });
    say(`“${it.title}” is withdrawn.`);
  } catch (error) {
    say(`“${it.title}” could not be withdrawn. ${error.message}`, 'bad');
  }
  await loadDocuments();
  $('documents-list').focus(); // the button that had the focus is gone
}

/** A line above the list, read aloud. */
function say(words, kind = '') {
  $('documents-note').className = `hint ${kind}`;
  $('documents-note').textContent = words;
}

export function showChoice() {
  const all = plural(documents.length, 'document');
  if (!documents.length) {
    $('documents-summary').textContent = 'No documents yet';
    return;
  }
  const only = documents.length === 1 ? `${all}: ${documents[0].title}` : `Asking all ${all}`;
  $('documents-summary').textContent = chosen().length ? `Asking ${chosen().length} of ${all}` : only;
}

export const originalLink = (path) => h('a', { href: `${path}/original`, target: '_blank', rel: 'noopener' }, 'Original file');
