// The tile grid of the 34 provinces: one equal tile each, no false precision. Hoàng Sa and Trường Sa
// are drawn and labelled always, whatever the data: they take the colour and the link of their
// province. The layout is the data set's own (data/programme); the server may send newer places.
import type { Province } from '../api/types';
import { useI18n } from '../i18n';
import { boundsOf } from '../lib/format';
import layout from '../../../data/programme/provinces.json';

// Each archipelago with the code of the province it belongs to.
export const archipelagos = layout.archipelagos.map((group) => ({
    ...group,
    of: layout.provinces.find((p) => p.name === group.province)?.code ?? '',
}));

export const tileSize = 62;
const gap = 3;
export const columns = 7;
export const rows = 17;
export const viewWidth = columns * tileSize + 34;
export const viewHeight = rows * tileSize;

export interface Tile {
    code: string;
    name: string;
    row: number;
    column: number;
    province?: Province;
}

export function tilesOf(provinces: Province[]): Tile[] {
    const sent = new Map(provinces.filter((p) => !p.archipelago_of).map((p) => [p.code, p]));
    return layout.provinces.map((tile) => {
        const province = sent.get(tile.code);
        return province
            ? {
                  code: tile.code,
                  name: province.name || tile.name,
                  row: province.row ?? tile.row,
                  column: province.column ?? tile.column,
                  province,
              }
            : tile;
    });
}

// Two lines at most: "Thành phố Hồ Chí Minh" -> "TP. Hồ", "Chí Minh".
export function labelLines(full: string): string[] {
    const name = full.replace(/^Thành phố /, 'TP. ');
    if (name.length <= 8) return [name];
    const words = name.split(' ');
    const half = Math.ceil(words.length / 2);
    return words.length === 1
        ? [name]
        : [words.slice(0, half).join(' '), words.slice(half).join(' ')];
}

function shade(value: number | null, max: number): number {
    if (value === null || max <= 0) return 0;
    return value === 0 ? 1 : Math.min(5, 1 + Math.ceil((value / max) * 4));
}

export function TileMap({
    provinces,
    title,
    text,
    value,
    selected,
    onSelect,
}: {
    provinces: Province[];
    title: string;
    text: (tile: Tile) => string;
    value: (tile: Tile) => string;
    selected?: string;
    onSelect: (code: string) => void;
}) {
    const { t } = useI18n();
    const tiles = tilesOf(provinces).sort((a, b) => a.row - b.row || a.column - b.column);
    const values = new Map(
        tiles.map((tile) => [tile.code, boundsOf(tile.province?.value)?.hi ?? null]),
    );
    const max = Math.max(0, ...[...values.values()].map((v) => v ?? 0));
    const level = (code: string) => shade(values.get(code) ?? null, max);
    const at = (tile: { row: number; column: number }) => ({
        x: tile.column * tileSize,
        y: tile.row * tileSize,
    });
    const keys = (code: string) => (event: React.KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onSelect(code);
    };
    return (
        <svg
            className="tilemap"
            viewBox={`0 0 ${viewWidth} ${viewHeight}`}
            role="group"
            aria-label={title}
        >
            <path
                className="coast"
                d={`M${5.35 * tileSize} ${2 * tileSize}V${rows * tileSize - 20}`}
                aria-hidden="true"
            />
            {tiles.map((tile) => {
                const { x, y } = at(tile);
                const lines = labelLines(tile.name);
                const named = lines.length;
                const number = value(tile);
                if (number) lines.push(number);
                return (
                    <g
                        key={tile.code}
                        className="tile"
                        data-level={level(tile.code)}
                        data-code={tile.code}
                        data-selected={selected === tile.code}
                        role="button"
                        tabIndex={0}
                        aria-pressed={selected === tile.code}
                        aria-label={text(tile)}
                        onClick={() => onSelect(tile.code)}
                        onKeyDown={keys(tile.code)}
                    >
                        <title>{text(tile)}</title>
                        <rect
                            x={x + gap / 2}
                            y={y + gap / 2}
                            width={tileSize - gap}
                            height={tileSize - gap}
                            rx="5"
                        />
                        {lines.map((line, i) => (
                            <text
                                key={line}
                                className={i === named ? 'count' : undefined}
                                x={x + tileSize / 2}
                                y={y + tileSize / 2 + 4 + (i - (lines.length - 1) / 2) * 15}
                            >
                                {line}
                            </text>
                        ))}
                    </g>
                );
            })}
            {archipelagos.map((group) => {
                const { x, y } = at(group);
                const owner = tiles.find((tile) => tile.code === group.of);
                const label = `${t('map.archipelago', { name: group.name })}: ${owner ? text(owner) : ''}`;
                return (
                    <g
                        key={group.name}
                        className="tile sea"
                        data-level={level(group.of)}
                        data-archipelago={group.name}
                        data-code={group.of}
                        data-selected={selected === group.of}
                        role="button"
                        tabIndex={0}
                        aria-pressed={selected === group.of}
                        aria-label={label}
                        onClick={() => onSelect(group.of)}
                        onKeyDown={keys(group.of)}
                    >
                        <title>{label}</title>
                        <rect
                            className="frame"
                            x={x - 22}
                            y={y - 6}
                            width={tileSize + 50}
                            height={tileSize + 36}
                            rx="8"
                        />
                        {islands.map(([dx, dy, r]) => (
                            <circle
                                key={`${dx},${dy}`}
                                cx={x + 3 + dx * 60}
                                cy={y + 4 + dy * 40}
                                r={r}
                            />
                        ))}
                        <text className="strong" x={x + 3 + tileSize / 2 - 28 + 25} y={y + 62}>
                            {group.name}
                        </text>
                        <text className="owner" x={x + 3 + tileSize / 2 - 28 + 25} y={y + 80}>
                            {owner?.name ?? ''}
                        </text>
                    </g>
                );
            })}
        </svg>
    );
}

// Places of the dots inside an archipelago's frame, as shares of it, and their radius.
const islands: [number, number, number][] = [
    [0.05, 0.35, 5],
    [0.28, 0.12, 4],
    [0.4, 0.62, 6],
    [0.62, 0.28, 5],
    [0.8, 0.7, 4],
    [0.95, 0.2, 4],
];
