// What the page asks the dashboard for. Nothing is kept in the browser.
export const session = { csrf: '', who: '', role: '' };

export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? 'failed');
    this.status = status;
    this.body = body;
  }
}

// A person has done something since the last request: keeps the session from locking.
let isActive = true;
for (const kind of ['pointerdown', 'keydown', 'scroll']) {
  addEventListener(kind, () => { isActive = true; }, { passive: true, capture: true });
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (isActive) headers['X-Active'] = '1';
  isActive = false;
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: 'no-store', redirect: 'error' });
  } catch {
    throw new Refused(0, {});
  }
  if (response.ok) return response;
  throw new Refused(response.status, await response.json().catch(() => ({})));
}

export async function get(path) {
  return (await ask(path)).json();
}

export async function post(path, body = {}, as = 'json') {
  const response = await ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Csrf': session.csrf },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response[as]() };
}

export async function loadSession() {
  const loaded = await get('/api/session');
  Object.assign(session, { csrf: '', who: '', role: '', agency: '' }, loaded);
  return session;
}
