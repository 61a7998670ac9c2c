// Starts the platform on a free port with a fresh data directory. The sample data are loaded through
// the command line, as ./run does; the official documents are imported when this machine has them.
// Returns the teardown. What tests need is written to the state folder.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const web = path.resolve(import.meta.dirname, '..');

export interface State {
    url: string;
    setupUrl: string;
    binary: string;
    dataDir: string;
    originals: boolean;
    // Answers of the command line, taken before the server holds the data directory.
    orders: Record<string, unknown>;
    patents: Record<string, unknown>;
}

export function binaryPath(): string {
    return path.resolve(web, process.env.SAOLA_BINARY ?? '../build/release/saola');
}

export function cli(binary: string, dataDir: string, args: string[]): string {
    return execFileSync(binary, [...args, '--data-dir', dataDir], {
        encoding: 'utf8',
        maxBuffer: 64 << 20,
        timeout: 120_000,
    });
}

export interface Running {
    url: string;
    setupUrl: string;
    stop: () => Promise<void>;
}

export async function serve(binary: string, dataDir: string): Promise<Running> {
    const options = ['--port', '0', '--rate-limit', '0', '--log-level', 'warn'];
    const server = spawn(binary, ['serve', ...options, '--data-dir', dataDir], {
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const addresses = await started(server);
    const stop = async () => {
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGTERM');
        await ended;
        fs.rmSync(dataDir, { recursive: true, force: true });
    };
    return { ...addresses, stop };
}

async function started(server: ChildProcess): Promise<{ url: string; setupUrl: string }> {
    let text = '';
    return await new Promise((resolve, reject) => {
        const timer = setTimeout(
            () => reject(new Error(`the server did not start: ${text}`)),
            30_000,
        );
        const read = (chunk: Buffer) => {
            text += chunk.toString();
            const url = /is at (https?:\/\/[^\s]+)/.exec(text)?.[1];
            const setupUrl = /(https?:\/\/\S+\/setup\S*)/.exec(text)?.[1];
            if (url && setupUrl) {
                clearTimeout(timer);
                resolve({ url, setupUrl });
            }
        };
        server.stdout?.on('data', read);
        server.stderr?.on('data', (chunk: Buffer) => {
            text += chunk.toString();
        });
        server.on('exit', (code) => {
            clearTimeout(timer);
            reject(new Error(`the server ended with ${code}: ${text}`));
        });
    });
}

export default async function setup(): Promise<() => Promise<void>> {
    const binary = binaryPath();
    if (!fs.existsSync(binary))
        throw new Error(`no binary at ${binary}: build it, or set SAOLA_BINARY`);
    const state = process.env.SAOLA_E2E_STATE ?? '';
    fs.mkdirSync(state, { recursive: true });
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'saola-e2e-data-'));
    const seeds = path.join(
        process.env.SAOLA_SHARED_DIR ?? path.resolve(web, '../../shared'),
        'seeds',
    );
    const originals = fs.existsSync(seeds);
    if (originals) cli(binary, dataDir, ['programme', 'import', seeds, '--accept']);
    else cli(binary, dataDir, ['programme', 'load', 'builtin']);
    const report = (name: string) =>
        JSON.parse(
            cli(binary, dataDir, ['programme', 'report', name, '--format', 'json']),
        ) as Record<string, unknown>;
    const orders = report('orders');
    const patents = report('patents');
    const { url, setupUrl, stop } = await serve(binary, dataDir);
    const all: State = { url, setupUrl, binary, dataDir, originals, orders, patents };
    fs.writeFileSync(path.join(state, 'state.json'), JSON.stringify(all));
    return async () => {
        await stop();
        fs.rmSync(state, { recursive: true, force: true });
    };
}
