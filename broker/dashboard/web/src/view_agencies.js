// Agencies: who is silent, whose key or agreement ends, what waits for whom.
import { html, nothing } from 'lit';
import { get } from './api.js';
import { href } from './app.js';
import { empty, table, when } from './parts.js';
import { date, day, number, t, word } from './text.js';

const soon = (ms) => ms && ms < Date.now() + 3 * 86400000;
const soonDay = (text) => soon(Date.parse(`${text}T23:59:59Z`) - 27 * 86400000);

function count(n, address) {
  return n > 0 ? html`<a href=${address}>${number(n)}</a>` : html`<span class="zero">0</span>`;
}

export const agenciesView = {
  everyEntry: true,
  load: () => get('/api/agencies'),
  show({ agencies }) {
    return html`<h1>${t('agencies.title')}</h1>
      ${agencies.length === 0 ? empty(t('agencies.empty')) : html`<div class="card flush">${table(t('agencies.title'), [
        [t('agencies.agency'), (a) => html`<bdi>${a.id}</bdi>`],
        [t('agencies.roles'), (a) => a.roles.map((role) => word('agency_role', role)).join(', ')],
        [t('agencies.software'), (a) => html`<bdi class="software" title=${t('agencies.software_hint')}>${a.software ?? '–'}</bdi>`],
        [t('agencies.standing'), (a) => html`<span class="chip" data-tone=${a.standing === 'active' ? 'good' : 'bad'}>${t(`agencies.${a.standing}`)}</span>`],
        [t('agencies.last_seen'), (a) => (a.last_seen ? when(a.last_seen) : t('agencies.never'))],
        [t('agencies.waiting'), (a) => count(a.waiting, href('/referrals', { tile: 'awaiting', to: a.id })), 'number'],
        [t('agencies.overdue'), (a) => html`<span class=${a.overdue ? 'late' : ''}>${count(a.overdue, href('/referrals', { tile: 'overdue', to: a.id }))}</span>`, 'number'],
        [t('agencies.oldest'), (a) => (a.oldest ? when(a.oldest) : '–')],
        [t('agencies.queue'), (a) => (a.queue ? number(a.queue) : html`<span class="zero">0</span>`), 'number'],
        [t('agencies.key'), (a) => html`<span class=${!a.key_until || soon(a.key_until) ? 'late' : ''}>${a.key_until ? date(a.key_until) : t('agencies.no_key')}</span>`],
        [`${t('agencies.agreement')} / ${t('agencies.training')}`, (a) => html`<span class=${soonDay(a.agreement_until) ? 'late' : ''}>${day(a.agreement_until)}</span>
          <small class=${soonDay(a.training_until) ? 'late' : ''}>${day(a.training_until)}</small>`],
      ], agencies)}</div>`}`;
  },
};
