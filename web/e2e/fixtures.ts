// What every test gets: the running server, a signed-in page, and three promises that are checked
// after each test: no request left the origin, the console stayed without errors, no page crashed.
import fs from 'node:fs';
import path from 'node:path';
import {
    type APIRequestContext,
    test as base,
    type BrowserContext,
    expect,
    type Page,
} from '@playwright/test';
import type { ImportSummary, Table } from '../src/api/types';
import type { State } from './server';

const folder = process.env.SAOLA_E2E_STATE ?? '';
export const sessionFile = path.join(folder, 'session.json');
export const state = (): State =>
    JSON.parse(fs.readFileSync(path.join(folder, 'state.json'), 'utf8')) as State;
export const admin = {
    name: 'quantri',
    password: 'Bảy con saola đi qua suối',
    display: 'Nguyễn Thị Minh Khuê',
};

export interface Watch {
    allow: (pattern: RegExp) => void;
}

interface Fixtures {
    watch: Watch;
    signedIn: boolean;
}

export const test = base.extend<Fixtures>({
    signedIn: [true, { option: true }],
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the parameters
    baseURL: async ({}, use) => use(state().url),
    storageState: async ({ signedIn }, use) =>
        use(signedIn && fs.existsSync(sessionFile) ? sessionFile : undefined),
    watch: [
        async ({ context, baseURL }, use) => {
            const foreign: string[] = [];
            const errors: string[] = [];
            const allowed: RegExp[] = [];
            const origin = new URL(baseURL ?? '').origin;
            context.on('request', (request) => {
                const url = request.url();
                if (!url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url))
                    foreign.push(url);
            });
            context.on('console', (message) => {
                if (message.type() === 'error')
                    errors.push(`${message.text()} ${message.location().url}`);
            });
            context.on('weberror', (error) => errors.push(String(error.error())));
            await use({ allow: (pattern) => allowed.push(pattern) });
            expect(foreign, 'requests that left the origin').toEqual([]);
            expect(
                errors.filter((text) => !allowed.some((pattern) => pattern.test(text))),
                'errors in the console',
            ).toEqual([]);
        },
        { auto: true },
    ],
});

export { expect };

export async function prefer(
    context: BrowserContext,
    lang: 'vi' | 'en',
    theme: 'light' | 'dark',
): Promise<void> {
    await context.addInitScript(
        ([l, t]) => {
            try {
                localStorage.setItem('saola.lang', l ?? 'vi');
                localStorage.setItem('saola.theme', t ?? 'light');
            } catch {
                // A sandboxed helper frame of axe has no storage; only the console's page matters.
            }
        },
        [lang, theme],
    );
}

export async function api<T>(request: APIRequestContext, url: string): Promise<T> {
    const answer = await request.get(url);
    expect(answer.status(), url).toBe(200);
    return (await answer.json()) as T;
}

// The page is ready when its heading stands and nothing is loading.
export async function open(page: Page, url: string): Promise<void> {
    await page.goto(url);
    await expect(page.locator('h1').first()).toBeVisible();
    await expect(page.locator('.skeleton')).toHaveCount(0);
}

export const pagePaths = [
    '/',
    '/programme/orders',
    '/programme/budget',
    '/programme/targets',
    '/programme/deadlines',
    '/programme/deadlines?view=list',
    '/programme/patents',
    '/programme/standards',
    '/programme/organisations',
    '/programme/documents',
    '/programme/imports',
    '/programme/findings',
    '/programme/releases',
    '/audit',
    '/admin',
    '/admin?tab=organisations',
    '/profile',
];

// Pages of one thing: a finding, the import it came with, a document whose original is held. Given
// the data they exist always; a list that is empty is a fault of its own.
export async function detailPaths(request: APIRequestContext): Promise<string[]> {
    const findings = await api<Table>(request, '/api/programme/findings?limit=1');
    const imports = await api<{ imports: ImportSummary[] }>(request, '/api/programme/imports');
    const documents = await api<Table>(request, '/api/programme/reports/documents?limit=500');
    const held = documents.rows.find((row) => row.cells.held?.v === 'held');
    expect(findings.rows.length, 'findings').toBe(1);
    return [
        `/programme/findings/${encodeURIComponent(findings.rows[0]?.id ?? '')}`,
        ...imports.imports.slice(0, 1).map((x) => `/programme/imports/${x.id}?status=all`),
        ...(held ? [`/programme/documents/${encodeURIComponent(held.id)}`] : []),
    ];
}
