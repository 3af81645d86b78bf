// Exceptions and missed duties: each is looked at by somebody, and that is written down.
import { html, nothing } from 'lit';
import { get, post, session } from './api.js';
import { update } from './app.js';
import { empty, fromTo, referralLink, table, when } from './parts.js';
import { moment, number, t, word } from './text.js';

const sent = new Map(); // position -> busy | waits | failed

async function acknowledge(position) {
  sent.set(position, 'busy');
  update();
  try {
    await post('/api/acknowledge', { position });
    sent.set(position, 'waits');
  } catch {
    sent.set(position, 'failed');
  }
  update();
}

function answer(row) {
  if (row.acknowledged_by) {
    return html`<span class="chip" data-tone="good" title=${moment(row.acknowledged_at)}>${t('exceptions.acknowledged', { who: row.acknowledged_by })}</span>`;
  }
  const how = sent.get(row.position);
  if (how === 'busy' || how === 'waits') {
    return html`<span role="status">${t(how === 'busy' ? 'exceptions.acknowledging' : 'exceptions.waits')}</span>`;
  }
  if (session.role !== 'network_coordinator') return nothing;
  return html`<button data-position=${row.position} @click=${() => acknowledge(row.position)}>${t('exceptions.acknowledge')}</button>
    ${how === 'failed' ? html`<span class="late" role="alert">${t('app.failed')}</span>` : nothing}`;
}

export const exceptionsView = {
  everyEntry: true,
  load: () => get('/api/exceptions'),
  show({ exceptions }) {
    const open = exceptions.filter((row) => !row.acknowledged_by).length;
    return html`<div class="head"><h1>${t('exceptions.title')}</h1><p class="total">${t('exceptions.open_n', { n: open })}</p></div>
      ${exceptions.length === 0 ? empty(t('exceptions.empty')) : html`<div class="card flush">${table(t('exceptions.title'), [
        [t('exceptions.what'), (row) => html`<strong>${t(`event.${row.event}`, row)}</strong>`],
        [t('exceptions.when'), (row) => when(row.at)],
        [t('list.referral'), (row) => referralLink(row.id)],
        [`${t('list.from')} – ${t('list.to')}`, fromTo],
        [t('list.basis'), (row) => word('basis', row.basis)],
        [t('duties.due'), (row) => when(row.until)],
        [t('exceptions.entry'), (row) => number(row.position), 'number'],
        [html`<span class="visually-hidden">${t('exceptions.acknowledge')}</span>`, answer],
      ], exceptions, { rowClass: (row) => (row.acknowledged_by ? '' : 'row-open') })}</div>`}`;
  },
};
