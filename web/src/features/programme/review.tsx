// Review of an import: each proposed row beside its highlighted source text. Keys: J/K next and
// previous, A accept, R reject, E correct, while the focus is in the list of rows and nowhere else
// (WCAG 2.1.4). Everything the keys do is also a button.
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { post } from '../../api/client';
import { useImport, useImportRows, useProposedRows } from '../../api/queries';
import type { ImportRow, ImportSummary } from '../../api/types';
import { useI18n } from '../../i18n';
import { type CellValue, formatNumber, formatTime } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { useCan } from '../../app/can';
import { AppLink, Empty, Fetched, PageHead, Skeleton, Status, useErrorText } from '../../ui/basic';
import { useCellText, valueClass } from '../../ui/figure';
import { Icon } from '../../ui/icons';
import { Person } from '../../ui/person';
import { ReasonDialog } from '../../ui/reason';
import { ExportMenu, StatusWord } from '../../ui/report_table';
import { documentHref, documentName, SourceText } from '../../ui/source_text';
import { useToast } from '../../ui/toast';
import { ValueInput } from '../../ui/value_input';

const pageRows = 100;
const decideRows = 10_000; // ids that one decision may name
const doubt = 0.8;

export function ReviewPage() {
    const { id } = useParams({ strict: false }) as { id: string };
    const summary = useImport(id);
    return <Fetched query={summary}>{(data) => <Review summary={data} />}</Fetched>;
}

type Ask = 'reject' | 'correct' | 'accept_all' | 'reject_all' | null;
type Decision = Record<string, unknown>;

function Review({ summary }: { summary: ImportSummary }) {
    const { t, lang } = useI18n();
    const [search, set] = useSearchState();
    const say = useToast();
    const errorText = useErrorText();
    const client = useQueryClient();
    const mayReview = useCan()('review');
    const offset = Number(search.offset ?? 0) || 0;
    const status = search.status ?? 'proposed';
    const rows = useImportRows(summary.id, {
        status: status === 'all' ? undefined : status,
        document: search.document,
        limit: pageRows,
        offset,
    });
    const list = rows.data?.rows ?? [];
    const titles = titlesOf(list);
    const found = list.findIndex((row) => row.id === search.row);
    const at = found >= 0 ? found : 0;
    const row = list[at];
    const [ask, setAsk] = useState<Ask>(null);
    const [busy, setBusy] = useState(false);

    const move = useCallback(
        (step: number) => {
            const next = list[Math.max(0, Math.min(list.length - 1, at + step))];
            if (next) set({ row: next.id }, true);
        },
        [at, list, set],
    );
    const decide = useCallback(
        async (bodies: Decision[]) => {
            if (busy) return;
            setBusy(true);
            const next = list[at + 1] ?? list[at - 1];
            try {
                for (const body of bodies) {
                    await post(
                        `/api/programme/imports/${encodeURIComponent(summary.id)}/decide`,
                        body,
                    );
                }
                set({ row: next?.id ?? null }, true);
                setAsk(null);
                say('ok', t('review.saved'));
            } catch (error) {
                say('bad', errorText(error));
            } finally {
                // Also after a fault: some of several decisions may stand.
                await client.invalidateQueries({ queryKey: ['programme'] });
                setBusy(false);
            }
        },
        [at, busy, client, errorText, list, say, set, summary.id, t],
    );
    const mayDecide = mayReview && row?.state === 'proposed';
    const onKey = (event: React.KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'j' || event.key === 'ArrowDown') move(1);
        else if (event.key === 'k' || event.key === 'ArrowUp') move(-1);
        else if (!row || !mayDecide) return;
        else if (event.key === 'a') void decide([{ rows: [row.id], decision: 'accept' }]);
        else if (event.key === 'r') setAsk('reject');
        else if (event.key === 'e') setAsk('correct');
        else return;
        event.preventDefault();
    };

    return (
        <>
            <PageHead
                title={t('review.title', { when: formatTime(summary.created_at, lang) })}
                actions={
                    mayReview && summary.state !== 'accepted' && summary.state !== 'rejected' ? (
                        <>
                            <button
                                type="button"
                                className="button primary"
                                disabled={busy}
                                onClick={() => setAsk('accept_all')}
                            >
                                {t('review.accept_all')}
                            </button>
                            <button
                                type="button"
                                className="button danger"
                                onClick={() => setAsk('reject_all')}
                            >
                                {t('review.reject_all')}
                            </button>
                        </>
                    ) : null
                }
            >
                <span lang="vi">{summary.documents.map(documentName).join(', ')}</span>
            </PageHead>
            <Counts summary={summary} />
            <Filters summary={summary} status={status} />
            <Fetched query={rows}>
                {(data) =>
                    data.rows.length === 0 ? (
                        <div className="card">
                            <Empty title={t('review.empty')} icon="check">
                                {t('review.empty.next')}
                            </Empty>
                        </div>
                    ) : (
                        <div className="review">
                            <div className="stack tight">
                                <RowList
                                    rows={list}
                                    titles={titles}
                                    current={row?.id ?? ''}
                                    onPick={(id) => set({ row: id }, true)}
                                    onKey={onKey}
                                />
                                <Pager offset={offset} total={data.row_count} />
                            </div>
                            {row ? (
                                <RowPanel
                                    row={row}
                                    titles={titles}
                                    mayDecide={mayDecide}
                                    busy={busy}
                                    onAccept={() =>
                                        void decide([{ rows: [row.id], decision: 'accept' }])
                                    }
                                    onAsk={setAsk}
                                />
                            ) : null}
                        </div>
                    )
                }
            </Fetched>
            {ask === 'accept_all' || ask === 'reject_all' ? (
                <AllDialog
                    summary={summary}
                    accept={ask === 'accept_all'}
                    onClose={() => setAsk(null)}
                    decide={decide}
                />
            ) : row ? (
                <Asks ask={ask} row={row} onClose={() => setAsk(null)} decide={decide} />
            ) : null}
        </>
    );
}

function Counts({ summary }: { summary: ImportSummary }) {
    const { t, tx, lang } = useI18n();
    return (
        <dl className="totals">
            <div>
                <dt>{t('import.state')}</dt>
                <dd>
                    <StatusWord code={summary.state} />
                </dd>
            </div>
            <div>
                <dt>{t('import.actor')}</dt>
                <dd>
                    <Person id={summary.actor} name={summary.actor_name} />
                </dd>
            </div>
            <div>
                <dt>{t('trail.classification')}</dt>
                <dd>{tx(`classification.${summary.classification}`, summary.classification)}</dd>
            </div>
            {Object.entries(summary.counts).map(([key, value]) => (
                <div key={key}>
                    <dt>{tx(`review.count.${key}`, key)}</dt>
                    <dd>{formatNumber(value, lang)}</dd>
                </div>
            ))}
        </dl>
    );
}

function Filters({ summary, status }: { summary: ImportSummary; status: string }) {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    return (
        <div className="toolbar">
            <select
                className="input"
                aria-label={t('import.state')}
                value={status}
                onChange={(event) => set({ status: event.target.value, row: null, offset: null })}
            >
                {(['proposed', 'accepted', 'rejected', 'corrected'] as const).map((name) => (
                    <option key={name} value={name}>
                        {t(`status.${name}`)}
                    </option>
                ))}
                <option value="all">{t('review.all')}</option>
            </select>
            {summary.documents.length > 1 ? (
                <select
                    className="input"
                    aria-label={t('import.documents')}
                    value={search.document ?? ''}
                    onChange={(event) =>
                        set({ document: event.target.value || null, row: null, offset: null })
                    }
                >
                    <option value="">{t('review.all_documents')}</option>
                    {summary.documents.map((d) => (
                        <option key={d.key} value={d.key}>
                            {documentName(d)}
                        </option>
                    ))}
                </select>
            ) : null}
            <ExportMenu
                path={`/api/programme/imports/${encodeURIComponent(summary.id)}/rows`}
                query={{
                    status: status === 'all' ? undefined : status,
                    document: search.document,
                }}
            />
            <span className="end muted small wide-only">
                {t('review.keys.where')} <kbd>J</kbd> <kbd>K</kbd> {t('review.keys.move')} <kbd>A</kbd>{' '}
                {t('review.keys.accept')} <kbd>R</kbd> {t('review.keys.reject')} <kbd>E</kbd>{' '}
                {t('review.keys.correct')}
            </span>
        </div>
    );
}

function RowList({
    rows,
    titles,
    current,
    onPick,
    onKey,
}: {
    rows: ImportRow[];
    titles: Map<string, string>;
    current: string;
    onPick: (id: string) => void;
    onKey: (event: React.KeyboardEvent) => void;
}) {
    const { t, tx } = useI18n();
    const cellText = useCellText();
    const box = useRef<HTMLDivElement>(null);
    const inside = useRef(false);
    // The focus follows the current row; a row that leaves the list after a decision hands it on.
    // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another row is current
    useEffect(() => {
        const row = box.current?.querySelector<HTMLElement>('[aria-current="true"]');
        row?.scrollIntoView({ block: 'nearest' });
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (inside.current && (lost || box.current?.contains(document.activeElement))) {
            row?.focus({ preventScroll: true });
        }
    }, [current, rows]);
    return (
        <div
            className="table-wrap review-list"
            ref={box}
            role="region"
            aria-label={t('review.rows')}
            tabIndex={0}
            onKeyDown={onKey}
            onFocus={() => {
                inside.current = true;
            }}
            onBlur={(event) => {
                // A focused row that is removed blurs to nothing: the focus is still the list's.
                if (event.relatedTarget !== null) inside.current = false;
            }}
        >
            {rows.map((row) => (
                <button
                    key={row.id}
                    type="button"
                    className="review-row"
                    aria-current={row.id === current}
                    onClick={() => onPick(row.id)}
                >
                    <StateIcon state={row.state} />
                    <span className="what">
                        <strong lang="vi">{clip(titleOf(titles, row))}</strong>
                        <small>
                            {tx(`predicate.${row.predicate}`, row.predicate)} ·{' '}
                            {tx(`change.${row.change}`, row.change)}
                            {row.confidence < doubt ? ` · ${t('review.doubtful')}` : ''}
                        </small>
                    </span>
                    <span className={`value ${row.value.unknown ? 'unknown' : ''}`} lang="vi">
                        {clip(cellText(row.value, row.unit))}
                    </span>
                </button>
            ))}
        </div>
    );
}

const clip = (text: string) => (text.length > 70 ? `${text.slice(0, 68)}…` : text);

function StateIcon({ state }: { state: string }) {
    const { tx } = useI18n();
    const icon =
        state === 'accepted'
            ? 'check'
            : state === 'rejected'
              ? 'cross'
              : state === 'corrected'
                ? 'edit'
                : 'question';
    return (
        <span>
            <Icon name={icon} />
            <span className="sr">{tx(`status.${state}`, state)}</span>
        </span>
    );
}

function Pager({ offset, total }: { offset: number; total: number }) {
    const { t, lang } = useI18n();
    const [, set] = useSearchState();
    if (total <= pageRows) return null;
    const to = Math.min(total, offset + pageRows);
    return (
        <div className="row">
            <button
                type="button"
                className="button tiny"
                disabled={offset === 0}
                onClick={() => set({ offset: String(Math.max(0, offset - pageRows)), row: null })}
            >
                {t('action.previous')}
            </button>
            <span className="muted small">
                {t('review.page', {
                    a: formatNumber(offset + 1, lang),
                    b: formatNumber(to, lang),
                    n: formatNumber(total, lang),
                })}
            </span>
            <button
                type="button"
                className="button tiny"
                disabled={to >= total}
                onClick={() => set({ offset: String(offset + pageRows), row: null })}
            >
                {t('action.next')}
            </button>
        </div>
    );
}

function RowPanel({
    row,
    titles,
    mayDecide,
    busy,
    onAccept,
    onAsk,
}: {
    row: ImportRow;
    titles: Map<string, string>;
    mayDecide: boolean;
    busy: boolean;
    onAccept: () => void;
    onAsk: (ask: Ask) => void;
}) {
    const { t, tx, lang } = useI18n();
    const cellText = useCellText();
    return (
        <section className="card stack review-side" aria-live="polite" aria-label={t('review.row')}>
            <div className="row">
                <StatusWord code={row.state} />
                <Status
                    tone={
                        row.change === 'conflict'
                            ? 'bad'
                            : row.change === 'changed'
                              ? 'warn'
                              : 'plain'
                    }
                >
                    {tx(`change.${row.change}`, row.change)}
                </Status>
                {row.confidence < doubt ? (
                    <Status tone="warn" icon="question">
                        {t('review.confidence', {
                            n: formatNumber(Math.round(row.confidence * 100), lang),
                        })}
                    </Status>
                ) : null}
            </div>
            <div>
                <p className="muted small">{tx(`predicate.${row.predicate}`, row.predicate)}</p>
                <h2 lang="vi">{titleOf(titles, row)}</h2>
                <p className={valueClass(row.value)} lang="vi">
                    {cellText(row.value, row.unit)}
                </p>
                <p className="muted small">
                    {t('trail.stated')}: <q lang="vi">{row.stated}</q>
                </p>
                {row.previous ? (
                    <p className="small">
                        {t('review.previous', {
                            value: cellText(row.previous.value, row.previous.unit),
                        })}
                    </p>
                ) : null}
            </div>
            <div className="stack tight">
                <p lang="vi" className="small">
                    <strong>
                        {titles.get(`document:${row.source.document.key}`) ??
                            documentName(row.source.document)}
                    </strong>{' '}
                    · {row.source.place}
                </p>
                <SourceText source={row.source} />
                <p>
                    <AppLink href={documentHref(row.source)}>{t('trail.open_document')}</AppLink>
                </p>
            </div>
            {mayDecide ? (
                <div className="row">
                    <button
                        type="button"
                        className="button primary"
                        disabled={busy}
                        onClick={onAccept}
                    >
                        {t('review.accept')} <kbd>A</kbd>
                    </button>
                    <button
                        type="button"
                        className="button danger"
                        disabled={busy}
                        onClick={() => onAsk('reject')}
                    >
                        {t('review.reject')} <kbd>R</kbd>
                    </button>
                    <button
                        type="button"
                        className="button"
                        disabled={busy}
                        onClick={() => onAsk('correct')}
                    >
                        {t('review.correct')} <kbd>E</kbd>
                    </button>
                </div>
            ) : null}
        </section>
    );
}

function Asks({
    ask,
    row,
    onClose,
    decide,
}: {
    ask: Ask;
    row: ImportRow;
    onClose: () => void;
    decide: (bodies: Decision[]) => Promise<void>;
}) {
    const { t } = useI18n();
    return (
        <>
            <ReasonDialog
                open={ask === 'reject'}
                onClose={onClose}
                title={t('review.reject')}
                effect={t('review.reject.effect')}
                confirm={t('review.reject')}
                danger
                onConfirm={(reason) => decide([{ rows: [row.id], decision: 'reject', reason }])}
            />
            {ask === 'correct' ? (
                <CorrectDialog key={row.id} row={row} onClose={onClose} decide={decide} />
            ) : null}
        </>
    );
}

type Titled = Pick<ImportRow, 'subject' | 'predicate' | 'value'>;

// What nobody accepted yet has no title in the record: the rows of the import itself name it.
export function titlesOf(rows: Titled[]): Map<string, string> {
    const titles = new Map<string, string>();
    for (const { subject, predicate, value } of rows) {
        const names = subject.kind === 'document' ? ['number'] : ['title', 'name'];
        const key = `${subject.kind}:${subject.key}`;
        if (subject.title && subject.title !== subject.key) titles.set(key, subject.title);
        else if (names.includes(predicate) && typeof value.v === 'string')
            titles.set(key, value.v);
    }
    return titles;
}

const titleOf = (titles: Map<string, string>, { subject }: Titled): string =>
    titles.get(`${subject.kind}:${subject.key}`) ?? subject.title ?? subject.key;

// Rows of one decision over many: doubtful ones and conflicts stay behind unless asked for.
export function chosenRows(
    rows: Pick<ImportRow, 'id' | 'confidence' | 'change'>[],
    doubtful: boolean,
    conflicts: boolean,
): string[] {
    return rows
        .filter((row) => doubtful || row.confidence >= doubt)
        .filter((row) => conflicts || row.change !== 'conflict')
        .map((row) => row.id);
}

function AllDialog({
    summary,
    accept,
    onClose,
    decide,
}: {
    summary: ImportSummary;
    accept: boolean;
    onClose: () => void;
    decide: (bodies: Decision[]) => Promise<void>;
}) {
    const { t, lang } = useI18n();
    const [search] = useSearchState();
    const [doubtful, setDoubtful] = useState(false);
    const [conflicts, setConflicts] = useState(false);
    const waiting = useProposedRows(summary.id, search.document);
    const rows = waiting.data ?? [];
    const chosen = accept ? chosenRows(rows, doubtful, conflicts) : rows.map((row) => row.id);
    const document = summary.documents.find((d) => d.key === search.document);
    const n = (count: number) => formatNumber(count, lang);
    const title = accept ? t('review.accept_all') : t('review.reject_all');
    const bodies = (reason: string): Decision[] => {
        const decision = accept ? 'accept' : 'reject';
        const parts = Math.ceil(chosen.length / decideRows);
        return Array.from({ length: parts }, (_, i) => ({
            rows: chosen.slice(i * decideRows, (i + 1) * decideRows),
            decision,
            reason,
        }));
    };
    return (
        <ReasonDialog
            open
            onClose={onClose}
            title={title}
            effect={
                document ? t('review.all.of', { document: documentName(document) }) : t('review.all.whole')
            }
            confirm={
                accept
                    ? t('review.accept_n', { n: n(chosen.length) })
                    : t('review.reject_n', { n: n(chosen.length) })
            }
            danger={!accept}
            required={!accept}
            ready={chosen.length > 0}
            onConfirm={(reason) => decide(bodies(reason))}
        >
            {waiting.error ? (
                <Fetched query={waiting}>{() => null}</Fetched>
            ) : waiting.isPending ? (
                <Skeleton lines={2} />
            ) : (
                <div className="stack tight" aria-live="polite">
                    <p>
                        {accept
                            ? t('review.all.accept', {
                                  n: n(chosen.length),
                                  m: n(rows.length - chosen.length),
                              })
                            : t('review.all.reject', { n: n(chosen.length) })}
                    </p>
                    {accept ? (
                        <>
                            <Include
                                id="include-doubtful"
                                label={t('review.include.doubtful', {
                                    n: n(rows.filter((row) => row.confidence < doubt).length),
                                })}
                                value={doubtful}
                                onChange={setDoubtful}
                            />
                            <Include
                                id="include-conflicts"
                                label={t('review.include.conflicts', {
                                    n: n(rows.filter((row) => row.change === 'conflict').length),
                                })}
                                value={conflicts}
                                onChange={setConflicts}
                            />
                        </>
                    ) : null}
                </div>
            )}
        </ReasonDialog>
    );
}

function Include({
    id,
    label,
    value,
    onChange,
}: {
    id: string;
    label: string;
    value: boolean;
    onChange: (value: boolean) => void;
}) {
    return (
        <label className="row check" htmlFor={id}>
            <input
                id={id}
                type="checkbox"
                checked={value}
                onChange={(event) => onChange(event.target.checked)}
            />
            <span>{label}</span>
        </label>
    );
}

function CorrectDialog({
    row,
    onClose,
    decide,
}: {
    row: ImportRow;
    onClose: () => void;
    decide: (bodies: Decision[]) => Promise<void>;
}) {
    const { t } = useI18n();
    const [value, setValue] = useState<CellValue | null>(row.value);
    return (
        <ReasonDialog
            open
            onClose={onClose}
            title={t('review.correct')}
            effect={t('review.correct.effect')}
            confirm={t('action.save')}
            ready={value !== null}
            onConfirm={(reason) => decide([{ row: row.id, decision: 'correct', value, reason }])}
        >
            <ValueInput id="correct-value" like={row.value} unit={row.unit} onChange={setValue} />
        </ReasonDialog>
    );
}
