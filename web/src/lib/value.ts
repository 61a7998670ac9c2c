// Values as people type them, in the notation of their language. Vietnamese groups by dots and takes
// a comma for decimals, English the other way round: "169.000" is 169000 in one and a slip in the
// other. What cannot be read without doubt is refused, never guessed.
import type { Lang } from '../i18n';
import { type CellValue, formatDate, formatNumber } from './format';

export type Kind = 'number' | 'date' | 'text';
export type Fault = 'number' | 'date' | 'order' | 'bounds';
export type Parsed = { value: CellValue } | { fault: Fault };

const isoDate = /^\d{4}-\d{2}-\d{2}$/;

// The API sends numbers as numbers, words and dates as strings.
export function kindOf(cell: CellValue): Kind {
    if (typeof cell.v !== 'string') return 'number';
    return isoDate.test(cell.v) ? 'date' : 'text';
}

// The value as it stands in an input field.
export function inputText(cell: CellValue, lang: Lang): string {
    if (cell.unknown) return '';
    if (typeof cell.v === 'string') return isoDate.test(cell.v) ? formatDate(cell.v, lang) : cell.v;
    const one = (x: string | number | null | undefined) =>
        x == null ? '' : formatNumber(x, lang, 20);
    return cell.v != null ? one(cell.v) : `${one(cell.lo)} .. ${one(cell.hi)}`.trim();
}

// "1.416.130,5" in Vietnamese, "1,416,130.5" in English; null for anything else.
export function parseNumber(text: string, lang: Lang): string | null {
    const [group, point] = lang === 'vi' ? ['\\.', ','] : [',', '\\.'];
    const shape = new RegExp(`^-?(?:\\d+|[1-9]\\d{0,2}(?:${group}\\d{3})+)(?:${point}\\d+)?$`);
    const trimmed = text.trim().replace('−', '-');
    if (!shape.test(trimmed)) return null;
    return trimmed.replaceAll(lang === 'vi' ? '.' : ',', '').replace(',', '.');
}

function parseDate(text: string): string | null {
    const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
    const [year, month, day] = match
        ? [match[3] ?? '', (match[2] ?? '').padStart(2, '0'), (match[1] ?? '').padStart(2, '0')]
        : text.split('-');
    const iso = `${year}-${month}-${day}`;
    const date = new Date(`${iso}T00:00:00Z`);
    const real = isoDate.test(iso) && !Number.isNaN(date.getTime());
    return real && date.toISOString().startsWith(iso) ? iso : null;
}

// "12" exact, "12 .. 24" a range, "12 .." or "≥ 12" at least, ".. 24" or "≤ 24" at most, "" unknown.
export function parseValue(text: string, kind: Kind, lang: Lang): Parsed {
    const trimmed = text.trim().normalize('NFC');
    if (trimmed === '') return { value: { unknown: true } };
    if (kind === 'text') return { value: { v: trimmed } };
    if (kind === 'date') {
        const iso = parseDate(trimmed);
        return iso ? { value: { v: iso } } : { fault: 'date' };
    }
    const open = /^([≥≤])(.*)$/.exec(trimmed);
    const range = open
        ? open[1] === '≥'
            ? [open[2] ?? '', '']
            : ['', open[2] ?? '']
        : trimmed.split(/\s*(?:\.\.|–|—)\s*|\s+-\s+/);
    if (range.length === 1) {
        const number = parseNumber(trimmed, lang);
        return number === null ? { fault: 'number' } : { value: { v: number } };
    }
    if (range.length !== 2 || range.every((part) => part === '')) return { fault: 'bounds' };
    const bounds = range.map((part) => (part === '' ? null : parseNumber(part, lang)));
    if (bounds.some((bound, i) => bound === null && range[i] !== '')) return { fault: 'number' };
    const [lo, hi] = [bounds[0] ?? null, bounds[1] ?? null];
    if (lo !== null && hi !== null && Number(lo) > Number(hi)) return { fault: 'order' };
    return { value: { lo, hi } };
}
