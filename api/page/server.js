/** Talking to the server: requests, problems, events. Paths are relative, so that a path prefix works. */

const UNREACHABLE = 'The server could not be reached. Nothing you wrote is lost; try again in a moment.';
const UNSENT = 'The files could not be sent: the server cannot be reached, or took no more of them.';
const BROKEN_OFF = 'The connection ended before the answer was complete. Your question is still in the box; try again.';

/** What went wrong, in words for the reader; made from problem details (RFC 9457) where there are any. */
export class Problem extends Error {
  constructor({ detail, title, status, code, request_id: requestId } = {}, fallback = 'The server reported an error.') {
    super(detail || title || fallback);
    this.status = status;
    this.trace = [code, requestId && `request ${requestId}`].filter(Boolean).join(' · ');
  }
}

export async function request(path, options = {}) {
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

export const getJson = async (path, options) => (await request(path, options)).json();
export const asJson = (body) =>
  ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Sends files as one form; `onSent(share)` hears how much has left. Only XMLHttpRequest tells that. */
export function sendFiles(files, onSent) {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.webkitRelativePath || file.name);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', 'v1/documents');
    sending.responseType = 'json';
    sending.upload.onprogress = ({ loaded, total }) => onSent(total ? loaded / total : 0);
    sending.onerror = () => reject(new Problem({ detail: UNSENT }));
    sending.onload = () => (sending.status < 300 ? resolve(sending.response)
      : reject(new Problem(sending.response ?? {}, `The server answered ${sending.status}.`)));
    sending.send(form);
  });
}

/** The last state of a job; `onProgress(job)` hears of each before. Where the events break off it is asked again. */
export async function followJob(id, onProgress) {
  const path = `v1/jobs/${encodeURIComponent(id)}`;
  for (let failures = 0; ; failures += 1) {
    try {
      const response = await request(path, { headers: { Accept: 'text/event-stream' } });
      const last = await readEvents(response.body.getReader(), ['done', 'failed'], (_, job) => onProgress(job));
      if (last) return last;
    } catch (error) {
      if (failures === 30 || error.status === 404) throw error;
    }
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

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

/** The final answer to a question after `history`; `onProgress(name, data)` hears the events before it. */
export async function requestAnswer(question, history, documents, signal, onProgress) {
  const options = asJson({ question, history, ...(documents.length && { documents }) });
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
  const answer = await readEvents(stream, ['answer'], onProgress);
  if (!answer) throw new Problem({ detail: BROKEN_OFF });
  return answer;
}

/** The value of the event that ends a stream, or null where the stream ends without it. */
async function readEvents(stream, lastNames, onProgress) {
  const decoder = new TextDecoder();
  let last = null;
  let ended = false;
  const feed = createEventParser(({ name, data }) => {
    const value = JSON.parse(data);
    if (name === 'error') throw new Problem(value);
    if (lastNames.includes(name)) last = value;
    else onProgress(name, value);
  });
  try {
    while (!last && !ended) {
      const { done, value } = await stream.read();
      feed(done ? '\n' : decoder.decode(value, { stream: true }));
      ended = done;
    }
  } finally {
    stream.cancel().catch(() => {}); // nothing of interest follows the last event
  }
  return last;
}
