// Duties with a date: what has passed, what is next, what lies ahead. The line "today" is drawn
// between them.
import type { Row, Table } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatDate } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { PageHead } from '../../ui/basic';
import { Figure } from '../../ui/figure';
import { Icon } from '../../ui/icons';
import { deadlineState, ReportTable, StatusWord } from '../../ui/report_table';

export function DeadlinesPage() {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const list = search.view === 'list';
    return (
        <>
            <PageHead title={t('deadlines.title')}>{t('deadlines.lead')}</PageHead>
            <div className="tabs">
                <button type="button" aria-pressed={!list} onClick={() => set({ view: null })}>
                    {t('deadlines.timeline')}
                </button>
                <button type="button" aria-pressed={list} onClick={() => set({ view: 'list' })}>
                    {t('deadlines.list')}
                </button>
            </div>
            <ReportTable
                key={list ? 'list' : 'line'}
                name="deadlines"
                choices={['lead', 'state']}
                long={['title']}
                cell={(_, column, cell) =>
                    column.key === 'state' ? <StatusWord code={deadlineState(cell.v)} /> : undefined
                }
                hideRows={!list}
            >
                {(table) => (list ? null : <Timeline table={table} />)}
            </ReportTable>
        </>
    );
}

const stateOf = (row: Row) => deadlineState(row.cells.state?.v);
const ended = (row: Row) => stateOf(row) === 'passed';

function Timeline({ table }: { table: Table }) {
    const { t, lang } = useI18n();
    const rows = [...table.rows].sort((a, b) =>
        String(a.cells.due?.v ?? '9999') < String(b.cells.due?.v ?? '9999') ? -1 : 1,
    );
    const firstAhead = rows.findIndex((row) => !ended(row));
    return (
        <section className="card">
            <ol className="timeline">
                {rows.map((row, i) => (
                    <TimelineRow
                        key={row.id}
                        now={
                            i === firstAhead
                                ? t('deadlines.now', { date: formatDate(table.as_of, lang) })
                                : ''
                        }
                    >
                        <li data-state={stateOf(row)}>
                            <time dateTime={String(row.cells.due?.v ?? '')}>
                                <Figure cell={row.cells.due ?? { unknown: true }} />
                            </time>
                            <span className="dot">
                                <Icon name={ended(row) ? 'cross' : 'clock'} />
                            </span>
                            <div className="stack tight">
                                <p lang="vi">{String(row.cells.title?.v ?? '')}</p>
                                <p className="row small">
                                    <StatusWord code={stateOf(row)} />
                                    <span className="muted" lang="vi">
                                        {String(row.cells.lead?.v ?? '')}
                                    </span>
                                    <span className="muted" lang="vi">
                                        {String(row.cells.place?.v ?? '')}
                                    </span>
                                </p>
                            </div>
                        </li>
                    </TimelineRow>
                ))}
            </ol>
        </section>
    );
}

function TimelineRow({ now, children }: { now: string; children: React.ReactNode }) {
    return (
        <>
            {now ? (
                <li className="now">
                    <span />
                    <span className="dot">
                        <Icon name="right" />
                    </span>
                    <div>{now}</div>
                </li>
            ) : null}
            {children}
        </>
    );
}
