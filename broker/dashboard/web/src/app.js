// The page's state and its frame: who is signed in, which view, how fresh, and what stands around
// every view.
import { html, nothing, render } from 'lit';
import { Refused, get, loadSession, post, session } from './api.js';
import * as live from './live.js';
import { chooseLanguage, clock, language, languages, t, word } from './text.js';
import { banner, icon } from './parts.js';
import { signInView } from './view_sign_in.js';
import { views } from './main.js';

export const state = {
  tiles: null,
  feed: null,
  at: 0, // of what is shown
  paused: false,
  lostAt: 0, // the page lost the dashboard
  menu: false,
  view: null, // name
  data: null,
  failed: null,
  busy: false,
  notice: '',
  ended: false,
};

const root = () => document.getElementById('app');

// ------------------------------------------------------------------ addresses

export function query() {
  return new URLSearchParams(location.search);
}

// An address of this site that keeps the reader's language and appearance.
export function href(path, values = {}) {
  const params = new URLSearchParams();
  for (const kept of ['lang', 'theme']) {
    if (query().get(kept)) params.set(kept, query().get(kept));
  }
  for (const [name, value] of Object.entries(values)) {
    if (value) params.set(name, value);
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

export function go(address, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  arrive();
}

function currentView() {
  const path = location.pathname;
  if (path.startsWith('/referral/')) return 'referral';
  if (path === '/') return session.role === 'wall_screen' ? 'wall' : 'overview';
  const name = path.slice(1);
  return views[name] && name !== 'referral' && name !== 'overview' ? name : 'unknown';
}

// ------------------------------------------------------------------ loading

let asked = 0;
let loadedAt = 0;
let again = 0;

async function load() {
  const view = views[state.view];
  if (!view?.load) return;
  const mine = ++asked;
  clearTimeout(again);
  again = 0;
  loadedAt = Date.now();
  try {
    const data = await view.load();
    if (mine !== asked) return;
    state.data = data;
    state.at = Math.max(state.at, data.at ?? 0);
    state.failed = null;
  } catch (error) {
    if (mine !== asked) return;
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) return ended();
    state.failed = error;
  }
  state.busy = false;
  update();
}

export function reload() {
  state.failed = null;
  state.busy = true;
  update();
  return load();
}

// What is shown is asked for again when something changed, but not all the time.
function refresh() {
  if (again) return;
  const wait = Math.max(50, 600 - (Date.now() - loadedAt));
  again = setTimeout(() => { again = 0; load(); }, wait);
}

async function arrive() {
  const view = currentView();
  const isNew = view !== state.view;
  const isFirst = state.view === null;
  state.view = view;
  state.menu = false;
  state.busy = true;
  if (isNew) state.data = null;
  state.failed = null;
  update();
  if (isNew && !isFirst) {
    document.getElementById('content')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  await load();
}

// ------------------------------------------------------------------ live

function onState(news) {
  state.lostAt = 0;
  state.feed = news.feed;
  state.tiles = news.tiles;
  const view = views[state.view];
  const touches = news.all || news.changed?.length > 0 || view?.everyEntry;
  if (!view?.load) state.at = news.at;
  if (touches && view?.load) refresh();
  else state.at = news.at;
  update();
}

function follow() {
  live.follow({
    state: onState,
    ended,
    wanted: () => Boolean(session.who) && !state.paused,
    lost() {
      if (!state.lostAt) state.lostAt = Date.now();
      update();
      // The stream also ends when the session does.
      loadSession().then((now) => { if (!now.who) ended(); }, () => {});
    },
  });
}

export function pause() {
  state.paused = !state.paused;
  if (state.paused) {
    live.stop();
  } else {
    live.resume();
    load();
  }
  update();
}

// ------------------------------------------------------------------ coming and going

function ended() {
  if (state.ended) return;
  session.who = '';
  live.stop();
  state.ended = true;
  state.data = null;
  state.tiles = null;
  update();
}

export async function signedIn() {
  await loadSession();
  state.ended = false;
  state.lostAt = 0;
  state.view = null;
  if (location.pathname === '/sign-in') history.replaceState(null, '', href('/'));
  follow();
  await arrive();
}

async function signOut() {
  await post('/api/sign-out').catch(() => {});
  session.who = '';
  state.lostAt = 0;
  live.stop();
  state.data = state.tiles = null;
  history.replaceState(null, '', href('/sign-in'));
  update();
}

// ------------------------------------------------------------------ the frame

const navigation = {
  network_coordinator: ['overview', 'referrals', 'matrix', 'agencies', 'capacity', 'duties', 'exceptions', 'trends', 'report', 'integrity', 'wall'],
  wall_screen: [],
};

function link(name) {
  const path = name === 'overview' ? '/' : `/${name}`;
  const isHere = state.view === name || (name === 'referrals' && state.view === 'referral');
  return html`<li><a href=${href(path)} aria-current=${isHere ? 'page' : nothing}>
    ${icon(name)}<span>${t(`nav.${name}`)}</span></a></li>`;
}

function keepInAddress(name, value) {
  const params = query();
  if (value) params.set(name, value);
  else params.delete(name);
  const text = params.toString();
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : '') + location.hash);
  appearance();
  update();
}

function choices() {
  return html`
    <label><span class="visually-hidden">${t('app.language')}</span>
      <select id="language" @change=${(e) => keepInAddress('lang', e.target.value)}>
        ${Object.entries(languages).map(([code, text]) => html`
          <option value=${code} lang=${code} ?selected=${code === language()}>${text.language}</option>`)}
      </select></label>
    <label><span class="visually-hidden">${t('app.theme')}</span>
      <select id="theme" @change=${(e) => keepInAddress('theme', e.target.value)}>
        ${['auto', 'light', 'dark'].map((theme) => html`
          <option value=${theme === 'auto' ? '' : theme} ?selected=${(query().get('theme') ?? 'auto') === theme}>
            ${t(`app.theme_${theme}`)}</option>`)}
      </select></label>`;
}

export function linkState() {
  if (state.paused) return 'paused';
  if (state.lostAt) return 'offline';
  return state.feed?.link ?? 'connecting';
}

function pulse() {
  const link_ = linkState();
  return html`<p class="pulse" data-link=${link_} role="status">
    <span class="dot" aria-hidden="true"></span>
    <span class="pulse-word">${t(`link.${link_}`)}</span>
    <span class="pulse-time">${state.at ? t('app.as_of', { time: clock(state.at) }) : ''}</span></p>`;
}

function frame(content) {
  const entries = navigation[session.role] ?? navigation.network_coordinator;
  return html`
    <a class="skip" href="#content">${t('app.skip')}</a>
    <header class="top">
      <a class="brand" href=${href('/')}><img src="/assets/icon.svg" alt="" width="28" height="28">
        <span><strong>${t('app.title')}</strong><small>${session.network ?? ''}</small></span></a>
      ${pulse()}
      <button class="quiet" id="pause" aria-pressed=${state.paused} @click=${pause}>
        ${icon(state.paused ? 'resume' : 'pause')}<span>${t(state.paused ? 'app.resume' : 'app.pause')}</span></button>
      <button class="quiet menu-button" aria-expanded=${state.menu} aria-controls="navigation"
        @click=${() => { state.menu = !state.menu; update(); }}>${icon('menu')}<span>${t('app.menu')}</span></button>
    </header>
    <div class="frame">
      <nav id="navigation" class=${state.menu ? 'open' : ''} aria-label=${t('app.views')}>
        <ul>${entries.map(link)}</ul>
        <div class="account">
          <p class="who"><strong>${session.who}</strong>
            <small>${word('role', session.role)}${session.agency ? html` · ${session.agency}` : nothing}</small></p>
          <div class="choices">${choices()}</div>
          <button class="quiet" id="sign-out" @click=${signOut}>${icon('leave')}<span>${t('app.sign_out')}</span></button>
        </div>
      </nav>
      <main id="content" tabindex="-1" aria-busy=${state.busy}>
        ${banner(state, linkState())}
        ${content}
      </main>
    </div>`;
}

function body() {
  if (state.view === 'unknown') return html`<h1>${t('app.not_found')}</h1>`;
  if (state.failed) {
    const key = { 403: 'refused', 404: 'not_found' }[state.failed.status] ?? 'failed';
    return html`<div class="empty"><p>${t(`app.${key}`)}</p>
      <button @click=${reload}>${t('app.retry')}</button></div>`;
  }
  const view = views[state.view];
  if (view.load && !state.data) {
    return html`<div class="loading" role="status"><span class="bar" aria-hidden="true"></span>${t('app.loading')}</div>`;
  }
  return view.show(state.data);
}

function title() {
  const name = state.view && session.who ? t(`nav.${state.view === 'referral' ? 'referrals' : state.view}`) : t('sign_in.title');
  document.title = `${name.startsWith('nav.') ? '' : `${name} · `}${t('app.title')}`;
}

export function update() {
  title();
  const screen = !session.who ? signInView(choices()) : state.view === 'wall' ? views.wall.show() : frame(body());
  render(screen, root());
  views[state.view]?.drawn?.(state.data);
}

function appearance() {
  chooseLanguage(query().get('lang'));
  const theme = query().get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

// Links inside the site change the view without loading the page again.
function onClick(event) {
  const anchor = event.target.closest('a[href]');
  const plain = !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!anchor || !plain || anchor.target || anchor.hasAttribute('download')) return;
  const url = new URL(anchor.href);
  if (url.origin !== location.origin || url.pathname.startsWith('/assets/')) return;
  event.preventDefault();
  if (url.hash === '#content') {
    document.getElementById('content').focus();
  } else {
    go(url.pathname + url.search);
  }
}

export async function start() {
  appearance();
  addEventListener('popstate', () => { appearance(); arrive(); });
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.menu) { state.menu = false; update(); }
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', update);
  // Clocks on the screen run on.
  setInterval(() => { if (session.who && !state.paused) update(); }, 15000);
  try {
    await loadSession();
  } catch {
    state.lostAt = Date.now();
  }
  if (session.who) await signedIn();
  else update();
}
