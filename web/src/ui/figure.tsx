// A figure shows value, unit, interval or "unknown", and is a link to where it comes from.
import type { Cell } from '../api/types';
import { useI18n } from '../i18n';
import { boundsOf, formatCell, type ShownUnit, shownUnit } from '../lib/format';
import { useSearchState } from '../lib/state';

// The words after a number: its scale, then its unit.
function useWords(): (shown: ShownUnit) => string {
    const { t } = useI18n();
    const label = useUnit();
    return (shown) =>
        [shown.scale ? t(`scale.${shown.scale}`) : '', label(shown.key)].filter(Boolean).join(' ');
}

export function useUnit(): (unit: string) => string {
    const { tx } = useI18n();
    return (unit) =>
        unit === '' || unit === 'count' || unit === '1' ? '' : tx(`unit.${unit}`, unit);
}

export function useCellText(): (cell: Cell, unit?: string, compact?: boolean) => string {
    const { lang, t } = useI18n();
    const words = useWords();
    return (cell, unit = '', compact = true) => {
        const shown = shownUnit(unit, cell, compact);
        const text = formatCell(cell, lang, { places: shown.places, unknown: t('unknown') });
        const name = cell.unknown ? '' : words(shown);
        return name ? `${text} ${name}`.replace(' %', '%') : text;
    };
}

// Words are shown in running size, numbers large.
export function valueClass(cell: Cell): string {
    const words = typeof cell.v === 'string' && cell.v.length > 24;
    return words ? 'trail-value words' : 'trail-value';
}

interface FigureProps {
    cell: Cell;
    unit?: string;
    compact?: boolean;
    showUnit?: boolean;
    text?: boolean;
    plain?: boolean;
    figure?: string;
    unknown?: string; // said where the value is not known
}

export function Figure({
    cell,
    unit = '',
    compact = false,
    showUnit = true,
    text = false,
    plain = false,
    figure,
    unknown: unknownWords,
}: FigureProps) {
    const { lang, t } = useI18n();
    const words = useWords();
    const [, set] = useSearchState();
    const shown = shownUnit(unit, cell, compact);
    const value = formatCell(cell, lang, {
        places: shown.places,
        unknown: unknownWords ?? t('unknown'),
        text: text || plain,
    });
    const unknown = cell.unknown === true || value === (unknownWords ?? t('unknown'));
    const name = unknown ? '' : words(showUnit ? shown : { ...shown, key: '' });
    const body = (
        <>
            <span className={unknown ? 'unknown' : undefined}>{value}</span>
            {name ? <span className="unit">{name === '%' ? name : ` ${name}`}</span> : null}
        </>
    );
    const derived = cell.figure || figure;
    const target = derived
        ? { figure: derived }
        : cell.assertion
          ? { assertion: cell.assertion }
          : null;
    if (!target) return <span>{body}</span>;
    return (
        <button
            type="button"
            className={text ? 'figure words' : 'figure'}
            title={t('trail.open')}
            onClick={(event) => {
                event.stopPropagation();
                set({ figure: null, assertion: null, ...target });
            }}
        >
            {body}
        </button>
    );
}

// The interval drawn as an interval: solid up to the lower bound, faint up to the upper one.
export function IntervalBar({ cell, max }: { cell: Cell | undefined; max: number }) {
    const bounds = boundsOf(cell);
    if (!bounds || max <= 0) {
        return (
            <svg className="ibar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <path
                    d="M0 4H100"
                    stroke="var(--line-strong)"
                    strokeWidth="1"
                    strokeDasharray="3 3"
                />
            </svg>
        );
    }
    const lo = (bounds.lo / max) * 100;
    const hi = (bounds.hi / max) * 100;
    return (
        <svg className="ibar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect className="track" x="0" y="3" width="100" height="2" />
            <rect className="sure" x="0" y="1" width={Math.max(lo, 0.6)} height="6" />
            {hi > lo ? <rect className="maybe" x={lo} y="1" width={hi - lo} height="6" /> : null}
        </svg>
    );
}
