// Coming in: by password and code, by a one-time link, or through the identity provider.
import { html, nothing } from 'lit';
import { Refused, get, post, session } from './api.js';
import { signedIn, state, update } from './app.js';
import { span, t } from './text.js';

let busy = false;
let trouble = '';
let linkTried = false;

function say(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 429) return t('sign_in.locked', { time: span((error.body.wait_s ?? 60) * 1000) });
  if (error.status === 401) return t('sign_in.wrong');
  return t(error.message === 'provider' ? 'sign_in.provider' : 'sign_in.failed');
}

async function enter(body) {
  busy = true;
  trouble = '';
  update();
  try {
    await post('/api/sign-in', body);
    busy = false;
    await signedIn();
  } catch (error) {
    busy = false;
    trouble = say(error);
    if (body.link && error.status === 401) trouble = t('sign_in.link_wrong');
    update();
    document.getElementById(body.link ? 'name' : 'code')?.focus();
  }
}

function submit(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  enter({ name: form.get('name').trim(), password: form.get('password'), code: form.get('code').replace(/\s/g, '') });
}

async function leave() {
  try {
    location.assign((await get('/api/sign-in/openid')).url);
  } catch (error) {
    trouble = say(error);
    update();
  }
}

// The token stands after `#`, which no server sees; it is taken out of the address at once.
function tryLink() {
  if (linkTried || location.pathname !== '/sign-in' || location.hash.length < 20) return;
  linkTried = true;
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  queueMicrotask(() => enter({ link: token }));
}

export function signInView(choices) {
  tryLink();
  if (new URLSearchParams(location.search).has('refused') && !trouble) trouble = t('sign_in.wrong');
  return html`<main class="door" id="content" tabindex="-1">
    <form class="door-card" @submit=${submit}>
      <p class="brand"><img src="/assets/icon.svg" alt="" width="36" height="36">
        <span><strong>${t('app.title')}</strong><small>${session.network ?? ''}</small></span></p>
      <h1>${t('sign_in.title')}</h1>
      ${state.ended ? html`<p class="note" role="status">${t('sign_in.ended')}</p>` : nothing}
      <p class="trouble" role="alert">${trouble}</p>
      <label>${t('sign_in.name')}
        <input id="name" name="name" autocomplete="username" required maxlength="32" autocapitalize="none" spellcheck="false" dir="ltr"></label>
      <label>${t('sign_in.password')}
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024" dir="ltr"></label>
      <label>${t('sign_in.code')}
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9 ]{6,7}" maxlength="7" dir="ltr"></label>
      <button class="primary" ?disabled=${busy}>${t(busy ? 'sign_in.going' : 'sign_in.go')}</button>
      ${session.openid ? html`<p class="or"><span>${t('sign_in.or')}</span></p>
        <button type="button" id="openid" @click=${leave}>${t('sign_in.by', { name: session.openid_name })}</button>` : nothing}
      <div class="choices">${choices}</div>
    </form></main>`;
}
