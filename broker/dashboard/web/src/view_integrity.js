// How far the ledger was verified, and how to do it oneself.
import { html } from 'lit';
import { get } from './api.js';
import { moment, number, t } from './text.js';

export const integrityView = {
  everyEntry: true,
  load: () => get('/api/integrity'),
  show(data) {
    const facts = [
      [t('integrity.verified'), t('integrity.verified_v', { n: data.verified })],
      [t('integrity.size'), number(data.size)],
      [t('integrity.checkpoint_at'), moment(data.checkpoint_at)],
      [t('integrity.last_entry'), moment(data.last_entry_at)],
      [t('integrity.root'), html`<bdi class="id">${data.root}</bdi>`],
      [t('integrity.log_key'), html`<bdi class="id">${data.log_key}</bdi>`],
      [t('integrity.witnesses'), data.witnesses.length ? data.witnesses.join(', ') : t('integrity.witnesses_none')],
    ];
    return html`<h1>${t('integrity.title')}</h1>
      <p class="lead">${t('integrity.explain')}</p>
      <section class="card facts"><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
      <section class="card"><h2>${t('integrity.checkpoint')}</h2><pre dir="ltr" tabindex="0">${data.checkpoint}</pre></section>
      <section class="card"><h2>${t('integrity.check')}</h2><p>${t('integrity.check_text')}</p>
        <pre dir="ltr" tabindex="0">printf 'log %s\\nquorum none\\n' '${data.log_key}' > trust
safeconduct audit verify EXPORT --trust trust
safeconduct audit replay EXPORT --trust trust</pre></section>`;
  },
};
