// The first page: what is known, what is asked for by 2027 and 2030, what comes next, what does not
// add up. Every number is a figure that leads to its source.
import { Link } from '@tanstack/react-router';
import { useOverview, useReport } from '../../api/queries';
import type { Component, Overview, Target } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatDate } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { AppLink, Empty, Fetched, PageHead, Status } from '../../ui/basic';
import { Figure } from '../../ui/figure';
import { deadlineState, findingHref, StatusWord } from '../../ui/report_table';

export function OverviewPage() {
    const { t, lang } = useI18n();
    const [search] = useSearchState();
    const overview = useOverview(search.as_of);
    return (
        <>
            <PageHead title={t('overview.title')}>
                {overview.data
                    ? t('overview.lead', { date: formatDate(overview.data.as_of, lang) })
                    : null}
            </PageHead>
            <Fetched query={overview} lines={12}>
                {(data) => (
                    <>
                        <Totals data={data} />
                        <section className="stack" aria-labelledby="families">
                            <h2 id="families">{t('overview.families')}</h2>
                            {data.components.length === 0 ? (
                                <div className="card">
                                    <Empty
                                        title={t('overview.empty')}
                                        icon="import"
                                        action={
                                            <Link
                                                to="/programme/imports"
                                                className="button primary"
                                            >
                                                {t('import.start')}
                                            </Link>
                                        }
                                    >
                                        {t('overview.empty.next')}
                                    </Empty>
                                </div>
                            ) : (
                                <div className="grid">
                                    {data.components.map((component) => (
                                        <Family key={component.key} component={component} />
                                    ))}
                                </div>
                            )}
                        </section>
                        <div className="grid two">
                            <NextDeadlines />
                            <OpenFindings data={data} />
                        </div>
                    </>
                )}
            </Fetched>
        </>
    );
}

function Totals({ data }: { data: Overview }) {
    const { t, lang } = useI18n();
    const { totals } = data;
    return (
        <dl className="kpis">
            <div className="kpi">
                <dt>{t('overview.tasks')}</dt>
                <dd className="value">
                    <Link to="/programme/orders" className="figure">
                        {totals.tasks}
                    </Link>
                </dd>
                <dd className="note">
                    {t('overview.priced', { n: totals.priced, m: totals.unpriced })}
                </dd>
            </div>
            <div className="kpi">
                <dt>{t('overview.budget')}</dt>
                <dd className="value">
                    <Figure cell={totals.budget} unit="million_vnd" compact />
                </dd>
                <dd className="note">{t('overview.unpriced', { n: totals.unpriced })}</dd>
            </div>
            <div className="kpi">
                <dt>{t('overview.patents')}</dt>
                <dd className="value">
                    <Figure cell={totals.patents} />
                </dd>
                <dd className="note">
                    <Link to="/programme/patents">{t('overview.by_year')}</Link>
                </dd>
            </div>
            <div className="kpi">
                <dt>{t('overview.standards')}</dt>
                <dd className="value">
                    <Figure cell={totals.standards} />
                </dd>
                <dd className="note">
                    <Link to="/programme/standards">{t('overview.by_group')}</Link>
                </dd>
            </div>
            <div className="kpi">
                <dt>{t('overview.deadlines')}</dt>
                <dd className="value">
                    <Link to="/programme/deadlines" className="figure">
                        {t('overview.passed', {
                            n: totals.deadlines.passed,
                            m: totals.deadlines.total,
                        })}
                    </Link>
                </dd>
                <dd className="note">
                    {totals.deadlines.next
                        ? t('overview.next', { date: formatDate(totals.deadlines.next.due, lang) })
                        : t('overview.no_next')}
                </dd>
            </div>
            <div className="kpi">
                <dt>{t('overview.findings')}</dt>
                <dd className="value">
                    <Link
                        to="/programme/findings"
                        className="figure"
                        search={{ state: 'open' } as never}
                    >
                        {totals.findings.open}
                    </Link>
                </dd>
                <dd className="note">
                    {t('overview.severities', {
                        e: totals.findings.error,
                        w: totals.findings.warning,
                        q: totals.findings.question,
                    })}
                </dd>
            </div>
        </dl>
    );
}

interface Line {
    key: string;
    title: string;
    unit: string;
    y2027: Target[];
    y2030: Target[];
    known: Target['known'];
}

// One line per indicator and subject; two targets for one subject and year are both shown.
export function linesOf(targets: Target[]): Line[] {
    const lines = new Map<string, Line>();
    for (const target of targets) {
        const key = `${target.indicator}|${target.subject}|${target.unit}`;
        const line = lines.get(key) ?? {
            key,
            title: target.title,
            unit: target.unit,
            y2027: [],
            y2030: [],
            known: null,
        };
        if (target.horizon === '2027') line.y2027.push(target);
        else if (target.horizon) line.y2030.push(target);
        line.known ??= target.known;
        lines.set(key, line);
    }
    // What states a figure comes before goals in words only.
    const words = (line: Line) =>
        !line.known && [...line.y2027, ...line.y2030].every((target) => target.cell.unknown);
    return [...lines.values()].sort((a, b) => Number(words(a)) - Number(words(b)));
}

const firstLines = 6;

function Family({ component }: { component: Component }) {
    const { t, local } = useI18n();
    const lines = linesOf(component.targets);
    const name = local(component.title);
    return (
        <article className="card family">
            <div>
                <h3>{name}</h3>
                <p className="muted small">
                    {t('overview.counts', { m: component.indicators })}
                </p>
            </div>
            {lines.length === 0 ? (
                <p className="unknown">{t('overview.no_targets')}</p>
            ) : (
                <table>
                    <caption className="sr">{name}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t('overview.indicator')}</th>
                            <th scope="col">2027</th>
                            <th scope="col">2030</th>
                            <th scope="col">{t('overview.known')}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {lines.slice(0, firstLines).map((line) => (
                            <tr key={line.key}>
                                <th scope="row" lang="vi">
                                    {line.title}
                                </th>
                                <td data-label="2027">
                                    <Cells targets={line.y2027} />
                                </td>
                                <td data-label="2030">
                                    <Cells targets={line.y2030} />
                                </td>
                                <td data-label={t('overview.known')}>
                                    {line.known ? (
                                        <Figure
                                            cell={{
                                                ...line.known.cell,
                                                assertion:
                                                    line.known.assertion ||
                                                    line.known.cell.assertion,
                                            }}
                                            unit={line.known.unit}
                                            compact
                                        />
                                    ) : (
                                        <span className="unknown">{t('unknown')}</span>
                                    )}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
            <AppLink
                href={`/programme/targets?component=${encodeURIComponent(component.title.vi)}`}
            >
                {lines.length > firstLines
                    ? t('overview.all_targets', { n: lines.length })
                    : t('overview.open_targets')}
            </AppLink>
        </article>
    );
}

function Cells({ targets }: { targets: Target[] }) {
    const { t } = useI18n();
    if (targets.length === 0) return <span className="muted">–</span>;
    return (
        <>
            {targets.map((target, i) => (
                <div key={target.cell.assertion ?? i}>
                    <Figure
                        cell={target.cell}
                        unit={target.unit}
                        unknown={t('overview.goal')}
                        compact
                    />
                </div>
            ))}
        </>
    );
}

function NextDeadlines() {
    const { t, lang } = useI18n();
    const [search] = useSearchState();
    const report = useReport('deadlines', {
        as_of: search.as_of,
        sort: 'due',
        limit: 200,
        offset: 0,
    });
    return (
        <section className="card">
            <div className="card-head">
                <h2>{t('overview.next_deadlines')}</h2>
                <Link to="/programme/deadlines">{t('overview.see_all')}</Link>
            </div>
            <Fetched query={report} lines={4}>
                {(table) => {
                    const ahead = table.rows.filter(
                        (r) => deadlineState(r.cells.state?.v) !== 'passed',
                    );
                    const shown = (ahead.length > 0 ? ahead : table.rows.slice(-5)).slice(0, 5);
                    if (shown.length === 0) return <p className="muted">{t('deadlines.none')}</p>;
                    return (
                        <ul className="list">
                            {shown.map((row) => (
                                <li key={row.id} className="deadline-line">
                                    <span className="row">
                                        <strong>
                                            {row.cells.due?.v
                                                ? formatDate(String(row.cells.due.v), lang)
                                                : t('unknown')}
                                        </strong>
                                        <StatusWord
                                            code={String(
                                                row.cells.status?.v ??
                                                    row.cells.state?.v ??
                                                    'future',
                                            )}
                                        />
                                    </span>
                                    <span lang="vi">{String(row.cells.title?.v ?? '')}</span>
                                </li>
                            ))}
                        </ul>
                    );
                }}
            </Fetched>
        </section>
    );
}

function OpenFindings({ data }: { data: Overview }) {
    const { t, lang } = useI18n();
    const report = useReport(
        'findings',
        { state: 'open', limit: 5, offset: 0 },
        data.totals.findings.open > 0,
    );
    return (
        <section className="card">
            <div className="card-head">
                <h2>{t('overview.open_findings')}</h2>
                <Link to="/programme/findings">{t('overview.see_all')}</Link>
            </div>
            {data.totals.findings.open === 0 ? (
                <Status tone="ok">{t('findings.none')}</Status>
            ) : (
                <Fetched query={report} lines={4}>
                    {(table) => (
                        <ul className="list">
                            {table.rows.slice(0, 5).map((row) => (
                                <li key={row.id} className="deadline-line">
                                    <span className="row">
                                        <StatusWord code={String(row.cells.severity?.v ?? '')} />
                                    </span>
                                    <AppLink href={findingHref(row.id)}>
                                        {String(row.cells[`summary_${lang}`]?.v ?? row.id)}
                                    </AppLink>
                                </li>
                            ))}
                        </ul>
                    )}
                </Fetched>
            )}
        </section>
    );
}
