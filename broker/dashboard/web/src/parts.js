// What views are made of: icons, banners, tables, the words of a row.
import { html, nothing, svg } from 'lit';
import { href } from './app.js';
import { clock, moment, span, t, word } from './text.js';

const shapes = {
  overview: 'M4 4h7v7H4zM13 4h7v4h-7zM13 11h7v9h-7zM4 14h7v6H4z',
  referrals: 'M5 6h14M5 12h14M5 18h9',
  matrix: 'M4 4h16v16H4zM4 10h16M4 15h16M10 4v16M15 4v16',
  agencies: 'M4 20V8l8-4 8 4v12M9 20v-5h6v5M9 11h.01M15 11h.01',
  capacity: 'M3 18v-7h13a5 5 0 0 1 5 5v2M3 15h18M3 7v11M7 11V9',
  duties: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  exceptions: 'M12 4 3 19h18zM12 10v4M12 17h.01',
  trends: 'M4 18l5-6 4 3 7-9M4 4v16h16',
  report: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7M14 3v5h5',
  integrity: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.5 12l2.5 2.5L16 9.5',
  wall: 'M3 5h18v11H3zM9 20h6M12 16v4',
  pause: 'M8 5v14M16 5v14',
  resume: 'M7 5l12 7-12 7z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  leave: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  proof: 'M5 12.5 10 17 19 7',
};

export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${svg`<path d=${shapes[name] ?? ''}></path>`}</svg>`;
}

const bannerTimes = { reading: 'since', connecting: 'since', lost: 'since', stale: 'heard', broken: 'since' };

export function banner(state, link) {
  if (link === 'live' || link === 'paused') return nothing;
  if (link === 'connecting' && !state.feed) return nothing;
  const feed = state.feed ?? {};
  const time = link === 'offline' ? state.lostAt : feed[bannerTimes[link]];
  return html`<div class="banner" data-link=${link} role=${link === 'broken' ? 'alert' : 'status'}>
    ${icon(link === 'reading' ? 'duties' : 'exceptions')}
    <div><strong>${t(`link.${link}`)}</strong>
      <p>${t(`link.banner_${link}`, { time: clock(time), read: feed.read ?? 0, head: feed.head ?? 0 })}</p>
      ${feed.why && link !== 'reading' && link !== 'offline' ? html`<p class="detail" lang="en" dir="ltr">${feed.why}</p>` : nothing}
    </div></div>`;
}

export const shortId = (id) => html`<bdi class="id">${id.slice(0, 8)}</bdi>`;

export function referralLink(id) {
  return html`<a class="id" href=${href(`/referral/${id}`)} aria-label=${t('referral.title', { id: id.slice(0, 8) })}>${shortId(id)}</a>`;
}

export function stateChip(row) {
  const tone = { done: 'good', accepted: 'good', scheduled: 'good', active: 'good', closed: 'quiet',
    declined: 'warn', undeliverable: 'bad', expired: 'bad', refused: 'quiet', not_done: 'warn', no_show: 'warn',
    withdrawn: 'quiet', recalled: 'quiet', redirected: 'quiet' }[row.state] ?? 'open';
  return html`<span class="chip" data-tone=${tone}>${word('state', row.state)}</span>${row.escalated
    ? html` <span class="chip" data-tone="bad">${t('list.escalated')}</span>` : nothing}`;
}

export function when(ms) {
  if (!ms) return html`–`;
  const away = ms - Date.now();
  const text = away > 0 ? t('list.in', { time: span(away) }) : t('list.ago', { time: span(-away) });
  return html`<time datetime=${new Date(ms).toISOString()} title=${moment(ms)}>${text}</time>`;
}

export function due(row) {
  if (!row.due) return html`–`;
  const late = Date.now() - row.due;
  if (!row.overdue && late < 0) return when(row.due);
  return html`<time class="late" datetime=${new Date(row.due).toISOString()} title=${moment(row.due)}>${t('overview.late_by', { time: span(late) })}</time>`;
}

export function why(row) {
  const to = row.to;
  if (row.state === 'declined' || row.state === 'not_done') return word('reason', row.reason);
  if (row.state === 'sent' || (row.state === 'inquiry' && !row.delivered)) return t('why.not_delivered', { to });
  if (row.state === 'received') return t('why.no_answer', { to });
  if (row.state === 'inquiry') return t('why.inquiry', { to });
  return row.reason ? word('reason', row.reason) : '';
}

// columns: [heading, cell(row), class]. On a phone each row is a card whose cells carry their heading.
export function table(caption, columns, rows, options = {}) {
  return html`<div class="scroll" role="region" aria-label=${caption} tabindex="0"><table class=${options.class ?? 'cards'}>
    <caption class=${options.caption ? '' : 'visually-hidden'}>${caption}</caption>
    <thead><tr>${columns.map(([head, , kind]) => html`<th scope="col" class=${kind ?? nothing}>${head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr class=${options.rowClass?.(row) ?? nothing}>${columns.map(([head, cell, kind], i) =>
      i === 0 ? html`<th scope="row" class=${kind ?? nothing} data-head=${typeof head === 'string' ? head : ''}>${cell(row)}</th>`
        : html`<td class=${kind ?? nothing} data-head=${typeof head === 'string' ? head : ''}>${cell(row)}</td>`)}</tr>`)}</tbody></table></div>`;
}

export function empty(text) {
  return html`<div class="empty">${icon('proof')}<p>${text}</p></div>`;
}

export function fromTo(row) {
  return html`<span class="pair"><bdi>${row.from}</bdi><span class="arrow" aria-hidden="true"></span><bdi>${row.to}</bdi></span>`;
}
