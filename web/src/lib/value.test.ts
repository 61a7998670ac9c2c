import { describe, expect, it } from 'vitest';
import { formatNumber } from './format';
import { inputText, kindOf, parseNumber, parseValue } from './value';

describe('a number as typed', () => {
    it('is read in the notation of the language', () => {
        expect(parseNumber('169.000', 'vi')).toBe('169000');
        expect(parseNumber('1.416.130', 'vi')).toBe('1416130');
        expect(parseNumber('1.416.130,5', 'vi')).toBe('1416130.5');
        expect(parseNumber('0,125', 'vi')).toBe('0.125');
        expect(parseNumber('169000', 'vi')).toBe('169000');
        expect(parseNumber('-5', 'vi')).toBe('-5');
        expect(parseNumber('169,000', 'en')).toBe('169000');
        expect(parseNumber('1,416,130.5', 'en')).toBe('1416130.5');
    });
    it('is refused when the dots and commas do not fit the language', () => {
        for (const text of ['1.5', '0.125', '16.90', '1.4161', '1,416,130', '12..', '1 000', '12%', 'x'])
            expect([text, parseNumber(text, 'vi')]).toEqual([text, null]);
        for (const text of ['1,5', '0,125', '1.416.130', '16,90'])
            expect([text, parseNumber(text, 'en')]).toEqual([text, null]);
    });
    it('comes back as it was shown, whatever the language', () => {
        for (const lang of ['vi', 'en'] as const) {
            for (const n of ['0', '7', '169000', '1416130.5', '0.125', '9007199254740993', '-12.5'])
                expect(parseNumber(formatNumber(n, lang, 20), lang)).toBe(n);
        }
    });
});

describe('a corrected value', () => {
    it('is exact, a range, open or unknown', () => {
        const read = (text: string) => parseValue(text, 'number', 'vi');
        expect(read('12')).toEqual({ value: { v: '12' } });
        expect(read('12.000 .. 24.000')).toEqual({ value: { lo: '12000', hi: '24000' } });
        expect(read('12 – 24')).toEqual({ value: { lo: '12', hi: '24' } });
        expect(read('12 - 24')).toEqual({ value: { lo: '12', hi: '24' } });
        expect(read('80 ..')).toEqual({ value: { lo: '80', hi: null } });
        expect(read('≥ 80')).toEqual({ value: { lo: '80', hi: null } });
        expect(read('≤ 12,5')).toEqual({ value: { lo: null, hi: '12.5' } });
        expect(read('  ')).toEqual({ value: { unknown: true } });
    });
    it('says what is wrong with it', () => {
        const read = (text: string) => parseValue(text, 'number', 'vi');
        expect(read('24 .. 12')).toEqual({ fault: 'order' });
        expect(read('..')).toEqual({ fault: 'bounds' });
        expect(read('1 .. 2 .. 3')).toEqual({ fault: 'bounds' });
        expect(read('1.5')).toEqual({ fault: 'number' });
        expect(read('169.000 triệu')).toEqual({ fault: 'number' });
        expect(parseValue('31/02/2026', 'date', 'vi')).toEqual({ fault: 'date' });
        expect(parseValue('hôm nay', 'date', 'vi')).toEqual({ fault: 'date' });
    });
    it('keeps words and dates what they are', () => {
        expect(parseValue('Bộ Quốc phòng'.normalize('NFD'), 'text', 'vi')).toEqual({
            value: { v: 'Bộ Quốc phòng' },
        });
        expect(parseValue('1.416', 'text', 'vi')).toEqual({ value: { v: '1.416' } });
        expect(parseValue('1/7/2026', 'date', 'vi')).toEqual({ value: { v: '2026-07-01' } });
        expect(parseValue('2026-07-01', 'date', 'en')).toEqual({ value: { v: '2026-07-01' } });
    });
    it('starts from the value shown', () => {
        expect(inputText({ v: 169000 }, 'vi')).toBe('169.000');
        expect(inputText({ lo: 20000, hi: 30000 }, 'vi')).toBe('20.000 .. 30.000');
        expect(inputText({ lo: 80, hi: null }, 'en')).toBe('80 ..');
        expect(inputText({ v: '2026-06-30' }, 'vi')).toBe('30/06/2026');
        expect(inputText({ unknown: true }, 'vi')).toBe('');
        expect([kindOf({ v: 5 }), kindOf({ v: '11/VTN' }), kindOf({ v: '2026-06-30' })]).toEqual([
            'number',
            'text',
            'date',
        ]);
        expect(kindOf({ unknown: true })).toBe('number');
    });
});
