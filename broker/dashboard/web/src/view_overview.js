// The first view: how many wait, who is late and why. And the same six numbers for a wall.
import { html, nothing } from 'lit';
import { get, session } from './api.js';
import { href, linkState, state } from './app.js';
import { banner, due, empty, fromTo, icon, referralLink, stateChip, table, when, why } from './parts.js';
import { clock, number, t, word } from './text.js';

const tiles = ['awaiting', 'overdue', 'escalated', 'declined', 'undeliverable', 'closed'];

function figure(name) {
  const n = state.tiles?.[name];
  if (n === undefined) return html`<span class="figure" aria-hidden="true">·</span>`;
  if (n === null) return html`<span class="figure" title=${t('app.few')}>&lt;5</span>`;
  return html`<span class="figure">${number(n)}</span>`;
}

function tile(name) {
  const n = state.tiles?.[name];
  const alarm = n !== undefined && n !== 0 && (name === 'overdue' || name === 'escalated');
  const inside = html`${figure(name)}<span class="tile-name">${t(`tile.${name}`)}</span>
    <span class="tile-hint">${t(`tile.${name}_hint`)}</span>`;
  return html`<li class="tile" data-tile=${name} data-alarm=${alarm}>
    ${session.role === 'wall_screen' ? html`<div class="tile-body">${inside}</div>`
      : html`<a class="tile-body" href=${href('/referrals', { tile: name })}>${inside}</a>`}</li>`;
}

export const overviewView = {
  everyEntry: false,
  async load() {
    const [late, agencies] = await Promise.all([
      get('/api/referrals?tile=overdue&order=due'), get('/api/agencies')]);
    return { at: Math.min(late.at, agencies.at), late, agencies: agencies.agencies };
  },
  show({ late, agencies }) {
    const silent = agencies.filter((a) => a.overdue > 0).sort((a, b) => b.overdue - a.overdue).slice(0, 8);
    return html`<h1 class="visually-hidden">${t('nav.overview')}</h1>
      <ul class="tiles">${tiles.map(tile)}</ul>
      <div class="columns">
        <section class="card"><div class="card-head"><h2>${t('overview.late')}</h2>
          ${late.total > 8 ? html`<a href=${href('/referrals', { tile: 'overdue' })}>${t('overview.all_late')} (${number(late.total)})</a>` : nothing}</div>
          ${late.total === 0 ? empty(t('overview.late_none')) : table(t('overview.late'), [
            [t('list.referral'), (row) => referralLink(row.id)],
            [`${t('list.from')} – ${t('list.to')}`, fromTo],
            [t('list.for'), (row) => html`${word('purpose', row.purpose)} <small>${word('urgency', row.urgency)}</small>`],
            [t('list.due'), due],
            [t('list.why'), (row) => html`${why(row)}${row.escalated ? html` <span class="chip" data-tone="bad">${t('list.escalated')}</span>` : nothing}`],
          ], late.rows.slice(0, 8))}
        </section>
        <section class="card"><div class="card-head"><h2>${t('overview.silent')}</h2></div>
          ${silent.length === 0 ? empty(t('overview.silent_none')) : html`<ul class="lines">${silent.map((a) => html`
            <li><a href=${href('/referrals', { tile: 'overdue', to: a.id })}><bdi>${a.id}</bdi></a>
              <span class="late">${t('overview.overdue_n', { n: a.overdue })}</span>
              <small>${t('overview.waiting_n', { n: a.waiting })} · ${t('agencies.last_seen')}: ${a.last_seen ? when(a.last_seen) : t('agencies.never')}</small></li>`)}</ul>`}
        </section>
      </div>`;
  },
};

export const wallView = {
  show() {
    return html`<main class="wall" id="content" tabindex="-1">
      <header><p class="brand"><img src="/assets/icon.svg" alt="" width="44" height="44">
        <span><strong>${t('app.title')}</strong><small>${session.network ?? ''}</small></span></p>
        ${session.role === 'wall_screen' ? nothing : html`<a class="quiet" href=${href('/')}>${t('nav.overview')}</a>`}
        <p class="pulse" data-link=${linkState()} role="status"><span class="dot" aria-hidden="true"></span>
          <span class="pulse-word">${t(`link.${linkState()}`)}</span>
          <span class="pulse-time">${state.at ? t('app.as_of', { time: clock(state.at) }) : ''}</span></p></header>
      ${banner(state, linkState())}
      <h1 class="visually-hidden">${t('nav.wall')}</h1>
      <ul class="tiles">${tiles.map(tile)}</ul></main>`;
  },
};
