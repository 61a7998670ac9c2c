import { describe, expect, it } from 'vitest';
import type { Target } from '../../api/types';
import { reportQuery } from '../../ui/report_table';
import { treeOrder } from '../platform/admin';
import { linesOf } from './overview';
import { parseValue } from './review';

describe('a corrected value', () => {
    it('is exact, a range, open or unknown', () => {
        expect(parseValue('12')).toEqual({ v: '12' });
        expect(parseValue('12 .. 24')).toEqual({ lo: '12', hi: '24' });
        expect(parseValue('80 ..')).toEqual({ lo: '80', hi: null });
        expect(parseValue('  ')).toEqual({ unknown: true });
        expect(parseValue('Bộ Quốc phòng'.normalize('NFD'))).toEqual({ v: 'Bộ Quốc phòng' });
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
