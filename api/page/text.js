/**
 * Elements and words: making elements, code points, labels.
 *
 * Whatever comes from the server reaches the page as text nodes only, never as markup. Offsets from the server count
 * Unicode code points; JavaScript strings count UTF-16 units; `toUnits` is the one place where they meet.
 */

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; `null` and `false` are left out, strings become text nodes. */
export function h(tag, attributes = {}, ...children) {
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
export const labels = (...given) => given.filter(Boolean).join(' · ');
export const plural = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
/** The path of a section, without a title that is named already. */
export const sectionLabel = (section, title) => (section ?? []).filter((name, i) => i || name !== title).join(' › ');
export const seconds = (ms) => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`);

/** "p. 3" or "pp. 3–4"; the end page of a citation is exclusive. */
export function pageLabel(start, end) {
  if (!start) return '';
  return end && end - 1 > start ? `pp. ${start}–${end - 1}` : `p. ${start}`;
}

export const pagesOf = (it) => pageLabel(it.start_page_number, it.end_page_number);

/** A share as a whole percentage that never claims certainty by rounding. */
export const percent = (share) => (share < 1 ? Math.min(99, Math.round(share * 100)) : 100);

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
