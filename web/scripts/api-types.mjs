// The console's API types come from the binary's own OpenAPI document. `write` regenerates
// src/api/schema.d.ts; `check` fails when the committed file is stale.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const web = path.resolve(import.meta.dirname, '..');
const target = path.join(web, 'src/api/schema.d.ts');
const binary = path.resolve(web, process.env.SAOLA_BINARY ?? '../build/release/saola');
const mode = process.argv[2] ?? 'check';
if (!fs.existsSync(binary)) {
    console.error(`api types: no binary at ${binary}; build it or set SAOLA_BINARY`);
    process.exit(1);
}

async function openapi() {
    const data = fs.mkdtempSync(path.join(os.tmpdir(), 'saola-api-'));
    const server = spawn(binary, ['serve', '--port', '0', '--log-level', 'off', '--data-dir', data]);
    try {
        const url = await new Promise((resolve, reject) => {
            let text = '';
            const timer = setTimeout(() => reject(new Error(`no address within 30 s: ${text}`)), 30_000);
            server.stdout.on('data', (chunk) => {
                text += chunk;
                const found = /is at (https?:\/\/\S+)/.exec(text);
                if (found) {
                    clearTimeout(timer);
                    resolve(found[1]);
                }
            });
            server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
        });
        const answer = await fetch(`${url}/openapi.json`);
        if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
        return await answer.json();
    } finally {
        server.kill('SIGTERM');
        await new Promise((resolve) => server.once('exit', resolve));
        fs.rmSync(data, { recursive: true, force: true });
    }
}

const document = await openapi();
delete document.info?.version;
const text = `// Generated from /openapi.json by \`npm run api:write\`; never edited by hand.\n${astToString(await openapiTS(document))}`;
if (mode === 'write') {
    fs.writeFileSync(target, text);
} else if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== text) {
    console.error('src/api/schema.d.ts is stale: run `npm run api:write` in web/ and commit it');
    process.exit(1);
}
