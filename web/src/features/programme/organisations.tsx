// Where the proposals come from: the tile map of the 34 provinces and the list of organisations.
import { useMap } from '../../api/queries';
import type { MapData } from '../../api/types';
import { useI18n } from '../../i18n';
import { compareVi, formatCell } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { ErrorState, Fetched, PageHead } from '../../ui/basic';
import { Figure, useCellText } from '../../ui/figure';
import { ReportTable } from '../../ui/report_table';
import { type Tile, TileMap, tilesOf } from '../../ui/tile_map';

export function OrganisationsPage() {
    const { t, tx, lang } = useI18n();
    const [search, set] = useSearchState();
    const indicator = search.indicator === 'budget' ? 'budget' : 'orders';
    const unit = indicator === 'budget' ? 'million_vnd' : '';
    const map = useMap(indicator, search.as_of);
    const cellText = useCellText();
    const text = (tile: Tile) =>
        `${tile.name}: ${cellText(tile.province?.value ?? { unknown: true }, unit)}`;
    // The number itself stands in the tile: the shade is not the only sign.
    const value = (tile: Tile) => {
        const cell = tile.province?.value;
        return !cell || cell.unknown || Number(cell.v ?? cell.hi ?? 0) === 0
            ? ''
            : formatCell(cell, lang, { unknown: '' });
    };
    return (
        <>
            <PageHead title={t('organisations.title')}>{t('organisations.lead')}</PageHead>
            <div className="tabs">
                {(['orders', 'budget'] as const).map((name) => (
                    <button
                        key={name}
                        type="button"
                        aria-pressed={indicator === name}
                        onClick={() => set({ indicator: name === 'orders' ? null : name })}
                    >
                        {t(`map.${name}`)}
                    </button>
                ))}
            </div>
            {map.error && !map.data ? (
                <ErrorState error={map.error} retry={() => void map.refetch()} />
            ) : null}
            <div className="map-layout">
                <section className="card">
                    <TileMap
                        provinces={map.data?.provinces ?? []}
                        title={t('map.title')}
                        text={text}
                        value={value}
                        selected={search.province}
                        onSelect={(code) =>
                            set({ province: search.province === code ? null : code }, true)
                        }
                    />
                    <p className="hint">{t('map.hint')}</p>
                </section>
                <div className="stack">
                    <Fetched query={map}>
                        {(data) => (
                            <>
                                {search.province ? (
                                    <Selected code={search.province} data={data} unit={unit} />
                                ) : null}
                                <ProvinceTable
                                    data={data}
                                    unit={unit}
                                    label={t(`map.${indicator}`)}
                                />
                            </>
                        )}
                    </Fetched>
                </div>
            </div>
            <h2>{t('organisations.list')}</h2>
            <ReportTable
                name="organisations"
                choices={['kind']}
                long={['name']}
                bar="budget"
                cell={(_, column, cell) =>
                    column.key === 'kind' && cell.v
                        ? tx(`org_kind.${cell.v}`, String(cell.v))
                        : undefined
                }
            />
        </>
    );
}

function Selected({ code, data, unit }: { code: string; data: MapData; unit: string }) {
    const { t } = useI18n();
    const tile = tilesOf(data.provinces).find((x) => x.code === code);
    if (!tile) return null;
    const formers = data.formers.filter((f) => f.into === tile.name).map((f) => f.name);
    return (
        <section className="card" aria-live="polite">
            <h2 lang="vi">{tile.name}</h2>
            <p className="trail-value">
                <Figure
                    cell={tile.province?.value ?? { unknown: true }}
                    unit={unit}
                    figure={tile.province?.figure}
                    compact
                />
            </p>
            {formers.length > 1 ? (
                <p className="muted small">{t('map.formers', { names: formers.join(', ') })}</p>
            ) : null}
        </section>
    );
}

// The same numbers as the map, for those who read tables.
function ProvinceTable({ data, unit, label }: { data: MapData; unit: string; label: string }) {
    const { t } = useI18n();
    const tiles = tilesOf(data.provinces);
    const known = tiles
        .filter(
            (tile) =>
                tile.province?.value &&
                !tile.province.value.unknown &&
                Number(tile.province.value.v ?? tile.province.value.hi ?? 0) !== 0,
        )
        .sort((a, b) => compareVi(a.name, b.name));
    return (
        <div className="table-wrap">
            <table className="data">
                <caption className="sr">{t('map.title')}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t('map.province')}</th>
                        <th scope="col" className="num">
                            {label}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {known.map((tile) => (
                        <tr key={tile.code}>
                            <th scope="row" lang="vi">
                                {tile.name}
                            </th>
                            <td className="num">
                                <Figure
                                    cell={tile.province?.value ?? { unknown: true }}
                                    unit={unit}
                                    figure={tile.province?.figure}
                                />
                            </td>
                        </tr>
                    ))}
                    <tr>
                        <th scope="row" className="muted">
                            {t('map.others', { n: tiles.length - known.length })}
                        </th>
                        <td className="num">
                            <span className="muted">{t('map.no_orders')}</span>
                        </td>
                    </tr>
                </tbody>
            </table>
        </div>
    );
}
