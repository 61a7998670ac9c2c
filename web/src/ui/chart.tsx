// Charts: a title that says what is shown, an SVG by ECharts (loaded only when a chart is on the
// page), a table view of the same numbers beside it, and a summary for screen readers.
import { lazy, Suspense, useId, useState } from 'react';
import { useI18n } from '../i18n';
import { formatCell, formatNumber } from '../lib/format';
import { Skeleton } from './basic';

export interface SeriesValue {
    v?: number | null;
    lo?: number | null;
    hi?: number | null;
}
export interface Series {
    name: string;
    values: (SeriesValue | null)[];
}
export interface ChartSpec {
    title: string;
    unit?: string;
    categories: string[];
    series: Series[];
    kind: 'stacked' | 'grouped' | 'interval';
    horizontal?: boolean;
}

const Engine = lazy(() => import('./chart_engine'));

export function Chart({ spec, height }: { spec: ChartSpec; height?: number }) {
    const { t, lang } = useI18n();
    const [asTable, setAsTable] = useState(false);
    const id = useId();
    const tall =
        height ?? (spec.horizontal ? Math.max(160, 64 + spec.categories.length * 26) : 300);
    return (
        <figure className="card chart" aria-labelledby={id}>
            <div className="card-head">
                <h2 id={id}>
                    {spec.title}
                    {spec.unit ? <span className="unit small"> ({spec.unit})</span> : null}
                </h2>
                <button
                    type="button"
                    className="button tiny no-print"
                    aria-pressed={asTable}
                    onClick={() => setAsTable(!asTable)}
                >
                    {asTable ? t('chart.as_chart') : t('chart.as_table')}
                </button>
            </div>
            {asTable ? (
                <ChartTable spec={spec} />
            ) : (
                <div
                    role="img"
                    aria-label={t('chart.summary', {
                        title: spec.title,
                        n: formatNumber(spec.categories.length, lang),
                        series: spec.series.map((s) => s.name).join(', '),
                    })}
                >
                    <Suspense fallback={<Skeleton lines={8} />}>
                        <Engine spec={spec} height={tall} />
                    </Suspense>
                </div>
            )}
        </figure>
    );
}

function ChartTable({ spec }: { spec: ChartSpec }) {
    const { t, lang } = useI18n();
    return (
        <div className="chart-table">
            <table className="data">
                <caption className="sr">{spec.title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t('chart.category')}</th>
                        {spec.series.map((s) => (
                            <th key={s.name} scope="col" className="num">
                                {s.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {spec.categories.map((category, i) => (
                        <tr key={category}>
                            <th scope="row">{category}</th>
                            {spec.series.map((s) => (
                                <td key={s.name} className="num">
                                    {formatCell(s.values[i] ?? { unknown: true }, lang, {
                                        unknown: t('unknown'),
                                    })}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
