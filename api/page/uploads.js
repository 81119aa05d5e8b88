/** Adding documents: choosing or dropping files, sending them, and how far the server is with them. */

import { loadDocuments } from './documents.js';
import { followJob, sendFiles } from './server.js';
import { $, h, labels, percent, plural } from './text.js';

const STATES = { queued: 'waiting', reading: 'being read', read: 'read', ready: 'added', replaced: 'replaced',
  unchanged: 'unchanged', rejected: 'not added' };
const STEPS = { 'reading files': 'Reading the files', 'cutting documents': 'Cutting documents into passages',
  'embedding passages': 'Indexing passages', 'embedding sentences': 'Indexing sentences',
  'waiting for another writer': 'Waiting for another change to end' };

/** Sends the files and shows one panel for them until it is dismissed. */
async function upload(files) {
  if (!files.length) return;
  const panel = makePanel(files);
  $('jobs').prepend(panel.element);
  announce(`Sending ${plural(files.length, 'file')}.`);
  try {
    const accepted = await sendFiles(files, (share) => panel.show(`Sending, ${percent(share)} %`, share));
    panel.list(accepted.documents);
    const job = await followJob(accepted.job_id, (now) => { panel.show(stepLabel(now), shareOf(now)); panel.list(now.documents); });
    panel.list(job.documents);
    panel.end(job.state === 'done' ? sumUp(job.documents) : `Nothing was added. ${job.problem}`, job.state === 'done');
    await loadDocuments();
  } catch (error) {
    panel.end(`Nothing was added. ${error.message}`, false);
  }
}

function stepLabel({ step, done, total, per_second: rate, seconds_left: left }) {
  const count = total ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')}` : '';
  const time = left === null ? '' : `about ${left < 90 ? plural(Math.ceil(left), 'second') : plural(Math.ceil(left / 60), 'minute')} left`;
  return labels(STEPS[step] ?? step ?? 'Waiting for its turn', count, rate && `${rate.toLocaleString('en')} a second`, time);
}

const shareOf = ({ done, total }) => (total ? done / total : null);

function sumUp(documents) {
  const count = (...states) => documents.filter((it) => states.includes(it.state)).length;
  const parts = [[count('ready'), 'added'], [count('replaced'), 'replaced'], [count('unchanged'), 'unchanged'],
    [count('rejected'), 'not added']];
  return `${parts.filter(([number]) => number).map(([number, what]) => `${number} ${what}`).join(', ')}.`;
}

function makePanel(files) {
  const names = files.length === 1 ? files[0].name : plural(files.length, 'file');
  const bar = h('progress', { max: '1', 'aria-label': `Adding ${names}` });
  const step = h('p', { class: 'hint', 'data-testid': 'job-step' }, 'Sending');
  const list = h('ul', { class: 'job-files', 'data-testid': 'job-files' });
  const dismiss = h('button', { type: 'button', hidden: true, 'data-testid': 'dismiss', onclick: () => {
    element.remove();
    $('upload').focus();
  } }, 'Dismiss');
  const element = h('li', { class: 'job', 'data-testid': 'job' },
    h('div', { class: 'job-head' }, h('strong', { dir: 'auto' }, names), dismiss), bar, step, list);
  return {
    element,
    show(words, share) {
      step.textContent = words;
      if (share === null) bar.removeAttribute('value');
      else bar.value = share;
    },
    list: (documents) => list.replaceChildren(...documents.map(fileItem)),
    end(words, good) {
      bar.remove();
      step.textContent = words;
      step.className = good ? 'hint good' : 'hint bad';
      dismiss.hidden = false;
      announce(words);
    },
  };
}

const fileItem = (it) => h('li', { class: it.state === 'rejected' ? 'rejected' : '' },
  h('span', { class: 'name', dir: 'auto' }, it.filename),
  h('span', { class: 'hint' }, labels(STATES[it.state] ?? it.state, it.pages && plural(it.pages, 'page'),
    it.passages !== null && plural(it.passages, 'passage'))),
  it.problem && h('span', { class: 'bad problem' }, it.problem));

const announce = (words) => { $('upload-status').textContent = words; };

/** The files of a drop; a folder is named and left out, because a browser gives it as a file that cannot be read. */
function droppedFiles(transfer) {
  const items = Array.from(transfer.items).filter((item) => item.kind === 'file');
  const folders = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
  if (folders.length) {
    const panel = makePanel(folders);
    $('jobs').prepend(panel.element);
    panel.end('A folder cannot be dropped: drop the files in it, or use “footnote index add FOLDER”.', false);
  }
  return items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()).filter(Boolean);
}

export function enableUploads() {
  const input = $('upload-files');
  $('upload').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    upload(Array.from(input.files));
    input.value = ''; // the same file may be chosen again
  });
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  let depth = 0; // of the elements that the drag has entered and not left
  const mark = (change) => { depth = Math.max(0, depth + change); $('drop').hidden = depth === 0; };
  addEventListener('dragenter', (event) => carriesFiles(event) && mark(1));
  addEventListener('dragleave', (event) => carriesFiles(event) && mark(-1));
  addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    upload(droppedFiles(event.dataTransfer));
  });
}
