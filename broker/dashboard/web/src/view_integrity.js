// How far the ledger was verified, and how to do it oneself.
import { html, nothing } from 'lit';
import { get } from './api.js';
import { moment, number, t } from './text.js';

const tones = { confirms: 'good', ahead: 'open', earlier: 'open', silent: 'warn', contradicts: 'bad' };

function witnesses(data) {
  if (data.witnesses.length === 0) return t('integrity.witnesses_none');
  return html`<ul class="lines">${data.witnesses.map((w) => html`<li><bdi>${w.name}</bdi>
      <span class="chip" data-tone=${tones[w.word]} data-witness=${w.word}>${t(`integrity.witness_${w.word}`, { n: w.size })}</span>
      ${w.at ? html`<small>${moment(w.at)}</small>` : nothing}</li>`)}</ul>
    <p class="detail">${t(data.enough ? 'integrity.enough' : 'integrity.not_enough')}</p>`;
}

// A trust file for the reader's own check: with the witnesses when the dashboard knows them.
function trustFile(data) {
  const text = data.policy ?? `log ${data.log_key}\nquorum none\n`;
  return `cat > trust <<'END'\n${text.endsWith('\n') ? text : `${text}\n`}END`;
}

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
      [t('integrity.witnesses'), witnesses(data)],
    ];
    return html`<h1>${t('integrity.title')}</h1>
      <p class="lead">${t('integrity.explain')}</p>
      <section class="card facts"><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
      <section class="card"><h2>${t('integrity.checkpoint')}</h2><pre dir="ltr" tabindex="0">${data.checkpoint}</pre></section>
      <section class="card"><h2>${t('integrity.check')}</h2><p>${t('integrity.check_text')}</p>
        <pre dir="ltr" tabindex="0">${trustFile(data)}
safeconduct audit verify EXPORT --trust trust
safeconduct audit replay EXPORT --trust trust</pre></section>`;
  },
};
