// Where there is a place, and what nobody could give.
import { html } from 'lit';
import { get } from './api.js';
import { empty, table, when } from './parts.js';
import { number, t, word } from './text.js';

const tone = { open: 'good', waitlist: 'warn', full: 'bad', closed: 'quiet' };
const counted = (n) => (n == null ? html`<span title=${t('app.few')}>•<span class="visually-hidden">${t('app.few')}</span></span>` : number(n));
const district = (row) => html`<bdi>${row.district || t('capacity.anywhere')}</bdi>`;

export const capacityView = {
  everyEntry: true,
  load: () => get('/api/capacity'),
  show({ services, unmet }) {
    const order = { open: 0, waitlist: 1, full: 2, closed: 3 };
    const rows = [...services].sort((a, b) => a.purpose.localeCompare(b.purpose) || order[a.openness] - order[b.openness]);
    const most = Math.max(1, ...unmet.map((u) => u.count ?? 0));
    const reasons = unmet.some((u) => u.no_capacity !== undefined);
    return html`<h1>${t('capacity.title')}</h1>
      ${rows.length === 0 ? empty(t('capacity.empty')) : html`<div class="card flush">${table(t('capacity.title'), [
        [t('capacity.service'), (s) => word('purpose', s.purpose)],
        [t('capacity.district'), district],
        [t('agencies.agency'), (s) => html`<bdi>${s.agency}</bdi>`],
        [t('capacity.state'), (s) => html`<span class="chip" data-tone=${tone[s.openness]}>${t(`capacity.${s.openness}`)}</span>`],
        [t('capacity.places'), (s) => number(s.places), 'number'],
        [t('capacity.waiting'), (s) => number(s.waiting), 'number'],
        [t('capacity.told'), (s) => when(s.at)],
      ], rows)}</div>`}
      <section class="card"><div class="card-head"><h2>${t('capacity.unmet')}</h2><small>${t('capacity.note')}</small></div>
      ${unmet.length === 0 ? empty(t('capacity.unmet_empty')) : table(t('capacity.unmet'), [
        [t('capacity.service'), (u) => word('purpose', u.purpose)],
        [t('capacity.district'), district],
        [t('capacity.count'), (u) => html`<span class="bar-cell"><meter min="0" max=${most} .value=${u.count ?? 0} aria-hidden="true"></meter> ${counted(u.count)}</span>`, 'number'],
        ...(reasons ? ['no_capacity', 'no_service', 'no_answer'].map((key) => [t(`capacity.${key}`), (u) => number(u[key] ?? 0), 'number']) : []),
      ], unmet)}</section>`;
  },
};
