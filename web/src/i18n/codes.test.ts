// Words that the server sends as codes have a text: refusals, steps of background work, roles of a
// quote, states. The codes are collected from the C++ sources and from the types made of
// /openapi.json, so that a new one without a text fails here.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import vi from './vi.json';

const source = path.resolve(import.meta.dirname, '../../../src');
const texts = new Set(Object.keys(vi));

function files(folder: string): string[] {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            return ['tests', 'bench', 'fuzz'].includes(entry.name) ? [] : files(full);
        }
        return /\.(cc|h)$/.test(entry.name) ? [full] : [];
    });
}

const cpp = new Map(files(source).map((file) => [file, fs.readFileSync(file, 'utf8')]));
const under = (folder: string) =>
    [...cpp].filter(([file]) => file.startsWith(path.join(source, folder))).map(([, text]) => text);
const found = (list: string[], pattern: RegExp) =>
    list.flatMap((text) => [...text.matchAll(pattern)].map((m) => m[1] ?? ''));
const missing = (codes: string[], prefix: string) =>
    [...new Set(codes)].map((code) => `${prefix}${code}`).filter((key) => !texts.has(key));

// Names of the same shape that are no refusals: log lines, events, kinds of work, audit actions.
function withoutOthers(text: string): string {
    return text
        .replace(/log::\w+\(\s*"[^"]*"/g, '')
        .replace(/(?:\.type|type =|submit\(|\/\/)[^\n]*/g, '')
        .replace(/record_of\([^;]*;/g, '');
}
const actions = new Set(['identity.login', 'identity.logout', 'identity.setup']);

describe('codes of the server', () => {
    it('of refusals have a text', () => {
        const all = [...cpp.values()].map(withoutOthers);
        const codes = found(all, /"((?:programme|document|jobs|identity)\.[a-z_]+)"/g).filter(
            (code) => !actions.has(code) && !code.endsWith('_'),
        );
        expect(codes.length).toBeGreaterThan(150);
        for (const known of ['programme.no_finding', 'document.encrypted', 'jobs.queue_full'])
            expect(codes).toContain(known);
        expect(missing(codes, 'error.')).toEqual([]);
    });
    it('of the steps and states of background work have a text', () => {
        const steps = found(under('programme'), /\bstep\([^;]*?,\s*"([a-z_]+)"\)/g);
        expect(steps).toContain('reading');
        const states = found(under('platform/jobs.cc'), /case JobState::\w+:\s*return "([a-z]+)"/g);
        expect(states).toContain('queued');
        expect(missing([...steps, ...states], 'job.')).toEqual([]);
    });
    it('of the places that a finding quotes have a text', () => {
        const word = /\bquote\([^;]*?"([a-z]+)"\s*\)/g;
        const roles = found(under('programme/findings'), word);
        for (const role of ['stated', 'other', 'row', 'limit', 'previous']) roles.push(role);
        expect(missing(roles, 'role.')).toEqual([]);
    });
    it('of what the facts of the data set say have a text', () => {
        const file = path.resolve(source, '../data/programme/facts.json');
        const facts = JSON.parse(fs.readFileSync(file, 'utf8')).facts as { predicate: string }[];
        expect(facts.length).toBeGreaterThan(500);
        expect(missing(facts.map((fact) => fact.predicate), 'predicate.')).toEqual([]);
    });
    it('of lists in the API description have a text', () => {
        const types = fs.readFileSync(path.resolve(import.meta.dirname, '../api/schema.d.ts'), 'utf8');
        const words = (name: string) =>
            found([types], new RegExp(`\\b${name}\\??: ((?:"\\w+"(?: \\| )?)+);`, 'g')).flatMap((m) =>
                [...m.matchAll(/"(\w+)"/g)].map((x) => x[1] ?? ''),
            );
        const prefixes = {
            state: 'status.',
            severity: 'status.',
            change: 'change.',
            classification: 'classification.',
        };
        for (const [name, prefix] of Object.entries(prefixes)) {
            expect(words(name).length).toBeGreaterThan(2);
            expect(missing(words(name), prefix)).toEqual([]);
        }
    });
});
