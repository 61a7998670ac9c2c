// Numbers, intervals, money, dates as people read them. Values come as numbers or as exact decimal
// strings; strings are never turned into floating point on the way to the screen.
import type { Lang } from '../i18n';

export interface CellValue {
    v?: string | number | null;
    lo?: string | number | null;
    hi?: string | number | null;
    unknown?: boolean;
}

const locales: Record<Lang, string> = { vi: 'vi-VN', en: 'en-GB' };
const formats = new Map<string, Intl.NumberFormat>();

export function isDecimal(text: string): boolean {
    return /^-?\d+(\.\d+)?$/.test(text);
}

export function formatNumber(value: string | number, lang: Lang, maxDigits = 6): string {
    const key = `${lang}:${maxDigits}`;
    let format = formats.get(key);
    if (!format) {
        format = new Intl.NumberFormat(locales[lang], { maximumFractionDigits: maxDigits });
        formats.set(key, format);
    }
    if (typeof value === 'string' && !isDecimal(value)) return value;
    return format.format(value as number);
}

// Divides an exact decimal by 10^places without floating point: shiftDecimal("1416130", 3) = "1416.13".
export function shiftDecimal(value: string | number, places: number): string {
    const text = String(value);
    if (!isDecimal(text)) return text;
    const negative = text.startsWith('-');
    const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
    const padded = whole.padStart(places + 1, '0');
    const cut = padded.length - places;
    const digits = (padded.slice(cut) + fraction).replace(/0+$/, '');
    const head = padded.slice(0, cut);
    const result = digits ? `${head}.${digits}` : head;
    return negative && Number(result) !== 0 ? `-${result}` : result;
}

// A unit as shown and the power of ten that stored values are divided by; `scale` is a word that
// stands between the number and a unit of its own ("30 tỷ tham số").
export interface ShownUnit {
    key: string;
    places: number;
    scale?: 'billion';
}

// Money in headlines is shown in billions of VND from one billion up, else in millions. Other numbers
// from one billion up are shown in billions where two decimals hold them exactly.
export function shownUnit(unit: string, cell: CellValue, compact: boolean): ShownUnit {
    const bounds = [cell.v, cell.lo, cell.hi].filter((x) => x != null).map(Number);
    const largest = bounds.length > 0 ? Math.max(...bounds.map(Math.abs)) : 0;
    if (unit === 'VND' && largest >= 1e9) return { key: 'billion_vnd', places: 9 };
    if (unit === 'VND' && largest >= 1e6) return { key: 'million_vnd', places: 6 };
    if (unit === 'million_vnd' && compact && largest >= 1e3) {
        return { key: 'billion_vnd', places: 3 };
    }
    const short = bounds.every((x) => x % 1e7 === 0);
    if (largest >= 1e9 && short && !unit.includes('vnd')) {
        return { key: unit, places: 9, scale: 'billion' };
    }
    return { key: unit, places: 0 };
}

function isUnknown(cell: CellValue): boolean {
    return cell.unknown === true || (cell.v == null && cell.lo == null && cell.hi == null);
}

export function formatCell(
    cell: CellValue,
    lang: Lang,
    options: { places?: number; unknown: string; text?: boolean } = { unknown: '?' },
): string {
    if (isUnknown(cell)) return options.unknown;
    const one = (x: string | number) => {
        const text = String(x);
        if (options.text) return text;
        if (/^\d{4}-\d{2}-\d{2}/.test(text)) return formatDate(text, lang);
        if (!isDecimal(text)) return text;
        return formatNumber(options.places ? shiftDecimal(x, options.places) : x, lang);
    };
    if (cell.v != null) return one(cell.v);
    if (cell.lo != null && cell.hi != null) {
        return String(cell.lo) === String(cell.hi)
            ? one(cell.lo)
            : `${one(cell.lo)} – ${one(cell.hi)}`;
    }
    return cell.lo != null ? `≥ ${one(cell.lo)}` : `≤ ${one(cell.hi as string)}`;
}

// Lower and upper bound as numbers, for drawing only.
export function boundsOf(cell: CellValue | undefined): { lo: number; hi: number } | null {
    if (!cell || isUnknown(cell)) return null;
    const lo = cell.v ?? cell.lo ?? cell.hi;
    const hi = cell.v ?? cell.hi ?? cell.lo;
    const pair = { lo: Number(lo), hi: Number(hi) };
    return Number.isFinite(pair.lo) && Number.isFinite(pair.hi) ? pair : null;
}

const zone = 'Asia/Ho_Chi_Minh';

export function formatDate(iso: string, lang: Lang): string {
    const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
    if (!match) return iso;
    if (iso.length > 10) return formatTime(iso, lang);
    return `${match[3]}/${match[2]}/${match[1]}`;
}

export function formatTime(iso: string, lang: Lang): string {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return iso;
    return new Intl.DateTimeFormat(locales[lang], {
        timeZone: zone,
        day: '2-digit',
        month: '2-digit',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
    }).format(date);
}

export function formatBytes(bytes: number, lang: Lang): string {
    if (bytes < 1e3) return `${bytes} B`;
    if (bytes < 1e6) return `${formatNumber(Math.round(bytes / 100) / 10, lang)} kB`;
    return `${formatNumber(Math.round(bytes / 1e5) / 10, lang)} MB`;
}

const collator = new Intl.Collator('vi', { numeric: true });
export const compareVi = (a: string, b: string): number => collator.compare(a, b);

// Lower case without tone marks; đ is d. A query with marks is matched with marks.
export function fold(text: string): string {
    return text
        .normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .replace(/đ/g, 'd')
        .replace(/Đ/g, 'D')
        .toLowerCase();
}

export function matches(text: string, query: string): boolean {
    const wanted = query.trim().normalize('NFC').toLowerCase();
    if (wanted === '') return true;
    return fold(wanted) === wanted
        ? fold(text).includes(wanted)
        : text.normalize('NFC').toLowerCase().includes(wanted);
}
