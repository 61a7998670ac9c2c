import { describe, expect, it } from 'vitest';
import {
    boundsOf,
    compareVi,
    formatCell,
    formatDate,
    formatNumber,
    formatTime,
    matches,
    shiftDecimal,
    shownUnit,
} from './format';

const vi = { unknown: 'chưa rõ' };

describe('numbers', () => {
    it('groups by dots in Vietnamese and by commas in English', () => {
        expect(formatNumber('1416130', 'vi')).toBe('1.416.130');
        expect(formatNumber(1416130.5, 'vi')).toBe('1.416.130,5');
        expect(formatNumber('1416130', 'en')).toBe('1,416,130');
    });
    it('keeps every digit of an exact decimal string', () => {
        expect(formatNumber('9007199254740993', 'vi')).toBe('9.007.199.254.740.993');
        expect(shiftDecimal('1416130', 3)).toBe('1416.13');
        expect(shiftDecimal('1436130000000', 9)).toBe('1436.13');
        expect(shiftDecimal('-5', 3)).toBe('-0.005');
        expect(shiftDecimal('12.5', 0)).toBe('12.5');
        expect(shiftDecimal('1000', 3)).toBe('1');
        expect(shiftDecimal('0', 6)).toBe('0');
    });
});

describe('cells', () => {
    it('shows intervals as intervals and unknown as unknown, never as 0', () => {
        expect(formatCell({ lo: '1416.13', hi: '1436.13' }, 'vi', vi)).toBe('1.416,13 – 1.436,13');
        expect(formatCell({ lo: 24, hi: 24 }, 'vi', vi)).toBe('24');
        expect(formatCell({ lo: 80, hi: null }, 'vi', vi)).toBe('≥ 80');
        expect(formatCell({ lo: null, hi: 12 }, 'vi', vi)).toBe('≤ 12');
        expect(formatCell({ unknown: true }, 'vi', vi)).toBe('chưa rõ');
        expect(formatCell({}, 'vi', vi)).toBe('chưa rõ');
        expect(formatCell({ v: 0 }, 'vi', vi)).toBe('0');
    });
    it('shows money in the unit people use, exactly', () => {
        const cell = { lo: '1416130000000', hi: '1436130000000' };
        const shown = shownUnit('VND', cell, false);
        expect(shown).toEqual({ key: 'billion_vnd', places: 9 });
        expect(formatCell(cell, 'vi', { ...vi, places: shown.places })).toBe('1.416,13 – 1.436,13');
        expect(shownUnit('million_vnd', { v: 169000 }, false)).toEqual({
            key: 'million_vnd',
            places: 0,
        });
        expect(shownUnit('million_vnd', { v: 169000 }, true)).toEqual({
            key: 'billion_vnd',
            places: 3,
        });
        expect(shownUnit('month', { v: 36 }, true)).toEqual({ key: 'month', places: 0 });
    });
    it('shortens round billions of anything, and nothing that would lose a digit', () => {
        const round = { lo: '200000000000', hi: '400000000000' };
        const shown = shownUnit('parameter', round, false);
        expect(shown).toEqual({ key: 'parameter', places: 9, scale: 'billion' });
        expect(formatCell(round, 'vi', { ...vi, places: shown.places })).toBe('200 – 400');
        const exact = { v: '1234567890' };
        expect(shownUnit('parameter', exact, false)).toEqual({ key: 'parameter', places: 0 });
        expect(shownUnit('million_vnd', { v: '2000000000' }, false).scale).toBeUndefined();
    });
    it('gives bounds for drawing, none for unknown', () => {
        expect(boundsOf({ v: '5' })).toEqual({ lo: 5, hi: 5 });
        expect(boundsOf({ lo: 5, hi: '7' })).toEqual({ lo: 5, hi: 7 });
        expect(boundsOf({ unknown: true })).toBeNull();
        expect(boundsOf({ v: 'words' })).toBeNull();
    });
});

describe('dates', () => {
    it('writes day before month, in Vietnam time', () => {
        expect(formatDate('2026-11-22', 'vi')).toBe('22/11/2026');
        expect(formatDate('2026-11-22', 'en')).toBe('22/11/2026');
        expect(formatTime('2026-11-21T18:30:00Z', 'vi')).toContain('22/11/2026');
        expect(formatTime('2026-11-21T18:30:00Z', 'vi')).toContain('01:30');
    });
});

describe('words', () => {
    it('sorts by the Vietnamese alphabet: đ after d, ă and â after a', () => {
        const sorted = [
            'Đồng Nai',
            'Đà Nẵng',
            'Cần Thơ',
            'Dầu Tiếng',
            'An Giang',
            'Ăn',
            'Âu',
            'Cà Mau',
        ].sort(compareVi);
        expect(sorted).toEqual([
            'An Giang',
            'Ăn',
            'Âu',
            'Cà Mau',
            'Cần Thơ',
            'Dầu Tiếng',
            'Đà Nẵng',
            'Đồng Nai',
        ]);
    });
    it('sorts numbers inside words by value', () => {
        expect(['Điều 10', 'Điều 9'].sort(compareVi)).toEqual(['Điều 9', 'Điều 10']);
    });
    it('finds without tone marks, and with them only what has them', () => {
        expect(matches('Nhiệm vụ đặt hàng', 'nhiem vu dat')).toBe(true);
        expect(matches('Nhiệm vụ đặt hàng', 'ĐẶT')).toBe(true);
        expect(matches('Nhiệm vụ dat hàng', 'đặt')).toBe(false);
        expect(matches('Đà Nẵng', 'Đà Nẵng'.normalize('NFD'))).toBe(true);
        expect(matches('Đà Nẵng'.normalize('NFD'), 'đà nẵng')).toBe(true);
    });
});
