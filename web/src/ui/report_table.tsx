// The one table of the console: filters, sort, open row and search in the address; the server sorts
// and filters. Up to 400 rows are in the page at once; beyond that rows are drawn as they are
// scrolled to and fetched in windows. On a phone each row becomes a card.
import { useQueries } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { get, type Query, queryString } from '../api/client';
import { reportKey, reportPath, useReport } from '../api/queries';
import type { Cell, Column, Row, Table } from '../api/types';
import { useI18n } from '../i18n';
import { boundsOf, compareVi, formatNumber, formatTime } from '../lib/format';
import { type Search, useSearchState } from '../lib/state';
import {
    AppLink,
    Empty,
    ErrorState,
    Skeleton,
    Status,
    type Tone,
    useErrorText,
} from './basic';
import { Figure, IntervalBar, useUnit } from './figure';
import { Icon, type IconName } from './icons';
import { Menu } from './menu';
import { useToast } from './toast';

const window_rows = 200;
const whole_rows = 400;
const page_rows = 1000; // the largest page of the API
const print_rows = 5000; // printed at once; more belongs in a spreadsheet

export const findingHref = (id: string): string => `/programme/findings/${encodeURIComponent(id)}`;

export interface ReportOptions {
    name: string;
    // Columns shown below the row when it is opened instead of in the table.
    details?: string[];
    hide?: string[];
    // Columns offered as a choice above the table.
    choices?: string[];
    // What a choice is called when its value is a code.
    choiceLabel?: (row: Row, column: string) => string | undefined;
    // Column whose interval is also drawn as a bar.
    bar?: string;
    long?: string[];
    fixed?: Search;
    cell?: (row: Row, column: Column, value: Cell) => ReactNode | undefined;
    emptyTitle?: string;
    emptyNext?: ReactNode;
    hideTotals?: boolean;
    hideRows?: boolean;
    searchable?: boolean;
    children?: (table: Table) => ReactNode;
}

// The part of the address that the server understands for this list.
export function reportQuery(search: Search, columns: string[], fixed: Search = {}): Query {
    const query: Query = { ...fixed };
    for (const key of [
        'as_of',
        'q',
        'sort',
        'state',
        'severity',
        'rule',
        'document',
        'actor',
        'action',
        'from',
        'to',
    ]) {
        if (search[key]) query[key] = search[key];
    }
    for (const key of columns) if (search[key]) query[key] = search[key];
    return query;
}

export function ReportTable(options: ReportOptions) {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const choices = options.choices ?? [];
    const query = reportQuery(search, choices, options.fixed);
    const report = useReport(options.name, { ...query, limit: whole_rows, offset: 0 });
    const print = usePrint(options.name, query, report.data);
    if (report.error && !report.data) {
        return <ErrorState error={report.error} retry={() => void report.refetch()} />;
    }
    const filtered = ['q', ...choices].some((key) => search[key]);
    return (
        <div className="stack" aria-busy={report.isFetching || print.busy}>
            <Toolbar options={options} query={query} table={report.data} onPrint={print.start} />
            {report.data ? (
                <>
                    {options.hideTotals || report.data.totals.length === 0 ? null : (
                        <Totals table={report.data} />
                    )}
                    {options.children?.(report.data)}
                    {report.data.rows.length === 0 ? (
                        <div className="card">
                            <Empty
                                title={
                                    filtered
                                        ? t('table.none')
                                        : (options.emptyTitle ?? t('table.empty'))
                                }
                                action={
                                    filtered ? (
                                        <button
                                            type="button"
                                            className="button"
                                            onClick={() =>
                                                set({
                                                    q: null,
                                                    ...Object.fromEntries(
                                                        choices.map((key) => [key, null]),
                                                    ),
                                                })
                                            }
                                        >
                                            {t('table.clear')}
                                        </button>
                                    ) : (
                                        options.emptyNext
                                    )
                                }
                            >
                                {filtered ? t('table.none.next') : t('table.empty.next')}
                            </Empty>
                        </div>
                    ) : options.hideRows ? null : (
                        <Rows options={options} table={print.table ?? report.data} query={query} />
                    )}
                </>
            ) : (
                <div className="card">
                    <Skeleton lines={9} />
                </div>
            )}
        </div>
    );
}

// A long list is drawn in windows: before it is printed all its rows are fetched and drawn, up to a
// limit that is said.
function usePrint(name: string, query: Query, shown: Table | undefined) {
    const { t, lang } = useI18n();
    const say = useToast();
    const errorText = useErrorText();
    const [table, setTable] = useState<Table | null>(null);
    const [busy, setBusy] = useState(false);
    useEffect(() => {
        if (!table) return undefined;
        const done = () => setTable(null);
        window.addEventListener('afterprint', done);
        window.print();
        return () => window.removeEventListener('afterprint', done);
    }, [table]);
    const start = async () => {
        if (!shown || shown.row_count <= shown.rows.length) {
            window.print();
            return;
        }
        if (shown.row_count > print_rows) {
            say('bad', t('table.print_limit', { n: formatNumber(print_rows, lang) }));
            return;
        }
        setBusy(true);
        try {
            const rows: Row[] = [];
            while (rows.length < shown.row_count) {
                const page = await get<Table>(reportPath(name), {
                    ...query,
                    limit: page_rows,
                    offset: rows.length,
                });
                if (page.rows.length === 0) break;
                rows.push(...page.rows);
            }
            setTable({ ...shown, rows, row_count: rows.length });
        } catch (error) {
            say('bad', errorText(error));
        } finally {
            setBusy(false);
        }
    };
    return { table, busy, start: () => void start() };
}

function Totals({ table }: { table: Table }) {
    const { t, local } = useI18n();
    return (
        <dl className="totals">
            {table.totals.map((total) => (
                <div key={total.key}>
                    <dt>{local(total.label)}</dt>
                    <dd>
                        <Figure cell={total.cell} unit={total.unit} compact />
                        {total.unknown_count > 0 && total.unit !== 'count' ? (
                            <span className="unknown">
                                {' '}
                                {t('table.unknown', { n: total.unknown_count })}
                            </span>
                        ) : null}
                    </dd>
                </div>
            ))}
        </dl>
    );
}

function Toolbar({
    options,
    query,
    table,
    onPrint,
}: {
    options: ReportOptions;
    query: Query;
    table: Table | undefined;
    onPrint: () => void;
}) {
    const { t, lang } = useI18n();
    const [search, set] = useSearchState();
    const [text, setText] = useState(search.q ?? '');
    const last = useRef(search.q ?? '');
    useEffect(() => {
        if ((search.q ?? '') !== last.current) {
            last.current = search.q ?? '';
            setText(search.q ?? '');
        }
    }, [search.q]);
    useEffect(() => {
        const timer = setTimeout(() => {
            const wanted = text.trim().normalize('NFC');
            if (wanted === last.current) return;
            last.current = wanted;
            set({ q: wanted || null }, true);
        }, 250);
        return () => clearTimeout(timer);
    }, [text, set]);
    return (
        <div className="toolbar" role="search" aria-label={t('table.filters')}>
            {options.searchable === false ? null : (
                <div className="search">
                    <Icon name="search" />
                    <input
                        className="input"
                        type="search"
                        aria-label={t('table.search')}
                        placeholder={t('table.search')}
                        value={text}
                        onChange={(event) => setText(event.target.value)}
                    />
                </div>
            )}
            {(options.choices ?? []).map((key) => (
                <Choice key={key} options={options} column={key} />
            ))}
            <div className="end">
                {table ? (
                    <span className="muted small" aria-live="polite">
                        {t('table.rows', { n: formatNumber(table.row_count, lang) })}
                    </span>
                ) : null}
                <ExportMenu path={reportPath(options.name)} query={query} onPrint={onPrint} />
            </div>
        </div>
    );
}

// The distinct values of a column, from the list without filters. A list longer than one page of the
// API may hold others: there the value is typed, with those of the first page as suggestions.
function Choice({ options, column }: { options: ReportOptions; column: string }) {
    const { t, local } = useI18n();
    const statusWord = useStatusWord();
    const [search, set] = useSearchState();
    const all = useReport(options.name, {
        ...options.fixed,
        as_of: search.as_of,
        limit: page_rows,
        offset: 0,
    });
    const meta = all.data?.columns.find((c) => c.key === column);
    if (!meta || !all.data) return null;
    const words = new Map<string, string>();
    for (const row of all.data.rows) {
        const value = row.cells[column]?.v;
        if (value == null || value === '' || words.has(String(value))) continue;
        const code = meta.type === 'status' || column === 'kind';
        const own = options.choiceLabel?.(row, column);
        words.set(String(value), own ?? (code ? statusWord(String(value)) : String(value)));
    }
    const chosen = search[column] ?? '';
    if (chosen && !words.has(chosen)) words.set(chosen, chosen);
    const sorted = [...words].sort((a, b) => compareVi(a[1], b[1]));
    const label = local(meta.title);
    const choose = (value: string) => set({ [column]: value || null });
    if (all.data.row_count > all.data.rows.length) {
        return (
            <Suggested key={chosen} label={label} value={chosen} options={sorted} onChange={choose} />
        );
    }
    return (
        <select
            className="input"
            aria-label={label}
            value={chosen}
            onChange={(event) => choose(event.target.value)}
        >
            <option value="">{t('table.all', { what: label })}</option>
            {sorted.map(([value, word]) => (
                <option key={value} value={value}>
                    {word}
                </option>
            ))}
        </select>
    );
}

function Suggested({
    label,
    value,
    options,
    onChange,
}: {
    label: string;
    value: string;
    options: [string, string][];
    onChange: (value: string) => void;
}) {
    const { t } = useI18n();
    const id = useId();
    return (
        <>
            <input
                className="input"
                list={id}
                aria-label={label}
                placeholder={t('table.all', { what: label })}
                defaultValue={value}
                onBlur={(event) => onChange(event.target.value.trim().normalize('NFC'))}
                onKeyDown={(event) => {
                    if (event.key === 'Enter')
                        onChange(event.currentTarget.value.trim().normalize('NFC'));
                }}
            />
            <datalist id={id}>
                {options.map(([code, word]) => (
                    <option key={code} value={code}>
                        {word}
                    </option>
                ))}
            </datalist>
        </>
    );
}

// Of any list: the server gives its route the formats csv and xlsx.
export function ExportMenu({
    path,
    query = {},
    onPrint = () => window.print(),
}: {
    path: string;
    query?: Query;
    onPrint?: () => void;
}) {
    const { t, lang } = useI18n();
    const href = (format: string) => path + queryString({ ...query, lang, format });
    return (
        <Menu
            label={t('export.title')}
            button={
                <>
                    <Icon name="download" />
                    {t('export.short')}
                </>
            }
            items={[
                { key: 'xlsx', label: t('export.xlsx'), href: href('xlsx'), download: true },
                { key: 'csv', label: t('export.csv'), href: href('csv'), download: true },
                {
                    key: 'link',
                    label: t('export.link'),
                    onSelect: () => void navigator.clipboard?.writeText(window.location.href),
                },
                { key: 'print', label: t('action.print'), onSelect: onPrint },
            ]}
        />
    );
}

interface RowsProps {
    options: ReportOptions;
    table: Table;
    query: Query;
}

function Rows({ options, table, query }: RowsProps) {
    const shown = table.columns.filter(
        (c) =>
            !options.details?.includes(c.key) &&
            !options.hide?.includes(c.key) &&
            c.key !== 'synthetic',
    );
    const max = options.bar
        ? Math.max(0, ...table.rows.map((row) => boundsOf(row.cells[options.bar ?? ''])?.hi ?? 0))
        : 0;
    const props = { options, table, query, shown, max };
    return table.row_count > table.rows.length ? <Virtual {...props} /> : <Whole {...props} />;
}

interface BodyProps extends RowsProps {
    shown: Column[];
    max: number;
}

function Whole(props: BodyProps) {
    return (
        <Frame {...props}>
            {props.table.rows.map((row) => (
                <OneRow key={row.id} row={row} {...props} />
            ))}
        </Frame>
    );
}

function Virtual(props: BodyProps) {
    const { t } = useI18n();
    const { table, options, query } = props;
    const box = useRef<HTMLDivElement>(null);
    const virtual = useWindowVirtualizer({
        count: table.row_count,
        estimateSize: () => 42,
        overscan: 20,
        scrollMargin: box.current?.offsetTop ?? 0,
    });
    const items = virtual.getVirtualItems();
    const wanted = [...new Set(items.map((item) => Math.floor(item.index / window_rows)))];
    const windows = useQueries({
        queries: wanted.map((at) => ({
            queryKey: [reportKey(options.name), 'report', options.name, query, 'window', at],
            queryFn: () =>
                get<Table>(reportPath(options.name), {
                    ...query,
                    limit: window_rows,
                    offset: at * window_rows,
                }),
        })),
    });
    const rowAt = (index: number): Row | undefined =>
        table.rows[index] ??
        windows[wanted.indexOf(Math.floor(index / window_rows))]?.data?.rows[index % window_rows];
    const before = (items[0]?.start ?? 0) - virtual.options.scrollMargin;
    const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0) + virtual.options.scrollMargin;
    const spacer = (height: number) =>
        height > 0 ? (
            <tr aria-hidden="true">
                <td colSpan={props.shown.length + 1} style={{ height, padding: 0 }} />
            </tr>
        ) : null;
    return (
        <div ref={box}>
            <p className="print-only">{t('table.print_part')}</p>
            <Frame {...props}>
                {spacer(before)}
                {items.map((item) => {
                    const row = rowAt(item.index);
                    return row ? (
                        <OneRow
                            key={row.id}
                            row={row}
                            {...props}
                            index={item.index}
                            measure={virtual.measureElement}
                        />
                    ) : (
                        <tr key={item.key} data-index={item.index} ref={virtual.measureElement}>
                            <td colSpan={props.shown.length + 1}>…</td>
                        </tr>
                    );
                })}
                {spacer(after)}
            </Frame>
        </div>
    );
}

// The unit stands below the title; a title that repeats it in brackets is shown without.
const bare = (title: string) => title.replace(/\s*\([^)]*\)$/, '');

function isNumeric(column: Column): boolean {
    return column.type === 'number' || column.type === 'interval';
}

function Frame({ options, table, shown, children }: BodyProps & { children: ReactNode }) {
    const { local, t } = useI18n();
    const unit = useUnit();
    const [search, set] = useSearchState();
    const sort = search.sort ?? '';
    const openable = Boolean(options.details?.length);
    const heading = (column: Column) =>
        column.unit && unit(column.unit) ? bare(local(column.title)) : local(column.title);
    return (
        <div className="table-wrap" role="region" aria-label={local(table.title)} tabIndex={0}>
            <table className="data cards" role="table">
                <caption className="sr">{local(table.title)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {openable ? (
                            <th role="columnheader" scope="col">
                                <span className="sr">{t('table.details')}</span>
                            </th>
                        ) : null}
                        {shown.map((column) => {
                            const direction =
                                sort === column.key
                                    ? 'ascending'
                                    : sort === `-${column.key}`
                                      ? 'descending'
                                      : 'none';
                            return (
                                <th
                                    key={column.key}
                                    role="columnheader"
                                    scope="col"
                                    className={isNumeric(column) ? 'num' : undefined}
                                    aria-sort={column.sortable ? direction : undefined}
                                >
                                    {column.sortable ? (
                                        <button
                                            type="button"
                                            className="sort"
                                            onClick={() =>
                                                set({
                                                    sort:
                                                        direction === 'none'
                                                            ? column.key
                                                            : direction === 'ascending'
                                                              ? `-${column.key}`
                                                              : null,
                                                })
                                            }
                                        >
                                            {heading(column)}
                                            {direction === 'none' ? null : (
                                                <Icon
                                                    name={direction === 'ascending' ? 'up' : 'down'}
                                                    size={12}
                                                />
                                            )}
                                        </button>
                                    ) : (
                                        heading(column)
                                    )}
                                    {column.unit && unit(column.unit) ? (
                                        <span className="unit">{unit(column.unit)}</span>
                                    ) : null}
                                </th>
                            );
                        })}
                    </tr>
                </thead>
                <tbody role="rowgroup">{children}</tbody>
            </table>
        </div>
    );
}

type OneRowProps = BodyProps & {
    row: Row;
    index?: number;
    measure?: (element: Element | null) => void;
};

function OneRow({ row, options, table, shown, max, index, measure }: OneRowProps) {
    const { t, local } = useI18n();
    const [search, set] = useSearchState();
    const openable = Boolean(options.details?.length);
    const unit = useUnit();
    const label = (column: Column) =>
        column.unit && unit(column.unit)
            ? `${bare(local(column.title))} (${unit(column.unit)})`
            : local(column.title);
    const open = openable && search.row === row.id;
    const details = table.columns.filter((c) => options.details?.includes(c.key));
    const element = useRef<HTMLTableRowElement | null>(null);
    const arrived = useRef(open);
    useEffect(() => {
        // A link that names a row scrolls to it once.
        if (arrived.current) element.current?.scrollIntoView({ block: 'center' });
        arrived.current = false;
    }, []);
    return (
        <Fragment>
            <tr
                role="row"
                data-index={index}
                data-open={open}
                data-row={row.id}
                ref={(node) => {
                    element.current = node;
                    measure?.(node);
                }}
            >
                {openable ? (
                    <td role="cell" data-label="" className="opener">
                        <button
                            type="button"
                            className="button quiet icon tiny"
                            aria-expanded={open}
                            aria-label={t('table.details')}
                            onClick={() => set({ row: open ? null : row.id }, true)}
                        >
                            <Icon name={open ? 'down' : 'right'} size={14} />
                        </button>
                    </td>
                ) : null}
                {shown.map((column) => {
                    const cell = row.cells[column.key] ?? {};
                    const long = options.long?.includes(column.key);
                    return (
                        <td
                            key={column.key}
                            role="cell"
                            data-label={label(column)}
                            className={
                                isNumeric(column)
                                    ? 'num'
                                    : long
                                      ? 'long'
                                      : column.type === 'text'
                                        ? 'mid'
                                        : undefined
                            }
                        >
                            <div>
                                {options.cell?.(row, column, cell) ?? (
                                    <Value column={column} cell={cell} />
                                )}
                                {options.bar === column.key ? (
                                    <IntervalBar cell={cell} max={max} />
                                ) : null}
                                {row.synthetic && column === shown[0] ? (
                                    <Status tone="warn">{t('synthetic.word')}</Status>
                                ) : null}
                            </div>
                        </td>
                    );
                })}
            </tr>
            {open ? (
                <tr role="row" className="detail-row">
                    <td role="cell" data-label="" colSpan={shown.length + 1}>
                        <dl className="detail">
                            {details.map((column) => (
                                <div key={column.key}>
                                    <dt>{local(column.title)}</dt>
                                    <dd lang="vi">
                                        <Value column={column} cell={row.cells[column.key] ?? {}} />
                                    </dd>
                                </div>
                            ))}
                        </dl>
                    </td>
                </tr>
            ) : null}
        </Fragment>
    );
}

const tones: Record<string, [Tone, IconName]> = {
    passed: ['bad', 'clock'],
    overdue: ['bad', 'clock'],
    next: ['warn', 'clock'],
    upcoming: ['warn', 'clock'],
    due: ['warn', 'clock'],
    future: ['plain', 'calendar'],
    reported: ['ok', 'check'],
    done: ['ok', 'check'],
    error: ['bad', 'quality'],
    warning: ['warn', 'quality'],
    question: ['info', 'question'],
    open: ['warn', 'quality'],
    accepted: ['ok', 'check'],
    corrected: ['ok', 'edit'],
    dismissed: ['plain', 'cross'],
    rejected: ['bad', 'cross'],
    proposed: ['info', 'import'],
    partly: ['info', 'import'],
    in_force: ['ok', 'check'],
    draft: ['info', 'edit'],
    replaced: ['warn', 'right'],
    amended: ['info', 'edit'],
    held: ['ok', 'document'],
    cited: ['plain', 'link'],
};

export function useStatusWord(): (code: string) => string {
    const { tx } = useI18n();
    return (code) => tx(`status.${code}`, tx(`org_kind.${code}`, tx(`predicate.${code}`, code)));
}

// A deadline that is open is not "open" as a finding is: it lies ahead.
export function deadlineState(state: unknown): string {
    const code = String(state ?? 'open');
    return code === 'near' ? 'next' : code === 'open' ? 'future' : code;
}

export function StatusWord({ code, reason }: { code: string; reason?: string }) {
    const word = useStatusWord();
    const [tone, icon] = tones[code] ?? ['plain', 'right'];
    return (
        <Status tone={tone} icon={icon} reason={reason}>
            {word(code)}
        </Status>
    );
}

export function Value({ column, cell }: { column: Column; cell: Cell }) {
    const { lang, t } = useI18n();
    if (cell.unknown) return <Figure cell={cell} />;
    if (column.type === 'status') return cell.v ? <StatusWord code={String(cell.v)} /> : null;
    if (cell.link && (column.type === 'link' || (!cell.assertion && !cell.figure))) {
        return <AppLink href={cell.link}>{String(cell.v || t('table.open'))}</AppLink>;
    }
    if (column.type === 'date' && /T/.test(String(cell.v ?? '')))
        return formatTime(String(cell.v), lang);
    if (column.type === 'text' || column.type === 'link') {
        if (cell.v == null) return null;
        return cell.assertion || cell.figure ? (
            <span lang="vi">
                <Figure cell={cell} text />
            </span>
        ) : (
            <span lang="vi">{String(cell.v)}</span>
        );
    }
    // A year is not a quantity: it is shown without a thousands separator.
    const plain = column.key === 'year' || column.key === 'no';
    return <Figure cell={cell} unit={column.unit} showUnit={false} plain={plain} />;
}
