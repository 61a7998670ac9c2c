// Browser tests against the real binary in Debian's Chromium: nothing is mocked, nothing is
// downloaded. One server and one worker; e2e/server.ts starts and stops the platform.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

function chromium(): string {
    if (process.env.SAOLA_CHROMIUM) return process.env.SAOLA_CHROMIUM;
    return execFileSync('/bin/sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}

process.env.SAOLA_E2E_STATE ??= path.join(os.tmpdir(), `saola-e2e-${process.pid}`);

export default defineConfig({
    testDir: 'e2e',
    globalSetup: './e2e/server.ts',
    workers: 1,
    fullyParallel: false,
    retries: 0,
    timeout: 60_000,
    expect: { timeout: 10_000 },
    reporter: process.env.CI ? 'line' : 'list',
    outputDir: 'test-results',
    use: {
        locale: 'vi-VN',
        timezoneId: 'Asia/Ho_Chi_Minh',
        viewport: { width: 1280, height: 860 },
        acceptDownloads: true,
        launchOptions: {
            executablePath: chromium(),
            args: [
                '--no-sandbox',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-domain-reliability',
                '--disable-sync',
                '--no-first-run',
                '--disable-default-apps',
            ],
        },
    },
    projects: [
        { name: 'door', testMatch: 'door.spec.ts' },
        { name: 'console', testIgnore: 'door.spec.ts', dependencies: ['door'] },
    ],
});
