/** The list of documents, and which of them a question is limited to. */

import { documentPath, getJson } from './server.js';
import { $, h, labels, plural } from './text.js';

let documents = [];
export const titleOf = (id) => documents.find((it) => it.document_id === id)?.title ?? id;
export const chosen = () => Array.from($('documents-list').querySelectorAll('input:checked'), (box) => box.value);

export async function loadDocuments() {
  try {
    let cursor = null;
    do {
      const page = await getJson(`v1/documents${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
      documents.push(...page.documents.filter((it) => !['rejected', 'withdrawn'].includes(it.state)));
      cursor = page.next_cursor;
    } while (cursor);
  } catch (error) {
    const words = `The list of documents could not be loaded. ${error.message}`;
    $('documents-list').replaceChildren(h('li', { class: 'bad' }, words));
    $('documents').open = true;
    return;
  }
  $('documents').open = documents.length > 1;
  $('documents-hint').hidden = documents.length < 2;
  $('documents-list').replaceChildren(...documents.map(documentItem));
  showChoice();
}

function documentItem(it, i) {
  const size = labels(plural(it.characters, 'character'), it.pages && plural(it.pages, 'page'));
  const box = documents.length > 1 && h('input', { type: 'checkbox', id: `document-${i}`, value: it.document_id });
  return h('li', { class: 'document' },
    box,
    h(box ? 'label' : 'span', { class: 'title', for: box && box.id, dir: 'auto' }, it.title),
    h('span', { class: 'hint' }, `${size} · `, originalLink(documentPath(it.document_id))));
}

export function showChoice() {
  const all = plural(documents.length, 'document');
  const only = documents.length === 1 ? `${all}: ${documents[0].title}` : `Asking all ${all}`;
  $('documents-summary').textContent = chosen().length ? `Asking ${chosen().length} of ${all}` : only;
}

export const originalLink = (path) => h('a', { href: `${path}/original`, target: '_blank', rel: 'noopener' }, 'Original file');
