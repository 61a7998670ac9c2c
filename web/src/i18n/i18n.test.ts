// Both languages are complete, nothing is left over, and no feature carries text of its own.
import fs from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import { translator } from './index';
import vi from './vi.json';

const src = path.resolve(__dirname, '..');
const left: Record<string, string> = vi;
const right: Record<string, string> = en;

function sources(folder: string): string[] {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) return sources(full);
        return /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name) ? [full] : [];
    });
}

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

describe('messages', () => {
    it('have the same keys in both languages', () => {
        expect(Object.keys(right).sort()).toEqual(Object.keys(left).sort());
    });
    it('have the same placeholders', () => {
        for (const key of Object.keys(left)) {
            expect([key, names(right[key] ?? '')]).toEqual([key, names(left[key] ?? '')]);
        }
    });
    it('are never empty and are NFC', () => {
        for (const text of [...Object.values(left), ...Object.values(right)]) {
            expect(text.trim()).not.toBe('');
            expect(text).toBe(text.normalize('NFC'));
        }
    });
    it('are all used: as a literal, or under a prefix that is built from data', () => {
        const code = sources(src)
            .map((file) => fs.readFileSync(file, 'utf8'))
            .join('\n');
        const literals = new Set(
            [...code.matchAll(/'([a-z_]+(?:\.[\w]+)+|unknown|yes)'/g)].map((m) => m[1]),
        );
        const prefixes = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map(
            (m) => m[1] ?? '',
        );
        const unused = Object.keys(left).filter((key) => {
            const base = key.replace(/\.one$/, '');
            return !literals.has(base) && !prefixes.some((prefix) => base.startsWith(prefix));
        });
        expect(unused).toEqual([]);
        const missing = [...code.matchAll(/\bt\(\s*'([^']+)'/g)]
            .map((m) => m[1] ?? '')
            .filter((key) => !(key in left));
        expect(missing).toEqual([]);
    });
});

type Node = { type: string; [key: string]: unknown };

function literalText(file: string): string[] {
    const found: string[] = [];
    const isText = (text: string) => /\p{L}{2,}/u.test(text);
    const spoken = new Set([
        'title',
        'aria-label',
        'placeholder',
        'alt',
        'label',
        'hint',
        'effect',
        'confirm',
    ]);
    const visit = (node: unknown): void => {
        if (Array.isArray(node)) {
            for (const child of node) visit(child);
            return;
        }
        if (node === null || typeof node !== 'object') return;
        const n = node as Node;
        if (n.type === 'JSXText' && isText(String(n.value))) found.push(String(n.value).trim());
        if (n.type === 'JSXAttribute') {
            const name = String((n.name as Node | undefined)?.name ?? '');
            const value = n.value as Node | null;
            if (spoken.has(name) && value?.type === 'Literal' && isText(String(value.value))) {
                found.push(`${name}=${String(value.value)}`);
            }
        }
        for (const child of Object.values(n)) if (typeof child === 'object') visit(child);
    };
    visit(parseAst(fs.readFileSync(file, 'utf8'), { lang: 'tsx' }));
    return found;
}

describe('features', () => {
    // A command line to copy and the name of the product are the same in every language.
    const allowed = ['saola programme verify release.json', 'Saola'];
    it('carry no literal text', () => {
        const all = sources(path.join(src, 'features')).flatMap((file) =>
            literalText(file)
                .filter((text) => !allowed.includes(text))
                .map((text) => `${path.basename(file)}: ${text}`),
        );
        expect(all).toEqual([]);
    });
});

describe('translator', () => {
    it('fills placeholders and takes the singular in English', () => {
        const t = translator('en', right, () => undefined);
        expect(t.t('trail.assertions', { n: 1 })).toBe('From 1 assertion');
        expect(t.t('trail.assertions', { n: 2 })).toBe('From 2 assertions');
        expect(t.tx('error.nothing.like.it', 'fallback')).toBe('fallback');
    });
});
