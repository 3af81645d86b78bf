// The words on the screen, in the reader's language, and how it writes numbers, times and dates.
import ar from '../text/ar.json';
import en from '../text/en.json';
import es from '../text/es.json';
import fr from '../text/fr.json';
import ro from '../text/ro.json';

export const languages = { en, es, fr, ar, ro };

let code = 'en';
let formats = {};

function lookup(text, key) {
  return key.split('.').reduce((at, part) => (at == null ? undefined : at[part]), text);
}

export function chooseLanguage(wanted) {
  const known = (tag) => languages[tag?.toLowerCase().split('-')[0]] && tag.toLowerCase().split('-')[0];
  code = known(wanted) || navigator.languages.map(known).find(Boolean) || 'en';
  formats = {
    plural: new Intl.PluralRules(code),
    number: new Intl.NumberFormat(code),
    percent: new Intl.NumberFormat(code, { style: 'percent', maximumFractionDigits: 0 }),
    time: new Intl.DateTimeFormat(code, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    moment: new Intl.DateTimeFormat(code, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
    date: new Intl.DateTimeFormat(code, { dateStyle: 'medium' }),
    month: new Intl.DateTimeFormat(code, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
    units: {},
  };
  document.documentElement.lang = code;
  document.documentElement.dir = languages[code].direction;
}

export const language = () => code;

// The text of a key with {names} filled in; a text with plural forms takes {n}.
export function t(key, values = {}) {
  let text = lookup(languages[code], key) ?? lookup(languages.en, key) ?? key;
  if (typeof text === 'object' && !Array.isArray(text)) {
    text = text[formats.plural.select(values.n)] ?? text.other;
  }
  if (Array.isArray(text)) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value == null) return whole;
    return typeof value === 'number' ? formats.number.format(value) : value;
  });
}

// A word of the vocabulary; what this client does not know yet is shown as it came.
export function word(group, code_) {
  if (!code_) return '';
  const text = t(`${group}.${code_}`);
  return text === `${group}.${code_}` ? code_.replaceAll('_', ' ') : text;
}

export const number = (n) => formats.number.format(n);
export const percent = (part, whole) => (whole ? formats.percent.format(part / whole) : '–');
export const clock = (ms) => (ms ? formats.time.format(ms) : '–');
export const moment = (ms) => (ms ? formats.moment.format(ms) : '–');
export const date = (ms) => (ms ? formats.date.format(ms) : '–');
export const day = (text) => (text ? date(Date.parse(`${text}T12:00:00Z`)) : '–');
export const monthName = (ms) => formats.month.format(ms);

function unit(n, name) {
  formats.units[name] ??= new Intl.NumberFormat(code, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  });
  return formats.units[name].format(n);
}

// A span of time in its two largest units: 2 days 3 h, 14 min.
export function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(s / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 7) return unit(days, 'day');
  if (days > 0) return hours % 24 ? `${unit(days, 'day')} ${unit(hours % 24, 'hour')}` : unit(days, 'day');
  if (hours > 0) return minutes % 60 ? `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}` : unit(hours, 'hour');
  if (minutes > 0) return unit(minutes, 'minute');
  return unit(s, 'second');
}
