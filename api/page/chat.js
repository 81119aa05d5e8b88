/**
 * The chat page: asks, shows the answer with its footnotes, and opens the cited text at the cited place.
 *
 * Whatever comes from the server reaches the page as text nodes only, never as markup. Offsets from the server count
 * Unicode code points; JavaScript strings count UTF-16 units; `toUnits` is the one place where they meet.
 */

const $ = (id) => document.getElementById(id);
const UNREACHABLE = 'The server could not be reached. Nothing you wrote is lost; try again in a moment.';
const BROKEN_OFF = 'The connection ended before the answer was complete. Your question is still in the box; try again.';

/** An element with attributes and children; `null` and `false` are left out, strings become text nodes. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') element.addEventListener('click', value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/* ---- Text: code points, folding, labels ---- */

/** The UTF-16 index of a code point index from `from` on, or -1 where the text is shorter. */
export function toUnits(text, points, from = 0) {
  let unit = from;
  for (; points > 0 && unit < text.length; points -= 1) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  return points === 0 ? unit : -1;
}

/** `[before, inside, after]` of a range in code points, or null where it is not a range of this text. */
export function splitAt(text, start, end) {
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end)) return null;
  const from = toUnits(text, start);
  const to = from < 0 ? -1 : toUnits(text, end - start, from);
  return to < 0 ? null : [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

const fold = (text) => text.replace(/\s+/gu, ' ');
const labels = (...given) => given.filter(Boolean).join(' · ');
const plural = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
const sectionLabel = (section) => (section ?? []).join(' › ');
const seconds = (ms) => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`);

/** "p. 3" or "pp. 3–4"; the end page of a citation is exclusive. */
export function pageLabel(start, end) {
  if (!start) return '';
  return end && end - 1 > start ? `pp. ${start}–${end - 1}` : `p. ${start}`;
}

const pagesOf = (it) => pageLabel(it.start_page_number, it.end_page_number);

/** A share as a whole percentage that never claims certainty by rounding. */
const percent = (share) => (share < 1 ? Math.min(99, Math.round(share * 100)) : 100);

/** Where the parts of the answer stand in the statement: UTF-16 ranges, sorted, without overlaps. */
export function partRanges({ statement, answer_parts: parts = [], citations = [] }) {
  return parts.map((part) => [partIndex(statement, part, citations[part.citation]), fold(part.text).length])
    .filter(([from]) => from >= 0).map(([from, length]) => ({ from, to: from + length }))
    .sort((a, b) => a.from - b.from).filter((range, i, all) => i === 0 || all[i - 1].to <= range.from);
}

/** The part's own offset decides; its words alone only where they stand once, so that no "8" is marked inside "28". */
function partIndex(statement, part, citation) {
  const words = fold(part.text);
  const base = citation ? statement.indexOf(fold(citation.cited_text).trim()) : -1;
  const lead = citation ? toUnits(citation.cited_text, part.start_char_index - citation.start_char_index) : -1;
  if (base >= 0 && lead >= 0) {
    const at = base + fold(citation.cited_text.slice(0, lead)).trimStart().length;
    if (statement.startsWith(words, at)) return at;
  }
  const literal = words.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const alone = new RegExp(`(?<![\\p{L}\\p{N}]|\\p{N}[.,])${literal}(?![\\p{L}\\p{N}]|[.,]\\p{N})`, 'gu');
  const found = [...statement.matchAll(alone)];
  return found.length === 1 ? found[0].index : -1;
}

/* ---- Talking to the server (paths are relative, so that a path prefix works) ---- */

/** What went wrong, in words for the reader; made from problem details (RFC 9457) where there are any. */
class Problem extends Error {
  constructor({ detail, title, code, request_id: requestId } = {}, fallback = 'The server reported an error.') {
    super(detail || title || fallback);
    this.trace = [code, requestId && `request ${requestId}`].filter(Boolean).join(' · ');
  }
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Problem({ detail: UNREACHABLE });
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Problem(problem, `The server answered ${response.status} ${response.statusText}`.trim());
}

const getJson = async (path, options) => (await request(path, options)).json();
const asJson = (body) =>
  ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** An id may contain "/", which stays a path separator; "." and ".." would name another path and are refused. */
export function documentPath(id) {
  const segments = id.split('/');
  const leadsAway = segments.some((segment) => ['', '.', '..'].includes(segment));
  if (leadsAway) throw new Problem({ detail: `No document has the id '${id}'.` });
  return `v1/documents/${segments.map(encodeURIComponent).join('/')}`;
}

/** A function that takes pieces of an event stream, cut anywhere, and calls `onEvent({name, data})` for each event. */
export function createEventParser(onEvent) {
  let rest = '';
  let name = '';
  let data = [];
  const takeLine = (line) => {
    if (line === '') {
      if (data.length) onEvent({ name: name || 'message', data: data.join('\n') });
      name = '';
      data = [];
    } else if (!line.startsWith(':')) { // a colon first is a comment: the heartbeat
      const [, field, value] = /^([^:]*)(?:: ?)?([^]*)$/.exec(line);
      if (field === 'event') name = value;
      if (field === 'data') data.push(value);
    }
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/); // a CR at the very end may be half of a CRLF: it waits
    rest = lines.pop();
    lines.forEach(takeLine);
  };
}

/** The final answer to a question; `onProgress(name, data)` hears the events before it. */
async function requestAnswer(question, signal, onProgress) {
  const options = asJson({ question, history: [], ...(chosen().length && { documents: chosen() }) });
  options.headers.Accept = 'text/event-stream';
  const response = await request('v1/ask', { ...options, signal });
  try {
    if ((response.headers.get('Content-Type') ?? '').includes('application/json')) return await response.json();
    return await readAnswer(response.body.getReader(), onProgress);
  } catch (error) {
    throw error.name === 'AbortError' || error instanceof Problem ? error : new Problem({ detail: BROKEN_OFF });
  }
}

async function readAnswer(stream, onProgress) {
  const decoder = new TextDecoder();
  let answer = null;
  const feed = createEventParser(({ name, data }) => {
    const value = JSON.parse(data);
    if (name === 'error') throw new Problem(value);
    if (name === 'answer') answer = value;
    else onProgress(name, value);
  });
  try {
    while (!answer) {
      const { done, value } = await stream.read();
      feed(done ? '\n' : decoder.decode(value, { stream: true }));
      if (done && !answer) throw new Problem({ detail: BROKEN_OFF });
    }
  } finally {
    stream.cancel().catch(() => {}); // nothing of interest follows an answer or an error
  }
  return answer;
}

/* ---- Asking ---- */

let running = null; // the AbortController of the one question under way

async function ask(question) {
  if (running || !question) return;
  const mine = (running = new AbortController());
  const card = addCard(question);
  setBusy(true);
  showError(null);
  try {
    const answer = await requestAnswer(question, mine.signal, (name, data) => showProgress(card, name, data));
    renderAnswer(card, answer);
    announce(summary(answer));
    if ($('question').value.trim() === question) $('question').value = '';
    if (matchMedia('(pointer: coarse)').matches) $('question').blur(); // the keyboard would cover the answer
    card.scrollIntoView({ block: 'start' });
  } catch (error) {
    card.remove();
    $('empty').hidden = $('answers').childElementCount > 0;
    if (error.name === 'AbortError') announce('Cancelled. The question is still in the box.');
    else showError(error);
  } finally {
    running = null;
    setBusy(false);
  }
}

function setBusy(busy) {
  const refocus = [$('ask'), $('cancel')].includes(document.activeElement);
  $('ask').disabled = busy;
  $('cancel').hidden = !busy;
  $('answers').setAttribute('aria-busy', String(busy));
  for (const button of $('examples').querySelectorAll('button')) button.disabled = busy;
  // A disabled or hidden button would drop the focus.
  if (refocus) (busy ? $('cancel') : $('question')).focus({ preventScroll: true });
}

function addCard(question) {
  $('empty').hidden = true;
  const card = h('article', { class: 'card', 'aria-label': question },
    h('h2', { dir: 'auto' }, question),
    h('p', { class: 'pending', 'data-testid': 'pending' }, 'Looking for passages…'));
  $('answers').append(card);
  card.scrollIntoView({ block: 'start' });
  announce('Looking for passages.');
  return card;
}

/** Says how far it is. Words of the answer wait for the final event: until then nothing vouches for them. */
function showProgress(card, name, data) {
  const pending = card.querySelector('.pending');
  const passages = Array.isArray(data) ? data : data?.passages;
  if (name === 'passages' && passages) pending.textContent = `Reading ${plural(passages.length, 'passage')}…`;
  if (name === 'delta') pending.textContent = 'Writing the answer…';
}

function showError(error) {
  const problem = error && (error instanceof Problem ? error : new Problem({}, 'The reply could not be shown.'));
  $('error').hidden = !problem;
  $('error').replaceChildren(...(problem ? [problem.message, h('small', {}, problem.trace)] : []));
}

const announce = (words) => { $('announcer').textContent = words; };

function summary(answer) {
  if (answer.status !== 'answered') return `No answer. ${headline(answer)} ${answer.reason ?? ''}`;
  const notes = plural(answer.citations.length, 'footnote');
  return `Answer: ${answer.answer}. Confidence ${percent(answer.confidence)} percent, ${notes}.`;
}

/* ---- Answers ---- */

let cards = 0; // makes the ids of footnotes unique over all answers

function renderAnswer(card, answer) {
  const key = `a${(cards += 1)}`;
  const understood = answer.understood_question && answer.understood_question !== answer.question
    && h('p', { class: 'understood', dir: 'auto' }, `Understood as: ${answer.understood_question}`);
  const body = answer.status === 'answered' ? answered(answer, key) : [abstention(answer, key), meta(answer)];
  card.replaceChildren(...[card.querySelector('h2'), understood, ...body].filter(Boolean));
}

function answered(answer, key) {
  const refs = answer.citations.map((_, i) => footnoteRef(key, i));
  const size = answer.answer.length > 40 ? 'answer long' : 'answer';
  return [
    h('p', { class: size, dir: 'auto', 'data-testid': 'answer' }, answer.answer, !answer.statement && refs),
    answer.statement && h('p', { class: 'statement', dir: 'auto', 'data-testid': 'statement' }, marked(answer), refs),
    meta(answer),
    footnotes(answer.citations, key)];
}

/** The statement with the parts of the answer marked inside it. */
function marked(answer) {
  const { statement } = answer;
  const ranges = partRanges(answer);
  const pieces = ranges.flatMap(({ from, to }, i) => [
    statement.slice(ranges[i - 1]?.to ?? 0, from), h('mark', {}, statement.slice(from, to))]);
  return [...pieces, statement.slice(ranges.at(-1)?.to ?? 0)];
}

function footnoteRef(key, i) {
  const jump = (event) => {
    event.preventDefault(); // the address names the text that is open, not a place on this page
    $(`${key}-${i + 1}`).focus();
  };
  return h('sup', { class: 'ref' },
    h('a', { href: `#${key}-${i + 1}`, 'aria-label': `Footnote ${i + 1}`, onclick: jump }, `[${i + 1}]`));
}

const footnotes = (citations, key) => h('ol', { class: 'footnotes', 'aria-label': 'Footnotes' },
  citations.map((citation, i) => footnote(citation, key, i)));

const button = (label, testid, onclick) => h('button', { type: 'button', 'data-testid': testid, onclick }, label);
const ROLES = { row: 'table row', header: 'table header', unit: 'unit', context: 'context' };

function footnote(citation, key, i) {
  const verdict = h('p', { class: 'verdict', role: 'status', 'data-testid': 'verdict' });
  return h('li', { class: 'footnote', id: `${key}-${i + 1}`, tabindex: '-1', 'data-testid': 'citation' },
    h('span', { class: 'number' }, `[${i + 1}]`),
    h('div', { class: 'body' },
      h('blockquote', { class: 'quote', dir: 'auto' }, citation.cited_text),
      h('p', { class: 'source', dir: 'auto' }, h('cite', {}, citation.document_title),
        h('span', {}, labels(sectionLabel(citation.section), pagesOf(citation), ROLES[citation.role]))),
      h('div', { class: 'actions' },
        placeLink('Show in the text', placeOf(citation), 'show-in-text'),
        button('Check', 'check', () => check(citation, verdict)),
        button('Copy with source', 'copy', () => copy(citation, verdict))),
      verdict));
}

/** Confidence is calibrated, so it may be said as a count of answers; on an abstention it is the withheld answer's. */
function meta(answer) {
  const share = typeof answer.confidence === 'number' ? percent(answer.confidence) : null;
  const said = answer.status === 'answered'
    ? `confidence ${share} %: about ${share} in 100 such answers are right`
    : `the best candidate was withheld at confidence ${share} %`;
  const time = answer.timings_ms?.total;
  return h('p', { class: 'meta', 'data-testid': 'meta' },
    labels(share !== null && said, typeof time === 'number' && `took ${seconds(time)}`));
}

function headline({ reason_code: code }) {
  if (code === 'conflict') return 'The report states this in ways that disagree.';
  if (code === 'unsupported_question') return 'This cannot be answered by quoting the report.';
  if (code === 'language') return 'Questions in this language cannot be answered.';
  return 'The report does not state this.';
}

function abstention(answer, key) {
  const places = answer.passages ?? [];
  return h('section', { class: 'abstention', 'aria-label': 'No answer', 'data-testid': 'abstention' },
    h('p', { class: 'headline' }, headline(answer)),
    answer.reason && h('p', { class: 'reason', dir: 'auto' }, answer.reason),
    answer.reason_code === 'conflict' && alternatives(answer, key),
    places.length > 0 && h('details', { 'data-testid': 'passages' },
      h('summary', {}, `Places to look (${places.length})`),
      h('ol', { class: 'places' }, places.map(passageItem))));
}

const passageItem = (passage) => h('li', {},
  h('p', { class: 'path', dir: 'auto' },
    labels(titleOf(passage.document_id), sectionLabel(passage.section), pageLabel(passage.start_page_number))),
  h('p', { class: 'quote', dir: 'auto', tabindex: '0' }, passage.text), // focusable, because a long one scrolls
  h('div', { class: 'actions' },
    placeLink('Open the text here', placeOf({ ...passage, cited_text: passage.text }), 'open-passage')));

/** An alternative is a small answer with citations of its own, or simply a citation. */
function alternatives(answer, key) {
  const items = (answer.alternatives ?? []).map((other, i) => h('li', {},
    other.answer && h('p', { class: 'claim', dir: 'auto' }, other.answer),
    footnotes(other.citations ?? [other].filter((it) => it.cited_text), `${key}-alternative-${i + 1}`)));
  return h('ol', { class: 'alternatives', 'data-testid': 'alternatives' }, items);
}

/* ---- Checking and copying a citation ---- */

const VERDICTS = {
  valid: 'Valid: these words stand at this place in the current text.',
  changed: 'Changed: the document has a newer text.',
  withdrawn: 'Withdrawn: the document is no longer part of the collection.',
  invalid: 'Invalid: these words do not stand at this place. Do not rely on this quotation.',
};

/** Asks the server whether the citation still holds, and says so below it. */
async function check(citation, verdict) {
  say(verdict, '', 'Checking…');
  try {
    const { results: [result] } = await getJson('v1/verify', asJson({ citations: [citation] }));
    const words = VERDICTS[result.status] ?? `The server answered '${result.status}'.`;
    const more = result.status === 'changed' ? newPlace(citation, result) : [];
    say(verdict, result.status === 'valid' ? 'good' : 'bad', words, ...more);
  } catch (error) {
    const why = error instanceof Problem ? error.message : 'The reply could not be understood.';
    say(verdict, 'bad', `Not checked. ${why}`);
  }
}

/** Where the words of a changed document stand now, if the server found them again. */
function newPlace(citation, result) {
  const now = result.citation ?? result;
  const found = Number.isInteger(now.start_char_index) && now.text_sha256 !== citation.text_sha256;
  if (!found) return [' These words were not found in it.'];
  const place = placeOf({ document_id: citation.document_id, ...now, cited_text: citation.cited_text });
  return [' The words still stand in it: ', placeLink('Show where they stand now', place, 'show-moved')];
}

async function copy(citation, verdict) {
  const source = labels(citation.document_title, sectionLabel(citation.section), pagesOf(citation));
  const words = `“${citation.cited_text}”\n${source}\n${new URL(placeHref(placeOf(citation)), location.href)}`;
  const copied = await navigator.clipboard?.writeText(words).then(() => true, () => false);
  say(verdict, '', copied ? 'Copied, with its source and link.'
    : h('span', { class: 'quote' }, `Copying is not allowed here; select it by hand:\n${words}`));
}

function say(verdict, kind, ...words) {
  verdict.className = `verdict ${kind}`;
  verdict.replaceChildren(...words);
}

/* ---- The reader: the exact text, the range marked. The address names what is open, so that Back closes it ---- */

const reader = $('reader');
const wide = matchMedia('(min-width: 1000px)');
let loading = new AbortController(); // of the text that is being fetched
let returnFocus = null;

const placeOf = (citation) => ({ document: citation.document_id, start: citation.start_char_index,
  end: citation.end_char_index, text: citation.text_sha256, words: citation.cited_text });

function placeHref({ document: id, start, end, text }) {
  const given = Object.entries({ document: id, start, end, text });
  return `?${new URLSearchParams(given.filter(([, value]) => value !== undefined && value !== null))}`;
}

/** The place that the address names, or null; the quoted words travel beside it in the history entry. */
function placeFromAddress() {
  const query = new URLSearchParams(location.search);
  const index = (name) => (/^\d+$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN);
  const whole = !query.has('start') && !query.has('end');
  return query.get('document') ? { document: query.get('document'), start: index('start'), end: index('end'),
    whole, text: query.get('text'), words: history.state?.words } : null;
}

/** A link that opens the reader here and still works as a link: it can be copied, or opened in a new tab. */
function placeLink(label, place, testid) {
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

function followAddress() {
  const place = placeFromAddress();
  if (!place) return reader.close();
  showReader();
  return loadPlace(place);
}

function showReader() {
  if (reader.open) return;
  returnFocus ??= document.activeElement;
  if (wide.matches) reader.show();
  else reader.showModal();
  document.body.classList.toggle('reading', wide.matches);
  $('reader-text').focus({ preventScroll: true });
}

/** However the reader was closed, the address and the focus follow. */
function afterClose() {
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
  for (const id of ['reader-place', 'reader-links', 'reader-text']) $(id).replaceChildren();
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

const originalLink = (path) => h('a', { href: `${path}/original`, target: '_blank', rel: 'noopener' }, 'Original file');

/* ---- Documents ---- */

let documents = [];
const titleOf = (id) => documents.find((it) => it.document_id === id)?.title ?? id;
const chosen = () => Array.from($('documents-list').querySelectorAll('input:checked'), (box) => box.value);

async function loadDocuments() {
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

function showChoice() {
  const all = plural(documents.length, 'document');
  const only = documents.length === 1 ? `${all}: ${documents[0].title}` : `Asking all ${all}`;
  $('documents-summary').textContent = chosen().length ? `Asking ${chosen().length} of ${all}` : only;
}

/* ---- Wiring ---- */

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  ask($('question').value.trim());
});
$('question').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return; // composing: Enter picks a character
  event.preventDefault();
  $('form').requestSubmit();
});
$('cancel').addEventListener('click', () => running?.abort());
$('examples').addEventListener('click', (event) => {
  if (!event.target.closest('button')) return;
  $('question').value = event.target.textContent;
  $('form').requestSubmit();
});
$('documents-list').addEventListener('change', showChoice);
$('reader-close').addEventListener('click', () => reader.close());
reader.addEventListener('close', afterClose);
document.addEventListener('keydown', (event) => { // a dialog beside the page gets no Escape of its own
  if (event.key === 'Escape' && reader.open && !event.isComposing) reader.close();
});
wide.addEventListener('change', () => {
  if (!reader.open) return;
  reader.close();
  showReader();
});
addEventListener('popstate', followAddress);

loadDocuments();
if (placeFromAddress()) followAddress();
