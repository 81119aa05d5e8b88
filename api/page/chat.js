/** The chat page: asks, shows the answer with its footnotes, and opens the cited text at the cited place. */

import { chosen, hasPages, loadDocuments, showChoice, titleOf } from './documents.js';
import { afterClose, enableViews, followAddress, placeFromAddress, placeHref, placeLink, placeOf, reader, showReader, wide } from './reader.js';
import { asJson, getJson, Problem, requestAnswer } from './server.js';
import { $, h, labels, pageLabel, pagesOf, partRanges, percent, plural, seconds, sectionLabel } from './text.js';
import { enableUploads } from './uploads.js';

/* ---- Asking ---- */

let before = []; // the last question with its answer: the next one may lean on it
let running = null; // the AbortController of the one question under way

async function ask(question) {
  if (running || !question) return;
  const mine = (running = new AbortController());
  const card = addCard(question);
  setBusy(true);
  showError(null);
  try {
    const answer = await requestAnswer(question, before, chosen(), mine.signal, (name, data) => showProgress(card, name, data));
    before = [{ question, understood_question: answer.understood_question, answer: answer.answer }];
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
  const whole = !answer.statement || answer.statement === answer.answer; // said once
  return [
    h('p', { class: size, dir: 'auto', 'data-testid': 'answer' }, answer.answer, whole && refs),
    !whole && h('p', { class: 'statement', dir: 'auto', 'data-testid': 'statement' }, marked(answer), refs),
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
        h('span', {}, labels(sectionLabel(citation.section, citation.document_title), pagesOf(citation),
          ROLES[citation.role]))),
      h('div', { class: 'actions' },
        placeLink('Show in the text', placeOf(citation), 'show-in-text'),
        citation.start_page_number && hasPages(citation.document_id)
          && placeLink('Show on the page', { ...placeOf(citation), view: 'page' }, 'show-on-page'),
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
  const source = labels(citation.document_title, sectionLabel(citation.section, citation.document_title), pagesOf(citation));
  const words = `“${citation.cited_text}”\n${source}\n${new URL(placeHref(placeOf(citation)), location.href)}`;
  const copied = await navigator.clipboard?.writeText(words).then(() => true, () => false);
  say(verdict, '', copied ? 'Copied, with its source and link.'
    : h('span', { class: 'quote' }, `Copying is not allowed here; select it by hand:\n${words}`));
}

function say(verdict, kind, ...words) {
  verdict.className = `verdict ${kind}`;
  verdict.replaceChildren(...words);
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
  if (event.key === 'Escape' && reader.open && !$('confirm').open && !event.isComposing) reader.close();
});
wide.addEventListener('change', () => {
  if (!reader.open) return;
  reader.close();
  showReader();
});
addEventListener('popstate', followAddress);

enableUploads();
enableViews();
await loadDocuments(); // which documents have pages must be known before an answer is shown
if (placeFromAddress()) followAddress();
