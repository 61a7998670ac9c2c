// Patent filings by year and kind, standards by technology group: a chart and its list.
import { Link, useRouterState } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Table } from '../../api/types';
import { useI18n } from '../../i18n';
import { boundsOf } from '../../lib/format';
import { PageHead } from '../../ui/basic';
import { Chart, type ChartSpec } from '../../ui/chart';
import { ReportTable } from '../../ui/report_table';

function Tabs() {
    const { t } = useI18n();
    const path = useRouterState({ select: (state) => state.location.pathname });
    const tabs = [
        ['/programme/patents', t('patents.tab')],
        ['/programme/standards', t('standards.tab')],
    ] as const;
    return (
        <nav className="tabs" aria-label={t('patents.tabs')}>
            {tabs.map(([to, label]) => (
                <Link key={to} to={to} aria-current={path === to ? 'page' : undefined}>
                    {label}
                </Link>
            ))}
        </nav>
    );
}

export function PatentsPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('patents.title')}>{t('patents.lead')}</PageHead>
            <Tabs />
            <ReportTable name="patents" searchable={false}>
                {(table) => <YearChart table={table} />}
            </ReportTable>
        </>
    );
}

export function StandardsPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('standards.title')}>{t('standards.lead')}</PageHead>
            <Tabs />
            <ReportTable name="standards" long={['group', 'title']}>
                {(table) => <GroupChart table={table} />}
            </ReportTable>
        </>
    );
}

// Columns that hold counts, without sums of other columns when there are parts.
function parts(table: Table): string[] {
    const numbers = table.columns.filter(
        (c) => c.type === 'number' && !['year', 'no'].includes(c.key),
    );
    const totals = numbers.filter((c) => c.key.startsWith('total_'));
    if (totals.length >= 2) return totals.map((c) => c.key);
    const single = numbers.filter((c) => c.key !== 'total');
    return (single.length > 0 ? single : numbers).map((c) => c.key);
}

function useSpec(
    table: Table,
    category: string[],
    title: string,
    horizontal: boolean,
): ChartSpec | null {
    const { local } = useI18n();
    return useMemo(() => {
        const label =
            table.columns.find((c) => category.includes(c.key)) ??
            table.columns.find((c) => c.type === 'text');
        const keys = parts(table);
        const rows = table.rows.filter((r) => r.cells[label?.key ?? '']?.v != null);
        if (!label || keys.length === 0 || rows.length === 0) return null;
        return {
            title,
            kind: 'stacked',
            horizontal,
            categories: rows.map((r) => String(r.cells[label.key]?.v)),
            series: keys.map((key) => {
                const meta = table.columns.find((c) => c.key === key);
                return {
                    name: meta ? local(meta.title) : key,
                    values: rows.map((r) => boundsOf(r.cells[key])),
                };
            }),
        };
    }, [table, category, title, horizontal, local]);
}

const yearKeys = ['year'];
const groupKeys = ['group', 'technology', 'title'];

function YearChart({ table }: { table: Table }) {
    const { t } = useI18n();
    const spec = useSpec(table, yearKeys, t('patents.chart'), false);
    return spec ? <Chart spec={spec} /> : null;
}

function GroupChart({ table }: { table: Table }) {
    const { t } = useI18n();
    const spec = useSpec(table, groupKeys, t('standards.chart'), true);
    return spec ? <Chart spec={spec} /> : null;
}
