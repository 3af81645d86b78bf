// One referral: what happened, each event with its place in the ledger and whether it is proven.
import { html, nothing } from 'lit';
import { get } from './api.js';
import { href } from './app.js';
import { due, fromTo, icon, referralLink, stateChip, when, why } from './parts.js';
import { date, moment, number, span, t, word } from './text.js';

function sentence(event, row) {
  const values = { from: row.from, to: row.to, state: word('state', event.state) };
  return t(`event.${event.event}`, values);
}

function step(event, row) {
  return html`<li data-event=${event.event}>
    <p class="step"><strong>${sentence(event, row)}</strong>
      ${event.reason ? html`<span class="chip">${t('referral.reason')}: ${word('reason', event.reason)}</span>` : nothing}
      ${event.due ? html`<small>${t('referral.due', { time: moment(event.due) })}</small>` : nothing}</p>
    <p class="step-facts"><time datetime=${new Date(event.at).toISOString()}>${moment(event.at)}</time>
      <span>${t('referral.position', { n: event.position })}</span>
      <span class="proof" data-proof=${event.proof} title=${event.proof === 'verified' ? t('referral.verified_hint') : nothing}>
        ${event.proof === 'verified' ? icon('proof') : nothing}${t(`referral.${event.proof}`)}</span></p></li>`;
}

export const referralView = {
  load: () => get(`/api/referral?id=${encodeURIComponent(location.pathname.slice('/referral/'.length))}`),
  show(row) {
    const facts = [
      [t('list.for'), word('purpose', row.purpose)],
      [t('list.urgency'), word('urgency', row.urgency)],
      [t('list.basis'), word('basis', row.basis)],
      [t('list.opened'), when(row.opened)],
      [t('list.due'), due(row)],
      row.answered && [t('referral.answered'), span(row.answered - row.opened)],
      row.hop > 1 && [t('referral.hop'), number(row.hop)],
      row.parent && [t('referral.parent'), referralLink(row.parent)],
      row.consent_until && [t('referral.consent_until'), date(row.consent_until)],
      why(row) && [t('list.why'), why(row)],
    ].filter(Boolean);
    return html`<p><a href=${href('/referrals')} class="back">${t('referral.back')}</a></p>
      <div class="head"><h1>${t('referral.title', { id: row.id.slice(0, 8) })}</h1>${stateChip(row)}</div>
      <p class="lead">${fromTo(row)}</p>
      <div class="columns">
        <section class="card"><h2>${t('referral.timeline')}</h2>
          <ol class="timeline">${row.events.map((event) => step(event, row))}</ol></section>
        <section class="card facts"><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
          <p class="detail"><bdi class="id">${row.id}</bdi></p>
          <p class="detail">${t('referral.no_names')}</p></section>
      </div>`;
  },
};
