// build.mjs SOURCES OUT: bundles the client and writes OUT/assets.cc, which holds it in the program
// with hashed names, plain and compressed.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [sources, out] = process.argv.slice(2).map((path) => resolve(path));
const { buildSync } = createRequire(join(out, 'package.json'))('esbuild');
const compressedMax = 150 * 1024;

function bundle(entry, name) {
  buildSync({
    entryPoints: [join(sources, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome115', 'firefox115', 'safari17'],
    legalComments: 'none',
    logLevel: 'warning',
    nodePaths: [join(out, 'node_modules')],
    outfile: join(out, name),
  });
  return readFileSync(join(out, name));
}

function hashed(name, body) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `/assets/${name.replace('.', `.${hash}.`)}`;
}

const script = bundle('src/main.js', 'app.js');
const style = bundle('style.css', 'app.css');
const scriptPath = hashed('app.js', script);
const stylePath = hashed('app.css', style);
const page = Buffer.from(
  readFileSync(join(sources, 'index.html'), 'utf8')
    .replace('@SCRIPT@', scriptPath)
    .replace('@STYLE@', stylePath),
);
const icon = readFileSync(join(sources, 'icon.svg'));

const assets = [
  { path: '/', type: 'text/html; charset=utf-8', body: page },
  { path: scriptPath, type: 'text/javascript; charset=utf-8', body: script },
  { path: stylePath, type: 'text/css; charset=utf-8', body: style },
  { path: '/assets/icon.svg', type: 'image/svg+xml', body: icon },
];

// Octal escapes end after three digits, so no byte runs into the next.
function literal(bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 4096) {
    let line = '"';
    for (const byte of bytes.subarray(i, i + 4096)) {
      const c = String.fromCharCode(byte);
      line += /[A-Za-z0-9 .,;:(){}<>=+*/_-]/.test(c)
        ? c
        : `\\${byte.toString(8).padStart(3, '0')}`;
    }
    lines.push(`${line}"`);
  }
  return lines.length ? lines.join('\n') : '""';
}

let compressed = 0;
let code = `// Made by web/build.mjs.
#include "broker/dashboard/assets.h"

#include <array>

namespace safeconduct::dashboard {
namespace {

using namespace std::string_view_literals;

`;
const rows = assets.map(({ path, type, body }, i) => {
  const gzip = gzipSync(body, { level: 9 });
  const brotli = brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  });
  compressed += gzip.length;
  code += `constexpr std::string_view kPlain${i} =\n${literal(body)}sv;\n`;
  code += `constexpr std::string_view kGzip${i} =\n${literal(gzip)}sv;\n`;
  code += `constexpr std::string_view kBrotli${i} =\n${literal(brotli)}sv;\n`;
  return `    Asset{"${path}", "${type}", kPlain${i}, kGzip${i}, kBrotli${i}},`;
});
code += `
constexpr std::array kAssets = {
${rows.join('\n')}
};

}  // namespace

std::span<const Asset> assets() {
  return kAssets;
}

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : kAssets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace safeconduct::dashboard
`;
if (compressed > compressedMax) {
  throw new Error(`the client has ${compressed} bytes compressed, at most ${compressedMax}`);
}
writeFileSync(join(out, 'assets.cc'), code);
writeFileSync(join(out, 'size'), `${compressed} bytes compressed (gzip)\n`);
