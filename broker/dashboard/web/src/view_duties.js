// What runs out: consent, and the deletion receipts that are owed after it was taken back.
import { html } from 'lit';
import { get } from './api.js';
import { empty, fromTo, referralLink, stateChip, table, when } from './parts.js';
import { t, word } from './text.js';

const columns = (last) => [
  [t('list.referral'), (row) => referralLink(row.id)],
  [`${t('list.from')} – ${t('list.to')}`, fromTo],
  [t('list.for'), (row) => word('purpose', row.purpose)],
  [t('list.state'), stateChip],
  [last, (row) => html`<span class=${row.late ? 'late' : ''}>${when(row.until)}${row.late ? html` · ${t('duties.late')}` : ''}</span>`],
];

export const dutiesView = {
  everyEntry: false,
  load: () => get('/api/duties'),
  show({ consents, deletions }) {
    return html`<h1>${t('nav.duties')}</h1>
      <section class="card"><div class="card-head"><h2>${t('duties.deletions')}</h2></div>
        <p class="detail">${t('duties.deletions_note')}</p>
        ${deletions.length === 0 ? empty(t('duties.deletions_empty')) : table(t('duties.deletions'), columns(t('duties.due')), deletions)}</section>
      <section class="card"><div class="card-head"><h2>${t('duties.consents')}</h2></div>
        ${consents.length === 0 ? empty(t('duties.consents_empty')) : table(t('duties.consents'), columns(t('duties.until')), consents)}</section>`;
  },
};
