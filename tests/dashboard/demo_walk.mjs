// demo_walk.mjs DEMO MODULES SHOTS CASES: what a coordinator does who was handed the demo's link: finds who
// is late and why. DEMO is the program safeconduct-demo, MODULES where `npm ci` put the packages,
// CASES the demo's cases: nothing of their persons is in what the dashboard sent or wrote.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [demoPath, modules, shots, cases] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
mkdirSync(shots, { recursive: true });

// What people in the demo are called, and what they told: texts, no codes.
const persons = new Set(['Miriam', 'Haile']);
const gather = (value) => {
  if (typeof value === 'string' && value.length >= 5 && /[A-Z0-9 ]/.test(value)) persons.add(value);
  else if (value && typeof value === 'object') Object.values(value).forEach(gather);
};
for (const name of readdirSync(cases).filter((n) => n.endsWith('.json'))) {
  const { content = {} } = JSON.parse(readFileSync(join(cases, name), 'utf8')).document ?? {};
  for (const category of ['identity', 'identifiers', 'contact', 'narrative', 'family']) gather(content[category]);
}

const demo = spawn(demoPath, [], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((done) => demo.on('exit', done));
let link = '';
const heard = [];
for await (const line of createInterface({ input: demo.stdout })) {
  heard.push(line);
  link = /https?:\/\/\S+\/sign-in#\S+/.exec(line)?.[0] ?? link;
  if (/press Ctrl-C/.test(line)) break;
}

let browser;
let failed = true;
try {
  assert.ok(link, `the demo ends without a link:\n${heard.join('\n')}`);
  assert.ok(!heard.some((line) => /NOT AS EXPECTED/.test(line)), heard.join('\n'));
  browser = await chromium.launch({
    executablePath: process.env.SAFECONDUCT_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  page.setDefaultTimeout(10000);
  const sent = [];
  page.on('response', async (response) => {
    if (/event-stream/.test(response.headers()['content-type'] ?? '')) return;
    sent.push(await response.text().catch(() => ''));
  });
  const shot = (name) => page.screenshot({ path: join(shots, `demo-${name}.png`), fullPage: true });
  const start = Date.now();
  const steps = [];
  const did = (what) => steps.push(`${((Date.now() - start) / 1000).toFixed(1)} s  ${what}`);

  await page.goto(link);
  await page.waitForSelector('.tile[data-tile="overdue"] .figure');
  await page.waitForFunction(() => Number(document.querySelector('.tile[data-tile="overdue"] .figure').textContent) >= 2);
  did(`the first view: ${await page.textContent('.tile[data-tile="overdue"] .figure')} overdue`);
  const late = page.locator('section.card').first();
  await late.locator('tbody tr').nth(1).waitFor();
  await shot('overview');
  const why = (await late.textContent()).replace(/\s+/g, ' ');
  assert.match(why, /haven/);
  assert.match(why, /harbour/);
  assert.match(why, /harbour has not been connected/);
  assert.match(why, /haven has not said whether there is a place/);
  did('who is late, and why, stands there without a click');

  await page.click('.tile[data-tile="overdue"] a');
  await page.waitForURL(/tile=overdue/);
  await page.waitForSelector('tbody tr');
  await shot('overdue');
  did('the list of what is overdue');
  await page.locator('tbody tr', { hasText: 'harbour' }).locator('a.id').first().click();
  await page.waitForSelector('.timeline li');
  const text = (await page.textContent('main')).replace(/\s+/g, ' ');
  assert.match(text, /harbour has not been connected/);
  assert.match(text, /proven/);
  await shot('referral');
  did('one referral: what happened to it, each step proven');

  // Nobody's name is anywhere that a coordinator can look.
  for (const path of ['/referrals', '/agencies', '/exceptions', '/duties', '/report', '/trends', '/capacity', '/integrity', '/matrix']) {
    await page.goto(new URL(path, page.url()).href);
    await page.waitForSelector('main#content[aria-busy="false"]');
    await page.waitForTimeout(150);
    assert.doesNotMatch(await page.textContent('main'), /Miriam|Haile/);
    await shot(path.slice(1));
  }
  assert.ok(persons.size > 40 && sent.length > 20, `${persons.size} texts, ${sent.length} answers`);
  const written = [];
  const look = (path) => {
    for (const name of readdirSync(path)) {
      const at = join(path, name);
      if (statSync(at).isDirectory()) look(at);
      else written.push(readFileSync(at, 'latin1'));
    }
  };
  const folder = /is made in (\S+)/.exec(heard.join('\n'))[1];
  look(join(folder, 'board'));
  assert.ok(written.length >= 5, `files: ${written.length}`);
  for (const text of persons) {
    assert.ok(!sent.some((body) => body.includes(text)), `sent: ${text}`);
    assert.ok(!written.some((body) => body.includes(text)), `written: ${text}`);
  }
  console.log(`${persons.size} texts of persons are in none of ${sent.length} answers and ${written.length} files.`);
  console.log(`From the demo's link, on a phone:\n  ${steps.join('\n  ')}`);
  failed = false;
} catch (error) {
  console.log(`FAIL  ${error.stack}`);
} finally {
  await browser?.close();
  demo.kill('SIGINT');
  demo.stdout.resume();
  const exit = await ended;
  if (exit !== 0) console.log(`the demo ended with ${exit}`);
  process.exit(failed || exit !== 0 ? 1 : 0);
}
