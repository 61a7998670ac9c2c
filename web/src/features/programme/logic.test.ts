import { describe, expect, it } from 'vitest';
import type { Grant, Target } from '../../api/types';
import { reportQuery } from '../../ui/report_table';
import { treeOrder } from '../platform/admin';
import { importOrganisations, refusal } from './imports';
import { linesOf } from './overview';
import { chosenRows, titlesOf } from './review';

describe('a decision over many rows', () => {
    it('leaves doubtful rows and conflicts behind unless asked for', () => {
        const rows = [
            { id: 'a', confidence: 0.95, change: 'new' as const },
            { id: 'b', confidence: 0.5, change: 'new' as const },
            { id: 'c', confidence: 0.95, change: 'conflict' as const },
            { id: 'd', confidence: 0.5, change: 'conflict' as const },
        ];
        expect(chosenRows(rows, false, false)).toEqual(['a']);
        expect(chosenRows(rows, true, false)).toEqual(['a', 'b']);
        expect(chosenRows(rows, false, true)).toEqual(['a', 'c']);
        expect(chosenRows(rows, true, true)).toEqual(['a', 'b', 'c', 'd']);
    });
});

describe('rows that nobody accepted yet', () => {
    it('are named by the title that the same import proposes', () => {
        const row = (kind: string, key: string, predicate: string, v: string, title = key) => ({
            subject: { kind, key, title },
            predicate,
            value: { v },
        });
        const titles = titlesOf([
            row('task', 'vien/1', 'title', 'Đo gió'),
            row('task', 'vien/1', 'organisation', 'Viện Mẫu'),
            row('document', '78-bc', 'number', '78/BC'),
            row('document', '78-bc', 'title', 'Về đặt hàng'),
            row('task', 'vien/2', 'letter', 'x', 'Tên đã có'),
        ]);
        expect(Object.fromEntries(titles)).toEqual({
            'task:vien/1': 'Đo gió',
            'document:78-bc': '78/BC',
            'task:vien/2': 'Tên đã có',
        });
    });
});

describe('an upload', () => {
    const MB = 1024 * 1024;
    it('is refused before it is sent when it is over a limit of the server', () => {
        expect(refusal([64 * MB, 5])).toBeNull();
        expect(refusal([64 * MB + 1])).toBe('import.file_too_large');
        expect(refusal(Array(5).fill(60 * MB))).toBe('import.all_too_large');
        expect(refusal(Array(65).fill(1))).toBe('import.too_many');
    });
    it('may be for the organisations of the grants and what lies below them', () => {
        const o = (key: string, parent = '') => ({ key, name: key, kind: 'agency', parent });
        const all = [o('bo'), o('cuc', 'bo'), o('phong', 'cuc'), o('tinh')];
        const keys = (role: Grant['role'], organisation: string) =>
            importOrganisations([{ role, organisation }], all).map((x) => x.key);
        expect(keys('reporter', 'cuc')).toEqual(['cuc', 'phong']);
        expect(keys('reviewer', '')).toEqual(['bo', 'cuc', 'phong', 'tinh']);
        expect(keys('viewer', 'bo')).toEqual([]);
    });
});

describe('target lines', () => {
    const target = (horizon: string, v: number): Target => ({
        indicator: 'localisation',
        subject: 's',
        title: 'a',
        horizon,
        cell: { v },
        unit: '%',
        known: null,
    });
    it('keeps two targets for one indicator and year', () => {
        const lines = linesOf([target('2027', 60), target('2027', 70), target('2030', 80)]);
        expect(lines).toHaveLength(1);
        expect(lines[0]?.y2027.map((x) => x.cell.v)).toEqual([60, 70]);
        expect(lines[0]?.y2030.map((x) => x.cell.v)).toEqual([80]);
    });
    it('puts goals in words after figures, and a level without a target in neither year', () => {
        const goal = { ...target('2030', 0), subject: 'g', cell: { unknown: true } };
        const known = { cell: { v: 50 }, unit: '%', as_of: '2026-05-01', assertion: 'k' };
        const level = { ...target('', 0), subject: 'l', cell: { unknown: true }, known };
        const lines = linesOf([goal, level, target('2027', 60)]);
        expect(lines.map((x) => x.key.split('|')[1])).toEqual(['l', 's', 'g']);
        expect(lines[0]?.y2027).toEqual([]);
        expect(lines[0]?.y2030).toEqual([]);
    });
});

describe('report query', () => {
    it('sends the filters in force and leaves drawers and rows out', () => {
        const search = {
            q: '5G',
            sort: '-budget',
            row: 'x',
            figure: 'f',
            organisation: 'Bộ Quốc phòng',
            as_of: '2026-11-22',
        };
        expect(reportQuery(search, ['organisation'])).toEqual({
            q: '5G',
            sort: '-budget',
            organisation: 'Bộ Quốc phòng',
            as_of: '2026-11-22',
        });
    });
});

describe('tree of organisations', () => {
    it('puts children under parents, brothers in Vietnamese order, and survives a loop', () => {
        const o = (key: string, name: string, parent = '') => ({
            key,
            name,
            kind: 'agency',
            parent,
        });
        const order = treeOrder([
            o('b', 'Đà', 'r'),
            o('a', 'An', 'r'),
            o('r', 'Gốc'),
            o('d', 'Da', 'r'),
        ]);
        expect(order.map((x) => `${x.depth}${x.item.name}`)).toEqual(['0Gốc', '1An', '1Da', '1Đà']);
        expect(treeOrder([o('x', 'X', 'y'), o('y', 'Y', 'x')])).toHaveLength(2);
    });
});
