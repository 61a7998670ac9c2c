// After `vite build`: writes x.br beside every text file, and fails when a budget is exceeded.
// Budgets are gzip sizes in kB; raising one needs a line in the commit body that says why.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const dist = path.resolve('dist');
const budgets = { main: 120, charts: 180, fonts: 120, feature: 60 };
const kB = (bytes) => Math.round(bytes / 100) / 10;

function* walk(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) yield* walk(full);
        else yield full;
    }
}

const files = [...walk(dist)].filter((f) => !f.endsWith('.br'));
const gzip = new Map();
for (const file of files) {
    const bytes = fs.readFileSync(file);
    if (/\.(js|css|html|svg|json)$/.test(file)) {
        gzip.set(file, zlib.gzipSync(bytes, { level: 9 }).length);
        const options = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
        fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(bytes, options));
    }
}

// The main chunk is what index.html loads: the entry and everything it imports statically.
const html = fs.readFileSync(path.join(dist, 'index.html'), 'utf8');
const entries = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) =>
    path.join(dist, m[1]),
);
const main = new Set();
const visit = (file) => {
    if (main.has(file)) return;
    main.add(file);
    const code = fs.readFileSync(file, 'utf8');
    for (const m of code.matchAll(
        /(?:^|[;\n}])import(?:[\w*{}\s,$]+from)?\s*["']\.\/([^"']+\.js)["']/g,
    )) {
        visit(path.join(path.dirname(file), m[1]));
    }
};
entries.forEach(visit);
if (/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle="|\son\w+="/.test(html)) {
    console.error(
        'index.html holds inline script or style: the Content-Security-Policy forbids it',
    );
    process.exit(1);
}

const sum = (list) => list.reduce((total, f) => total + (gzip.get(f) ?? 0), 0);
const scripts = files.filter((f) => f.endsWith('.js'));
const rows = [
    ['main chunk', sum([...main]), budgets.main],
    ['charts (lazy)', sum(scripts.filter((f) => /chart_engine/.test(f))), budgets.charts],
    [
        'fonts in all',
        files.filter((f) => f.endsWith('.woff2')).reduce((n, f) => n + fs.statSync(f).size, 0),
        budgets.fonts,
    ],
    ...scripts
        .filter((f) => !main.has(f) && !/chart_engine/.test(f))
        .map((f) => [path.basename(f), gzip.get(f), budgets.feature]),
];
let failed = false;
for (const [name, bytes, limit] of rows) {
    const over = bytes / 1000 > limit;
    failed ||= over;
    if (over || limit !== budgets.feature) {
        console.log(
            `${over ? 'OVER BUDGET' : 'within budget'}: ${name} ${kB(bytes)} kB of ${limit} kB`,
        );
    }
}
const largest = rows.filter((r) => r[2] === budgets.feature).sort((a, b) => b[1] - a[1])[0];
if (largest)
    console.log(
        `within budget: largest feature ${largest[0]} ${kB(largest[1])} kB of ${budgets.feature} kB`,
    );
if (scripts.length < 5) {
    console.error('the build is not split: features must be loaded lazily');
    failed = true;
}
process.exit(failed ? 1 : 0);
