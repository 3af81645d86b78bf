// The month's report, with what each figure means; it prints.
import { html, nothing } from 'lit';
import { get } from './api.js';
import { go, href, query } from './app.js';
import { table } from './parts.js';
import { languages, monthName, number, percent, span, t, word } from './text.js';

const month = () => query().get('month') ?? new Date().toISOString().slice(0, 7);
const hidden = () => html`<span title=${t('app.few')}>•<span class="visually-hidden">${t('app.few')}</span></span>`;
const counted = (n) => (n == null ? hidden() : number(n));

function accept(times) {
  return times ? t('report.median_p90', { median: span(times.median), p90: span(times.p90) }) : '–';
}

function figures(all) {
  return [
    ['sent', number(all.sent)],
    ['refused', number(all.refused)],
    ['answered', `${number(all.answered)} (${percent(all.answered, all.sent)})`],
    ['in_time', `${number(all.in_time)} (${percent(all.in_time, all.answered)})`],
    ['loop', percent(all.loop_closed, all.sent)],
    ['accept', accept(all.to_accept)],
    ['helped', percent(all.helped, all.sent)],
    ['unmet', number(all.unmet)],
  ].map(([key, value]) => ({ key, value }));
}

function others(data) {
  if (!data.others) return nothing;
  const heads = { helped: 'helped_col', not_helped: 'not_helped', declined: 'declined', taken_back: 'taken_back', not_reached: 'not_reached', open: 'open' };
  const rows = [...data.others.rows, { purpose: '', counts: data.others.totals, total: data.others.total }];
  return html`<section class="card"><div class="card-head"><h2>${t('report.others')}</h2></div>
    <p class="detail">${t('report.others_note')}</p>
    ${table(t('report.others'), [
      [t('capacity.service'), (row) => (row.purpose ? word('purpose', row.purpose) : t('report.total'))],
      ...data.others.columns.map((name, i) => [t(`report.${heads[name]}`), (row) => counted(row.counts[i]), 'number']),
      [t('report.total'), (row) => counted(row.total), 'number'],
    ], rows)}</section>`;
}

export const reportView = {
  everyEntry: false,
  load: () => get(`/api/report?month=${encodeURIComponent(month())}`),
  show(data) {
    return html`<div class="head"><h1>${t('report.title')} · ${monthName(data.since + 86400000)}</h1>
      <label class="inline">${t('report.month')}<input type="month" id="month" max=${new Date().toISOString().slice(0, 7)} .value=${month()}
        @change=${(e) => { if (e.target.value) go(href('/report', { month: e.target.value }), true); }}></label>
      <button id="print" @click=${() => print()}>${t('report.print')}</button></div>
      ${data.agency ? html`<p class="lead">${t('report.basis_agency', { agency: data.agency })}</p>` : nothing}
      <section class="card"><h2>${t('report.figures')}</h2>${table(t('report.figures'), [
        [t('report.figure'), (row) => t(`report.${row.key}`)],
        [t('report.value'), (row) => html`<strong class="value">${row.value}</strong>`],
        [t('report.definition'), (row) => html`<span class="detail">${t(`report.${row.key}_def`)}</span>`],
      ], figures(data.all), { class: 'cards report' })}</section>
      <section class="card"><h2>${t('report.by_purpose')}</h2>${table(t('report.by_purpose'), [
        [t('capacity.service'), (row) => word('purpose', row.purpose)],
        [t('report.sent'), (row) => number(row.sent), 'number'],
        [t('report.answered'), (row) => number(row.answered), 'number'],
        [t('report.loop'), (row) => percent(row.loop_closed, row.sent), 'number'],
        [t('report.accept'), (row) => accept(row.to_accept)],
        [t('report.helped'), (row) => percent(row.helped, row.sent), 'number'],
        [t('report.unmet'), (row) => number(row.unmet), 'number'],
      ], data.by_purpose)}</section>
      ${others(data)}
      <p class="detail">${t('report.basis', { n: data.position, network: data.network })}</p>`;
  },
};
