import { describe, expect, it } from 'vitest';
import { applyPatch, parseSearch, stringifySearch } from './state';

describe('URL state', () => {
    it('reads back what it writes, as plain strings', () => {
        const search = { q: 'đặt hàng & 5G', sort: '-budget', as_of: '2026-11-22', row: '0012' };
        expect(parseSearch(stringifySearch(search))).toEqual(search);
        expect(stringifySearch({ year: '2027' })).toBe('?year=2027');
        expect(stringifySearch({})).toBe('');
    });
    it('normalises text to NFC', () => {
        expect(parseSearch(`?q=${encodeURIComponent('Đà Nẵng'.normalize('NFD'))}`).q).toBe(
            'Đà Nẵng',
        );
    });
    it('a patch sets, keeps and removes', () => {
        expect(applyPatch({ a: '1', b: '2' }, { b: null, c: '3' })).toEqual({ a: '1', c: '3' });
    });
});
