/** The reader: the exact text, the range marked. The address names what is open, so that Back closes it. */

import { hasPages, originalLink, titleOf } from './documents.js';
import { documentPath, getJson, request } from './server.js';
import { $, h, labels, pageLabel, sectionLabel, splitAt } from './text.js';

export const reader = $('reader');
export const wide = matchMedia('(min-width: 1000px)');
let loading = new AbortController(); // of the text that is being fetched
let returnFocus = null;

export const placeOf = (citation) => ({ document: citation.document_id, start: citation.start_char_index,
  end: citation.end_char_index, text: citation.text_sha256, words: citation.cited_text });

export function placeHref({ document: id, start, end, text, view }) {
  const given = Object.entries({ document: id, start, end, text, view });
  return `?${new URLSearchParams(given.filter(([, value]) => value !== undefined && value !== null))}`;
}

/** The place that the address names, or null; the quoted words travel beside it in the history entry. */
export function placeFromAddress() {
  const query = new URLSearchParams(location.search);
  const index = (name) => (/^\d+$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN);
  const whole = !query.has('start') && !query.has('end');
  return query.get('document') ? { document: query.get('document'), start: index('start'), end: index('end'),
    whole, text: query.get('text'), view: query.get('view') ?? undefined, words: history.state?.words } : null;
}

/** A link that opens the reader here and still works as a link: it can be copied, or opened in a new tab. */
export function placeLink(label, place, testid) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    returnFocus = link;
    const state = { words: place.words, pushed: reader.open ? Boolean(history.state?.pushed) : true };
    // One Back closes the reader, however many citations were opened in it.
    history[reader.open ? 'replaceState' : 'pushState'](state, '', placeHref(place));
    followAddress();
  };
  const link = h('a', { class: 'button', href: placeHref(place), 'data-testid': testid, onclick: open }, label);
  return link;
}

export function followAddress() {
  const place = placeFromAddress();
  if (!place) return reader.close();
  showReader();
  return loadPlace(place);
}

export function showReader() {
  if (reader.open) return;
  returnFocus ??= document.activeElement;
  if (wide.matches) reader.show();
  else reader.showModal();
  document.body.classList.toggle('reading', wide.matches);
  $('reader-text').focus({ preventScroll: true });
}

/** However the reader was closed, the address and the focus follow. */
export function afterClose() {
  if (reader.open) return; // reopened in the other form, for another width of the window
  loading.abort();
  document.body.classList.remove('reading');
  if (placeFromAddress() && history.state?.pushed) history.back();
  else if (placeFromAddress()) history.replaceState(null, '', location.pathname);
  (returnFocus?.isConnected && returnFocus !== document.body ? returnFocus : $('question')).focus();
  returnFocus = null;
}

async function loadPlace(place) {
  loading.abort();
  const { signal } = (loading = new AbortController());
  $('reader-title').textContent = titleOf(place.document);
  for (const id of ['reader-place', 'reader-links', 'reader-text', 'reader-page']) $(id).replaceChildren();
  $('reader-views').hidden = true;
  showView('text');
  showNote('Fetching the text…');
  try {
    const path = documentPath(place.document);
    const version = place.text ? `?text_sha256=${encodeURIComponent(place.text)}` : '';
    const [about, bytes] = await Promise.all([
      getJson(path, { signal }).catch(() => ({})), // the text can be read without its metadata
      request(`${path}/text${version}`, { signal }).then((response) => response.arrayBuffer())]);
    const hash = await sha256(bytes);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes); // a mark at the start is a character too
    if (!signal.aborted) showText(place, path, about, text, hash);
  } catch (error) {
    if (!signal.aborted) showNote(`Warning: the text cannot be shown. ${error.message}`, 'bad');
  }
}

/** The hash of the bytes as they came, or null where the browser has no crypto.subtle (plain http, not localhost). */
async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function showText(place, path, about, text, hash) {
  const pieces = splitAt(text, place.start, place.end);
  const mark = pieces && h('mark', { 'data-testid': 'reader-mark' }, pieces[1]);
  $('reader-text').replaceChildren(...(pieces ? [pieces[0], mark, pieces[2]] : [text]));
  const newer = place.text && about.text_sha256 && place.text !== about.text_sha256;
  const [words, good] = judge(place, pieces?.[1], hash, place.text ?? about.text_sha256);
  showNote(newer ? `${words} This is a former text; the document has a newer one.` : words, good ? 'good' : 'bad');
  if (about.title) $('reader-title').textContent = about.title;
  $('reader-links').replaceChildren(originalLink(path));
  if (!newer) showWhere(place, about); // the tables are those of the newest text
  if (!newer && hasPages(place.document)) preparePages(place, path, about);
  if (mark) centre(mark, $('reader-text'));
}

/** Section and page of the range, by the document's own tables of offsets. */
function showWhere({ start }, about) {
  const covers = (entry) => entry.start_char_index <= start && start < entry.end_char_index;
  const section = (about.sections ?? []).filter(covers).sort((a, b) => b.path.length - a.path.length)[0];
  const pages = Array.isArray(about.pages) ? about.pages : [];
  const page = pages.findIndex(covers);
  const number = pages[page]?.number ?? page + 1;
  $('reader-place').textContent = labels(sectionLabel(section?.path), pageLabel(number));
}

/* ---- Pages of a PDF ---- */

/** Makes the pages of the range ready to be shown as images; they are fetched when they are. */
function preparePages(place, path, about) {
  const covers = (page) => page.start_char_index < place.end && place.start < page.end_char_index;
  const pages = place.whole ? about.pages.slice(0, 1) : about.pages.filter(covers);
  if (!pages.length) return;
  const range = place.whole ? '' : `?${new URLSearchParams({ start: place.start, end: place.end, text_sha256: about.text_sha256 })}`;
  $('reader-page').replaceChildren(...pages.map(({ number }) => pageFigure(`${path}/pages/${number}${range}`, number)));
  $('reader-as-page').textContent = pages.length > 1 ? `Pages ${pages[0].number}–${pages.at(-1).number}` : `Page ${pages[0].number}`;
  $('reader-views').hidden = false;
  if (place.view === 'page') showView('page');
}

function pageFigure(address, number) {
  const image = h('img', { src: address, loading: 'lazy', alt: `Page ${number} as an image, with the quoted words marked`,
    'data-testid': 'page-image' });
  const figure = h('figure', {}, h('a', { href: address, target: '_blank', rel: 'noopener' }, image),
    h('figcaption', { class: 'hint' }, `Page ${number}`));
  image.addEventListener('error', () => figure.replaceChildren(h('p', { class: 'bad' }, `Page ${number} could not be drawn.`)));
  return figure;
}

function showView(view) {
  for (const [name, box] of [['text', 'reader-text'], ['page', 'reader-page']]) {
    $(box).hidden = name !== view;
    $(`reader-as-${name}`).setAttribute('aria-pressed', String(name === view));
  }
  const mark = $('reader-text').querySelector('mark');
  if (view === 'text' && mark) centre(mark, $('reader-text'));
}

export function enableViews() {
  for (const view of ['text', 'page']) $(`reader-as-${view}`).addEventListener('click', () => showView(view));
}

/** One line on whether the text bears out the quotation, and whether that is good news. */
export function judge(place, found, hash, expected) {
  const wrong = [];
  if (hash && expected && hash !== expected) wrong.push('this is not the text that was cited (its sha256 differs)');
  if (found === undefined && !place.whole) wrong.push('the range of this link does not lie in this text');
  else if (place.words && found !== place.words) wrong.push('the words at this place are not the quoted words');
  if (wrong.length) return [`Warning: ${wrong.join('; ')}.`, false];
  const proof = hash && expected ? ` (sha256 ${hash.slice(0, 8)}… matches.)`
    : ' Its sha256 could not be checked in this browser.';
  if (place.words) return [`The quoted words stand here, character for character.${proof}`, true];
  if (place.whole) return [`The whole text.${proof}`, true];
  return place.text ? [`The link points at the marked words, in this version of the text.${proof}`, true]
    : ['The link names no version of the text, so the marked words may not be the ones that were meant.', false];
}

function showNote(words, kind = '') {
  $('reader-note').className = `note ${kind}`;
  $('reader-note').textContent = words;
}

/** Scrolls the mark to the middle of its box, or its first line to the top where it is taller than the box. */
function centre(mark, box) {
  const [inner, outer] = [mark.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollTop += inner.top - outer.top - Math.max(16, (outer.height - inner.height) / 2);
}

