// browser.mjs STAGE MODULES SHOTS: a coordinator's day in real Chromium, against a real broker and
// a real dashboard. STAGE is the program dashboard_stage, MODULES where `npm ci` put the packages,
// SHOTS where screenshots go.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [stagePath, modules, shots] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(shots, { recursive: true });

// ------------------------------------------------------------------ the stage

class Stage {
  constructor() {
    this.child = spawn(stagePath, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }
  async next() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the stage ended');
    return JSON.parse(value);
  }
  async ask(command, values = {}) {
    this.child.stdin.write(`${JSON.stringify({ do: command, ...values })}\n`);
    const answer = await this.next();
    if (answer.error) throw new Error(`${command}: ${answer.error}`);
    return answer;
  }
  end() {
    this.child.stdin.end();
    return new Promise((done) => this.child.on('exit', done));
  }
}

const stage = new Stage();
const { address } = await stage.next();
const { folder, canary, password } = await stage.ask('folder');
const browser = await chromium.launch({
  executablePath: process.env.SAFECONDUCT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});

// ------------------------------------------------------------------ what every page does

const sent = []; // every body that the dashboard sent to a browser
const complaints = []; // errors and requests to elsewhere, on any page

const sizes = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1366, height: 860 },
  wall: { width: 1920, height: 1080 },
};

async function open(size, options = {}) {
  const context = await browser.newContext({ viewport: sizes[size], reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|403|404|429)|ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text())) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address)) complaints.push(`a request to ${request.url()}`);
  });
  page.on('response', async (response) => {
    if (/event-stream/.test(response.headers()['content-type'] ?? '')) return;
    const body = await response.body().catch(() => Buffer.alloc(0));
    sent.push(Buffer.concat([Buffer.from(JSON.stringify(response.headers())), body]));
  });
  return page;
}

async function enter(page, who, path = '') {
  const { link } = await stage.ask('link', { who });
  await page.goto(path ? link.replace('/sign-in', `/sign-in${path}`) : link);
  await page.waitForSelector('header.top, main.wall');
}

async function visit(page, path) {
  await page.evaluate((to) => {
    const a = document.createElement('a');
    a.href = to;
    document.getElementById('content').append(a);
    a.click();
    a.remove();
  }, path);
  await page.waitForSelector('main#content[aria-busy="false"], main.wall');
}

async function axe(page, where) {
  // The content policy of the page does not concern what the test itself adds.
  await page.evaluate(`(() => { ${axeSource}; window.axeHere = axe; })()`);
  const found = await page.evaluate(async () => {
    const result = await window.axeHere.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary ?? ''}`).join(' | ')})`);
  });
  assert.deepEqual(found, [], `axe at ${where}`);
}

async function noSidewaysScroll(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 1, `${where} is ${wide} pixels too wide`);
}

const shot = (page, name, whole = false) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: whole });

const only = process.env.SAFECONDUCT_ONLY;
let failures = 0;
async function test(name, play) {
  if (only && !name.includes(only)) return;
  const start = Date.now();
  try {
    await play();
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}\n      ${error.stack?.split('\n').slice(0, 8).join('\n      ')}`);
  }
}

// ------------------------------------------------------------------ the network's morning

const late = [];
late.push((await stage.ask('refer', { from: 'bridge', to: 'haven', urgency: 'immediate', answer_in_ms: 1500 })).referral);
for (const [to, urgency] of [['haven', 'tonight'], ['stmary', 'day'], ['lexaid', 'soon'], ['stmary', 'routine'], ['haven', 'tonight']]) {
  await stage.ask('refer', { to, urgency });
}
const accepted = (await stage.ask('refer', { to: 'haven' })).referral;
await stage.ask('move', { by: 'haven', referral: accepted, move: 'accept' });
const done = (await stage.ask('refer', { to: 'stmary', urgency: 'day' })).referral;
await stage.ask('move', { by: 'stmary', referral: done, move: 'accept' });
await stage.ask('move', { by: 'stmary', referral: done, move: 'done' });
const declined = (await stage.ask('refer', { to: 'harbour' })).referral;
await stage.ask('move', { by: 'harbour', referral: declined, move: 'decline', reason: 'no_capacity' });
const taken = (await stage.ask('refer', { to: 'haven' })).referral;
await stage.ask('withdraw', { referral: taken });
late.push((await stage.ask('refer', { from: 'bridge', to: 'harbour', answer_in_ms: 1500, take: false })).referral);
const ending = (await stage.ask('refer', { to: 'lexaid', urgency: 'routine', consent_days: 3 })).referral;
await stage.ask('capacity');
await stage.ask('unmet', { times: 3 });
await stage.ask('exception');
await new Promise((next) => setTimeout(next, 1800)); // the two deadlines pass

const views = ['/', '/referrals', `/referral/${done}`, '/matrix', '/agencies', '/capacity', '/duties', '/exceptions', '/trends', '/report', '/integrity', '/wall'];
const nameOf = (path) => (path === '/' ? 'overview' : path.split('/')[1]);

const desk = await open('laptop', { colorScheme: 'light' });

// ------------------------------------------------------------------ tests

await test('A one-time link signs in, once, and leaves no trace in the address', async () => {
  const { link } = await stage.ask('link', { who: 'ana' });
  await desk.goto(link);
  await desk.waitForSelector('nav#navigation');
  assert.ok(!desk.url().includes('#'));
  const other = await open('laptop');
  await other.goto(link);
  await other.waitForSelector('.trouble:not(:empty)');
  assert.match(await other.textContent('.trouble'), /used already/);
  await other.context().close();
});

await test('From the first view: who is late and why', async () => {
  await desk.waitForSelector('.tile[data-tile="overdue"] .figure:text("2")');
  const rows = await desk.locator('section.card').first().locator('tbody tr').allTextContents();
  assert.equal(rows.length, 2);
  const text = rows.join(' ');
  assert.match(text, /haven has it and has not answered/);
  assert.match(text, /harbour has not been connected/);
  await shot(desk, 'laptop-light-overview');
});

await test('Every view shows what the ledger says', async () => {
  await visit(desk, '/referrals?tile=declined');
  assert.match(await desk.textContent('tbody'), /no place/);
  await visit(desk, `/referral/${done}`);
  const steps = await desk.locator('.timeline li').allTextContents();
  assert.ok(steps.length >= 5, `steps: ${steps.length}`);
  assert.ok(steps.every((step) => /proven/.test(step) && /Ledger entry \d+/.test(step)));
  await visit(desk, '/matrix');
  assert.match(await desk.textContent('table.matrix'), /median/);
  await visit(desk, '/agencies');
  assert.equal(await desk.locator('tbody tr').count(), 5);
  assert.equal(await desk.locator('tbody .software').first().textContent(), 'rig');
  await visit(desk, '/capacity');
  assert.match(await desk.textContent('main'), /places free/);
  assert.match(await desk.textContent('main'), /north-2/);
  await visit(desk, '/duties');
  assert.match(await desk.textContent('main'), new RegExp(taken.slice(0, 8)));
  const ends = await desk.locator('section.card', { hasText: 'Consent that ends' }).textContent();
  assert.match(ends, new RegExp(ending.slice(0, 8)));
  assert.ok(!ends.includes(done.slice(0, 8)));
  await visit(desk, '/exceptions');
  assert.match(await desk.textContent('main'), /exception without consent/);
  await visit(desk, '/trends');
  await desk.waitForSelector('#chart-days canvas');
  await visit(desk, '/report');
  assert.match(await desk.textContent('main'), /Closed-loop rate/);
  await visit(desk, '/integrity');
  assert.match(await desk.textContent('main'), /test\.example\/log/);
});

await test('Filters stand in the address and survive a reload', async () => {
  await visit(desk, '/referrals');
  await desk.selectOption('#filter-to', 'stmary');
  await desk.waitForURL(/to=stmary/);
  await desk.waitForSelector('main[aria-busy="false"]');
  await desk.reload();
  await desk.waitForSelector('tbody tr');
  const rows = await desk.locator('tbody tr').allTextContents();
  assert.ok(rows.length >= 2 && rows.every((row) => row.includes('stmary')));
});

await test('An event is on the screen without a reload', async () => {
  await visit(desk, '/referrals?to=lexaid');
  const before = await desk.locator('tbody tr').count();
  const tile = Number(await desk.evaluate(() => fetch('/api/tiles').then((r) => r.json()).then((j) => j.tiles.awaiting)));
  const seen = desk.waitForFunction((n) => document.querySelectorAll('tbody tr').length > n, before);
  await stage.ask('refer', { to: 'lexaid', urgency: 'day' });
  const at = Date.now();
  await seen;
  console.log(`      on the screen ${Date.now() - at} ms after the broker's answer`);
  await visit(desk, '/');
  await desk.waitForFunction((n) => Number(document.querySelector('[data-tile="awaiting"] .figure').textContent) > n, tile);
});

await test('Pause holds the screen, resume catches up', async () => {
  await visit(desk, '/referrals?to=lexaid');
  const before = await desk.locator('tbody tr').count();
  await desk.click('#pause');
  await stage.ask('refer', { to: 'lexaid', urgency: 'soon' });
  await desk.waitForSelector('.pulse[data-link="paused"]');
  assert.equal(await desk.locator('tbody tr').count(), before);
  await desk.click('#pause');
  await desk.waitForFunction((n) => document.querySelectorAll('tbody tr').length > n, before);
});

await test('A coordinator takes note of an exception, and that is in the ledger', async () => {
  await visit(desk, '/exceptions');
  await desk.locator('button[data-position]').first().click();
  await desk.waitForSelector('.chip:text("Noted by ana")');
});

await test('An export is written down first, then handed out', async () => {
  await visit(desk, '/referrals');
  const download = desk.waitForEvent('download');
  await desk.click('#export');
  const path = await (await download).path();
  const csv = readFileSync(path, 'utf8');
  assert.match(csv, /^referral,from,to,state/);
  assert.ok(csv.split('\r\n').length > 10);
});

await test('Each view is clean for axe and fits, light and dark, on phone and laptop', async () => {
  for (const size of ['laptop', 'phone']) {
    for (const theme of ['light', 'dark']) {
      const page = await open(size, { colorScheme: theme });
      await enter(page, 'ana');
      for (const view of views) {
        await visit(page, view);
        await page.waitForTimeout(120);
        await shot(page, `${size}-${theme}-${nameOf(view)}`, true);
        await axe(page, `${view} ${size} ${theme}`);
        await noSidewaysScroll(page, `${view} ${size}`);
      }
      await page.context().close();
    }
  }
});

await test('The sign-in page is clean for axe in every language', async () => {
  const page = await open('phone', { colorScheme: 'dark' });
  for (const lang of ['en', 'es', 'fr', 'ar', 'ro']) {
    await page.goto(`${address}/sign-in?lang=${lang}`);
    await page.waitForSelector('form');
    await axe(page, `sign-in ${lang}`);
    await noSidewaysScroll(page, `sign-in ${lang}`);
    await shot(page, `phone-sign-in-${lang}`);
  }
  await page.context().close();
});

await test('Arabic runs from right to left, and every language has every word', async () => {
  const page = await open('laptop', { colorScheme: 'light' });
  await enter(page, 'ana', '?lang=ar');
  assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
  const nav = await page.locator('nav#navigation').boundingBox();
  assert.ok(nav.x > 600, 'the navigation stands on the right');
  for (const view of ['/', '/referrals', `/referral/${done}`, '/matrix', '/trends']) {
    await visit(page, `${view}?lang=ar`);
    await page.waitForTimeout(120);
    await shot(page, `laptop-rtl-${nameOf(view)}`, true);
    await axe(page, `${view} rtl`);
    await noSidewaysScroll(page, `${view} rtl`);
  }
  for (const lang of ['es', 'fr', 'ro']) {
    await visit(page, `/report?lang=${lang}`);
    await page.evaluate((l) => { const s = document.getElementById('language'); s.value = l; s.dispatchEvent(new Event('change')); }, lang);
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    await shot(page, `laptop-${lang}-report`, true);
  }
  await page.context().close();
});

await test('Forced colours, 200 % zoom and a phone keep everything in reach', async () => {
  const page = await open('laptop', { colorScheme: 'dark', forcedColors: 'active' });
  await enter(page, 'ana');
  await shot(page, 'laptop-forced-overview', true);
  await axe(page, 'overview forced colours');
  await page.setViewportSize({ width: 683, height: 430 }); // 1366 x 860 at 200 %
  for (const view of ['/', '/referrals', '/matrix', '/report']) {
    await visit(page, view);
    await noSidewaysScroll(page, `${view} at 200 %`);
  }
  await page.context().close();
});

await test('The keyboard alone reaches a late referral', async () => {
  const page = await open('laptop');
  await enter(page, 'ana');
  await page.waitForSelector('.tile[data-tile="overdue"] .figure:text("2")');
  await page.reload();
  await page.waitForSelector('.tile[data-tile="overdue"] .figure:text("2")');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  const walk = async (wanted) => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((w) => document.activeElement.matches(w), wanted)) return;
    }
    assert.fail(`no way by keyboard to ${wanted}`);
  };
  await walk('.tile[data-tile="overdue"] a');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus can be seen');
  await page.keyboard.press('Enter');
  await page.waitForURL(/tile=overdue/);
  await page.waitForSelector('tbody tr');
  await walk('tbody a');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.timeline');
  await page.context().close();
});

await test('Roles: an agency sees its own, an auditor acts on nothing, a wall shows tiles only', async () => {
  const lea = await open('laptop');
  await enter(lea, 'lea');
  await visit(lea, '/referrals');
  await lea.waitForSelector('tbody tr');
  const rows = await lea.locator('tbody tr').allTextContents();
  assert.ok(rows.length >= 4 && rows.every((row) => row.includes('haven')));
  await visit(lea, `/referral/${done}`);
  assert.match(await lea.textContent('main'), /not yours to see/);
  await visit(lea, '/report');
  assert.match(await lea.textContent('main'), /rest of the network/);
  await shot(lea, 'laptop-agency-report', true);
  await lea.context().close();
  const audrey = await open('laptop');
  await enter(audrey, 'audrey');
  await visit(audrey, '/exceptions');
  assert.equal(await audrey.locator('button[data-position]').count(), 0);
  await audrey.context().close();
  const wall = await open('wall', { colorScheme: 'dark' });
  await enter(wall, 'wall1');
  await wall.waitForSelector('main.wall .figure:text("<5")');
  assert.equal(await wall.locator('main.wall a').count(), 0);
  for (const path of ['referrals', 'agencies', 'matrix', 'report', 'capacity', 'duties', 'exceptions', 'integrity', 'trends', `referral?id=${done}`]) {
    assert.equal(await wall.evaluate((p) => fetch(`/api/${p}`).then((r) => r.status), path), 403, path);
  }
  await axe(wall, 'wall');
  await shot(wall, 'wall-dark');
  await wall.emulateMedia({ colorScheme: 'light' });
  await shot(wall, 'wall-light');
  await wall.context().close();
});

await test('Markup that an agency sends is text on every view, and nothing of it runs', async () => {
  const markup = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
  await stage.ask('markup', { text: markup });
  const page = await open('laptop');
  const alarms = [];
  page.on('dialog', (dialog) => { alarms.push(dialog.message()); dialog.dismiss(); });
  page.on('console', (message) => { if (/Content Security Policy|Trusted/.test(message.text())) alarms.push(message.text()); });
  await enter(page, 'ana');
  await visit(page, '/agencies');
  await page.waitForFunction((text) => document.querySelector('main').textContent.includes(text), markup.slice(0, 64));
  // And were a broker and the dashboard to let it through anywhere: every text of every answer.
  const spoil = (value) => {
    if (typeof value === 'string') return `${value}"'>${markup}javascript:window.ran=1`;
    if (Array.isArray(value)) return value.map(spoil);
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spoil(v)]));
    return value;
  };
  let spoilt = 0;
  await page.route(/\/api\/(?!session|events|sign)/, async (route) => {
    const response = await route.fetch();
    const body = response.ok() ? spoil(await response.json()) : {};
    // Days are read as dates by the charts.
    for (const day of body.days ?? []) day.date = day.date.slice(0, 10);
    spoilt += 1;
    await route.fulfill({ response, json: body });
  });
  for (const view of views.filter((v) => v !== '/wall')) {
    await visit(page, view);
    await page.waitForFunction(() => document.querySelector('main').textContent.trim().length > 20);
    const found = await page.evaluate(() => ({
      ran: window.ran ?? 0,
      alien: document.querySelectorAll('main img, main script, main iframe, main [onerror]').length,
      links: [...document.querySelectorAll('a[href]')].map((a) => a.protocol).filter((p) => p !== location.protocol),
    }));
    assert.deepEqual(found, { ran: 0, alien: 0, links: [] }, view);
  }
  assert.ok(spoilt >= views.length - 1, `answers: ${spoilt}`);
  assert.deepEqual(alarms, []);
  await page.context().close();
});

await test('Password and code sign in; a wrong one says what to check', async () => {
  const page = await open('laptop');
  await page.goto(`${address}/sign-in`);
  await page.fill('#name', 'audrey');
  await page.fill('#password', 'wrong password here');
  await page.fill('#code', '000000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.trouble:not(:empty)');
  assert.match(await page.textContent('.trouble'), /not right/);
  await page.fill('#password', password);
  await page.fill('#code', (await stage.ask('code', { who: 'audrey' })).code);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav#navigation');
  const cookies = await page.context().cookies();
  assert.equal(cookies.length, 1);
  const { name, httpOnly, secure, sameSite, path } = cookies[0];
  assert.deepEqual({ name, httpOnly, secure, sameSite, path }, { name: '__Host-safeconduct', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await page.click('#sign-out');
  await page.waitForSelector('form');
  assert.equal(await page.evaluate(() => fetch('/api/tiles').then((r) => r.status)), 401);
  await page.context().close();
});

await test('The feed is lost and comes back, and the page says so', async () => {
  await visit(desk, '/');
  await stage.ask('stop_broker');
  await desk.waitForSelector('.banner[data-link="lost"]');
  assert.match(await desk.textContent('.banner'), /as it was then/);
  await shot(desk, 'laptop-light-lost');
  await axe(desk, 'feed lost');
  await stage.ask('start_broker');
  await desk.waitForSelector('.pulse[data-link="live"]', { timeout: 20000 });
  const before = Number(await desk.textContent('[data-tile="awaiting"] .figure'));
  await stage.ask('refer', { to: 'stmary', urgency: 'day' });
  await desk.waitForFunction((n) => Number(document.querySelector('[data-tile="awaiting"] .figure').textContent) > n, before);
});

await test('The dashboard restarts: the page says so and asks for a new sign-in, with nothing lost', async () => {
  const before = await desk.textContent('[data-tile="awaiting"] .figure');
  assert.equal((await stage.ask('stop_dashboard')).exit, 0);
  await desk.waitForSelector('.banner[data-link="offline"]');
  await shot(desk, 'laptop-light-offline');
  await stage.ask('start_dashboard');
  await desk.waitForSelector('form', { timeout: 20000 });
  await enter(desk, 'ana');
  await desk.waitForSelector(`[data-tile="awaiting"] .figure:text("${before}")`);
  await visit(desk, '/exceptions');
  await desk.waitForSelector('.chip:text("Noted by ana")');
});

// Long forms: they measure and print; what they assert is that it was measured.
if (process.env.SAFECONDUCT_LONG) {
  await test('Sixty events a second: how long a frame takes', async () => {
    for (const view of ['/', '/referrals', '/matrix']) {
      await visit(desk, view);
      await desk.evaluate(() => {
        window.frames_ = [];
        let last = performance.now();
        const step = (now) => { window.frames_.push(now - last); last = now; if (!window.still) requestAnimationFrame(step); };
        window.still = false;
        requestAnimationFrame(step);
      });
      const { entries } = await stage.ask('busy', { ms: 10000, per_second: 60 });
      const frames = (await desk.evaluate(() => { window.still = true; return window.frames_; })).slice(1).sort((a, b) => a - b);
      const at = (share) => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))].toFixed(1);
      console.log(`      ${view}: ${entries / 10} entries/s, ${frames.length} frames, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, ${frames.filter((f) => f > 100).length} over 100 ms`);
      assert.ok(entries > 100 && frames.length > 100);
    }
  });
}

await test('A witness confirms the ledger; one that signed another stops everything, and the page says so', async () => {
  await stage.ask('witness', { honest: true });
  await enter(desk, 'ana');
  await visit(desk, '/integrity');
  await desk.waitForSelector('[data-witness="confirms"]', { timeout: 20000 });
  assert.match(await desk.textContent('main'), /Enough witnesses/);
  await shot(desk, 'laptop-light-witness', true);
  await stage.ask('witness', { honest: false });
  await enter(desk, 'ana');
  await desk.waitForSelector('.banner[data-link="broken"]', { timeout: 20000 });
  assert.match(await desk.textContent('.banner'), /witness\.example.*cosigned another log/);
  await shot(desk, 'laptop-light-broken');
  await axe(desk, 'a broken feed');
});

await test('Nothing that was sent or written holds content, and nothing is asked of anyone else', async () => {
  assert.ok(sent.length > 100, `bodies: ${sent.length}`);
  const needle = Buffer.from(canary);
  for (const body of sent) assert.ok(!body.includes(needle));
  let files = 0;
  const look = (path) => {
    for (const name of readdirSync(path)) {
      const at = join(path, name);
      if (statSync(at).isDirectory()) look(at);
      else {
        files += 1;
        assert.ok(!readFileSync(at).includes(needle), at);
      }
    }
  };
  look(folder);
  assert.ok(files >= 6, `files: ${files}`);
  assert.deepEqual(complaints, []);
});

if (process.env.SAFECONDUCT_SNAPSHOT) {
  await test('Many referrals on file: what a browser waits for', async () => {
    await stage.ask('snapshot', { path: resolve(process.env.SAFECONDUCT_SNAPSHOT) });
    const page = await open('laptop');
    await enter(page, 'ana');
    await page.waitForSelector('.tile .figure:not([aria-hidden])');
    const first = [];
    for (let i = 0; i < 5; i += 1) {
      const start = Date.now();
      await page.goto(`${address}/`);
      await page.waitForSelector('tbody tr, .empty');
      await page.waitForSelector('.tile .figure:not([aria-hidden])');
      first.push(Date.now() - start);
    }
    console.log(`      first view: ${first.join(', ')} ms`);
    for (const path of ['referrals', 'referrals?tile=awaiting', 'referrals?to=agency-3&urgency=soon&order=opened', 'referrals?id=a0', 'tiles', 'matrix?days=365', 'trends?days=365', 'report', 'agencies', 'capacity', 'duties', 'exceptions']) {
      const [ms, bytes] = await page.evaluate(async (p) => {
        const took = [];
        let size = 0;
        for (let i = 0; i < 9; i += 1) {
          const start = performance.now();
          size = (await (await fetch(`/api/${p}`)).arrayBuffer()).byteLength;
          took.push(performance.now() - start);
        }
        return [took.sort((a, b) => a - b), size];
      }, path);
      console.log(`      /api/${path}: p50 ${ms[4].toFixed(1)} ms, slowest ${ms[8].toFixed(1)} ms, ${bytes} bytes`);
    }
    await page.context().close();
  });
}

await browser.close();
await stage.end();
console.log(failures === 0 ? `all good; screenshots in ${shots}` : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
