// Budget by organisation, source and year. The chart draws intervals as intervals; what has no
// estimate is counted, never drawn as zero.
import { useMemo } from 'react';
import { useReport } from '../../api/queries';
import type { Table } from '../../api/types';
import { useI18n } from '../../i18n';
import { boundsOf } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { Fetched, PageHead } from '../../ui/basic';
import { Chart, type ChartSpec } from '../../ui/chart';
import { useUnit } from '../../ui/figure';
import { ReportTable } from '../../ui/report_table';

export function BudgetPage() {
    const { t } = useI18n();
    const [search] = useSearchState();
    const owners = useReport('organisations', { as_of: search.as_of, limit: 400, offset: 0 });
    return (
        <>
            <PageHead title={t('budget.title')}>{t('budget.lead')}</PageHead>
            <Fetched query={owners}>{(table) => <BudgetChart table={table} />}</Fetched>
            <h2>{t('budget.lines')}</h2>
            <ReportTable
                name="budget"
                choices={['year', 'stage', 'document']}
                long={['title']}
                bar="amount"
            />
        </>
    );
}

const most = 24;

function BudgetChart({ table }: { table: Table }) {
    const { t, local } = useI18n();
    const unit = useUnit();
    const spec = useMemo<ChartSpec | null>(() => {
        const money = table.columns.find((c) => c.type === 'interval' && c.unit.includes('vnd'));
        const label = table.columns.find((c) => c.key === 'name') ?? table.columns[0];
        if (!money || !label) return null;
        const sums = new Map<string, { lo: number; hi: number }>();
        for (const row of table.rows) {
            const bounds = boundsOf(row.cells[money.key]);
            const name = String(row.cells[label.key]?.v ?? '');
            if (!bounds || name === '') continue;
            const before = sums.get(name) ?? { lo: 0, hi: 0 };
            sums.set(name, { lo: before.lo + bounds.lo, hi: before.hi + bounds.hi });
        }
        const sorted = [...sums.entries()].sort((a, b) => b[1].hi - a[1].hi).slice(0, most);
        if (sorted.length === 0) return null;
        return {
            title: t('budget.chart'),
            unit: unit(money.unit),
            kind: 'interval',
            horizontal: true,
            categories: sorted.map(([name]) => name),
            series: [
                {
                    name: local(money.title).replace(/\s*\([^)]*\)$/, ''),
                    values: sorted.map(([, value]) => value),
                },
            ],
        };
    }, [table, t, local, unit]);
    return spec ? <Chart spec={spec} /> : null;
}
