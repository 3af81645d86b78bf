// Who answers whom how fast, and how the days went: charts, each with its table.
import { html, nothing } from 'lit';
import { get } from './api.js';
import { go, href, query } from './app.js';
import { lines } from './chart.js';
import { empty, table } from './parts.js';
import { day, language, number, span, t } from './text.js';

const days = () => query().get('days') ?? '30';

function daysChoice(path) {
  return html`<label class="inline">${t('matrix.days')}<select id="days" @change=${(e) => go(href(path, { days: e.target.value }), true)}>
    ${[7, 30, 90, 365].map((n) => html`<option value=${n} ?selected=${String(n) === days()}>${t('matrix.days_n', { n })}</option>`)}</select></label>`;
}

// How slow, in five steps of the answer limits: 1 h, 3 h, 1 day, 3 days.
const steps = [3600e3, 3 * 3600e3, 86400e3, 3 * 86400e3];
const slowness = (ms) => steps.filter((limit) => ms > limit).length;

function cell(one) {
  if (!one) return html`<td class="none"><span aria-hidden="true">·</span></td>`;
  return html`<td data-slow=${one.to_answer ? slowness(one.to_answer.median) : nothing}>
    <a href=${href('/referrals', { from: one.from, to: one.to })}><strong>${number(one.sent)}</strong> <span>${t('matrix.sent')}</span></a>
    ${one.to_answer ? html`<span>${t('matrix.median')} ${span(one.to_answer.median)}</span>
      <span>${t('matrix.p90')} ${span(one.to_answer.p90)}</span>` : nothing}
    ${one.waiting ? html`<span class="cell-waiting">${number(one.waiting)} ${t('matrix.waiting')}</span>` : nothing}</td>`;
}

export const matrixView = {
  everyEntry: false,
  async load() {
    const { at, agencies, cells } = await get(`/api/matrix?days=${encodeURIComponent(days())}`);
    return {
      at,
      cells: cells.map(([from, to, sent, waiting, median, p90]) => (
        { from: agencies[from], to: agencies[to], sent, waiting, to_answer: median === undefined ? null : { median, p90 } })),
    };
  },
  show({ cells }) {
    const senders = [...new Set(cells.map((c) => c.from))].sort();
    const receivers = [...new Set(cells.map((c) => c.to))].sort();
    const at = new Map(cells.map((c) => [`${c.from} ${c.to}`, c]));
    return html`<div class="head"><h1>${t('matrix.title')}</h1>${daysChoice('/matrix')}</div>
      ${cells.length === 0 ? empty(t('matrix.empty')) : html`<p class="detail">${t('matrix.explain')}</p>
      <div class="card flush scroll" role="region" aria-label=${t('matrix.title')} tabindex="0"><table class="matrix">
        <caption class="visually-hidden">${t('matrix.title')}</caption>
        <thead><tr><th scope="col">${t('matrix.sender')}</th>${receivers.map((id) => html`<th scope="col"><bdi>${id}</bdi></th>`)}</tr></thead>
        <tbody>${senders.map((from) => html`<tr><th scope="row"><bdi>${from}</bdi></th>${receivers.map((to) => cell(at.get(`${from} ${to}`)))}</tr>`)}</tbody>
      </table></div>`}`;
  },
};

const series = [
  ['opened', '--series-1'],
  ['answered', '--series-2', [6, 4]],
  ['ended', '--series-3', [2, 3]],
  ['unmet', '--series-4', [10, 4, 2, 4]],
];

function bars(bins) {
  const names = t('trends.bins');
  const most = Math.max(1, ...bins);
  return html`<figure class="bars" role="img" aria-label=${t('trends.chart_times')}>
    ${bins.map((n, i) => html`<div class="bar-row" aria-hidden="true"><span>${names[i]}</span>
      <span class="track"><span class="fill" data-bin=${i} ?hidden=${n === 0} .style=${`inline-size:${(100 * n) / most}%`}></span></span>
      <span class="n">${number(n)}</span></div>`)}</figure>`;
}

export const trendsView = {
  everyEntry: false,
  load: () => get(`/api/trends?days=${encodeURIComponent(days())}`),
  show(data) {
    const nothing_ = data.days.every((d) => d.opened + d.answered + d.ended + d.unmet === 0);
    const names = t('trends.bins');
    return html`<div class="head"><h1>${t('trends.title')}</h1>${daysChoice('/trends')}</div>
      ${nothing_ ? empty(t('trends.empty')) : html`
      <section class="card"><h2>${t('trends.days')}</h2>
        <div id="chart-days" class="chart" role="img" aria-label=${t('trends.chart_days')}></div>
        <details><summary>${t('app.table')}</summary>${table(t('trends.days'), [
          [t('trends.date'), (d) => day(d.date)],
          ...series.map(([key]) => [t(`trends.${key}`), (d) => number(d[key]), 'number']),
        ], [...data.days].reverse())}</details></section>
      <section class="card"><h2>${t('trends.times')}</h2>
        ${bars(data.answer_bins)}
        <details><summary>${t('app.table')}</summary>${table(t('trends.times'), [
          [t('trends.bin'), (row) => row.name], [t('trends.count'), (row) => number(row.n), 'number'],
        ], data.answer_bins.map((n, i) => ({ n, name: names[i] })))}</details></section>`}`;
  },
  drawn(data) {
    if (!data) return;
    const short = new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short', timeZone: 'UTC' });
    lines(document.getElementById('chart-days'), data.days.map((d) => Date.parse(`${d.date}T00:00:00Z`) / 1000),
      series.map(([key, colour, dash]) => ({ label: t(`trends.${key}`), values: data.days.map((d) => d[key]), colour, dash })),
      (ms) => short.format(ms));
  },
};
