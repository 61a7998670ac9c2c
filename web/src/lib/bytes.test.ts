import { describe, expect, it } from 'vitest';
import { cut, segments } from './bytes';

const text = 'Đề xuất: 1.436.130 triệu đồng';
const bytes = new TextEncoder().encode(text);
const offset = (part: string) => new TextEncoder().encode(text.slice(0, text.indexOf(part))).length;

describe('byte spans', () => {
    it('marks exactly the words of a span, counted in bytes', () => {
        const begin = 1000 + offset('1.436.130');
        const parts = segments(text, 1000, [{ begin, end: begin + 9, kind: 'span', id: 'x' }]);
        expect(parts.map((p) => p.text).join('')).toBe(text);
        expect(parts.filter((p) => p.marks.length > 0).map((p) => p.text)).toEqual(['1.436.130']);
    });
    it('cuts overlapping marks into runs that know all of theirs', () => {
        const at = offset('1.436.130');
        const parts = segments(text, 0, [
            { begin: at, end: at + 9, kind: 'assertion', id: 'a' },
            { begin: at + 2, end: at + 20, kind: 'finding', id: 'f' },
        ]);
        expect(parts.map((p) => [p.text.length > 0, p.marks.map((m) => m.kind).join('+')])).toEqual(
            [
                [true, ''],
                [true, 'assertion'],
                [true, 'assertion+finding'],
                [true, 'finding'],
                [true, ''],
            ],
        );
    });
    it('a mark outside of the window changes nothing', () => {
        expect(segments(text, 0, [{ begin: 5000, end: 5010, kind: 'x', id: '' }])).toHaveLength(1);
    });
    it('gives every character to one window, wherever the border falls', () => {
        for (let border = 0; border <= bytes.length; border += 1) {
            expect(cut(text, 0, 0, border) + cut(text, 0, border, bytes.length)).toBe(text);
        }
    });
});
