// The list of referrals, with its filters in the address.
import { html, nothing } from 'lit';
import { get, post } from './api.js';
import { go, href, query, state, update } from './app.js';
import { due, empty, fromTo, referralLink, stateChip, table, when, why } from './parts.js';
import { languages, number, t, word } from './text.js';

const filters = ['tile', 'state', 'from', 'to', 'agency', 'purpose', 'urgency', 'since', 'until', 'id'];
let exportState = '';

function chosen() {
  const out = {};
  for (const name of [...filters, 'order', 'page']) {
    const value = query().get(name);
    if (value) out[name] = value;
  }
  return out;
}

function address(values) {
  return `/api/referrals?${new URLSearchParams(values)}`;
}

function change(event) {
  const form = new FormData(event.target.form ?? event.target);
  const values = {};
  for (const name of [...filters, 'order']) values[name] = (form.get(name) ?? '').toString().trim().toLowerCase();
  if (values.order === 'due') values.order = '';
  go(href('/referrals', values), true);
}

function select(name, label, words, current, group) {
  return html`<label>${label}<select name=${name} id="filter-${name}">
    <option value="">${t('app.all')}</option>
    ${words.map((code) => html`<option value=${code} ?selected=${code === current}>${group ? word(group, code) : code}</option>`)}
  </select></label>`;
}

async function exportList() {
  exportState = 'busy';
  update();
  try {
    const { body } = await post('/api/export', { list: address({ ...chosen(), page: '' }).replace('&page=', '') }, 'blob');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(body);
    link.download = `referrals-${new Date().toISOString().slice(0, 16).replaceAll(':', '')}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    exportState = '';
  } catch {
    exportState = 'failed';
  }
  update();
}

function form(values, agencies) {
  const ids = agencies.map((a) => a.id);
  const used = filters.filter((name) => values[name]).length;
  return html`<details class="filters card" ?open=${innerWidth > 900}>
    <summary>${t('list.filters')}${used ? html` <span class="count">${number(used)}</span>` : nothing}</summary>
    <form @change=${change} @submit=${(e) => { e.preventDefault(); change(e); }}>
      ${select('tile', t('list.tile'), ['awaiting', 'overdue', 'escalated', 'declined', 'undeliverable', 'closed'], values.tile, 'tile')}
      ${select('state', t('list.state'), Object.keys(languages.en.state), values.state, 'state')}
      ${select('from', t('list.from'), ids, values.from)}
      ${select('to', t('list.to'), ids, values.to)}
      ${select('purpose', t('list.for'), Object.keys(languages.en.purpose).filter((w) => w !== 'unknown'), values.purpose, 'purpose')}
      ${select('urgency', t('list.urgency'), Object.keys(languages.en.urgency), values.urgency, 'urgency')}
      <label>${t('list.since')}<input type="date" name="since" .value=${values.since ?? ''}></label>
      <label>${t('list.until')}<input type="date" name="until" .value=${values.until ?? ''}></label>
      <label>${t('list.id')}<input name="id" .value=${values.id ?? ''} maxlength="32" pattern="[0-9a-fA-F]*" autocapitalize="none" spellcheck="false" dir="ltr"></label>
      <label>${t('list.order')}<select name="order">${['due', 'changed', 'opened'].map((o) => html`
        <option value=${o} ?selected=${o === (values.order ?? 'due')}>${t(`list.order_${o}`)}</option>`)}</select></label>
      ${used ? html`<a class="button" href=${href('/referrals')}>${t('list.clear')}</a>` : nothing}
    </form></details>`;
}

function pages(data, values) {
  if (data.pages <= 1) return nothing;
  const to = (page, text) => html`<a class="button" href=${href('/referrals', { ...values, page: page > 1 ? String(page) : '' })}>${text}</a>`;
  return html`<nav class="pages" aria-label=${t('list.page', { page: data.page, pages: data.pages })}>
    ${data.page > 1 ? to(data.page - 1, t('list.previous')) : html`<span></span>`}
    <span>${t('list.page', { page: data.page, pages: data.pages })}</span>
    ${data.page < data.pages ? to(data.page + 1, t('list.next')) : html`<span></span>`}</nav>`;
}

let known = null; // agencies for the filters

export const listView = {
  async load() {
    const [list, agencies] = await Promise.all([get(address(chosen())), known ?? get('/api/matrix?days=366')]);
    if (!known) {
      known = agencies.agencies.sort().map((id) => ({ id }));
    }
    return list;
  },
  show(data) {
    const values = chosen();
    const filtered = filters.some((name) => values[name]);
    return html`<div class="head"><h1>${values.tile ? word('tile', values.tile) : t('nav.referrals')}</h1>
      <p class="total" role="status">${t('list.found', { n: data.total })}</p>
      <button id="export" ?disabled=${exportState === 'busy' || data.total === 0} @click=${exportList}>${t('list.export')}</button></div>
      ${exportState ? html`<p class="note" role="status">${t(exportState === 'busy' ? 'list.exporting' : 'list.export_failed')}</p>` : nothing}
      ${form(values, known ?? [])}
      ${data.rows.length === 0 ? empty(t(filtered ? 'list.empty' : 'list.empty_all')) : html`<div class="card flush">${table(t('nav.referrals'), [
        [t('list.referral'), (row) => referralLink(row.id)],
        [`${t('list.from')} – ${t('list.to')}`, fromTo],
        [t('list.for'), (row) => word('purpose', row.purpose)],
        [t('list.urgency'), (row) => word('urgency', row.urgency)],
        [t('list.state'), stateChip],
        [t('list.opened'), (row) => when(row.opened)],
        [t('list.due'), due],
        [t('list.why'), why],
      ], data.rows, { rowClass: (row) => (row.overdue ? 'row-late' : '') })}</div>`}
      ${pages(data, values)}`;
  },
};

export function forgetAgencies() {
  known = null;
}
