// Review of an import: each proposed row beside its highlighted source text. Keys: J/K next and
// previous, A accept, R reject, E correct. Everything the keys do is also a button.
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { post } from '../../api/client';
import { useImport, useImportRows } from '../../api/queries';
import type { ImportRow, ImportSummary } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatNumber, formatTime } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { useCan } from '../../app/can';
import { AppLink, Empty, Fetched, Field, PageHead, Status, useErrorText } from '../../ui/basic';
import { useCellText, valueClass } from '../../ui/figure';
import { Icon } from '../../ui/icons';
import { ReasonDialog } from '../../ui/reason';
import { StatusWord } from '../../ui/report_table';
import { documentHref, SourceText } from '../../ui/source_text';
import { useToast } from '../../ui/toast';

const pageRows = 100;
const doubt = 0.8;

export function ReviewPage() {
    const { id } = useParams({ strict: false }) as { id: string };
    const summary = useImport(id);
    return <Fetched query={summary}>{(data) => <Review summary={data} />}</Fetched>;
}

type Ask = 'reject' | 'correct' | 'reject_all' | null;

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
        async (body: Record<string, unknown>) => {
            if (busy) return;
            setBusy(true);
            const next = list[at + 1] ?? list[at - 1];
            try {
                await post(`/api/programme/imports/${encodeURIComponent(summary.id)}/decide`, body);
                set({ row: next?.id ?? null }, true);
                setAsk(null);
                await client.invalidateQueries({ queryKey: ['programme'] });
                say('ok', t('review.saved'));
            } catch (error) {
                say('bad', errorText(error));
            } finally {
                setBusy(false);
            }
        },
        [at, busy, client, errorText, list, say, set, summary.id, t],
    );

    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            const target = event.target as HTMLElement;
            if (
                target.closest('input,textarea,select,[role="dialog"]') ||
                event.ctrlKey ||
                event.metaKey ||
                event.altKey
            )
                return;
            if (event.key === 'j' || event.key === 'ArrowDown') move(1);
            else if (event.key === 'k' || event.key === 'ArrowUp') move(-1);
            else if (!row || !mayReview) return;
            else if (event.key === 'a') void decide({ rows: [row.id], decision: 'accept' });
            else if (event.key === 'r') setAsk('reject');
            else if (event.key === 'e') setAsk('correct');
            else return;
            event.preventDefault();
        };
        window.addEventListener('keydown', onKey);
        return () => window.removeEventListener('keydown', onKey);
    }, [decide, mayReview, move, row]);

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
                                onClick={() => void decide({ rows: 'all', decision: 'accept' })}
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
                <span lang="vi">
                    {summary.documents.map((d) => d.number || d.title).join(', ')}
                </span>
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
                                    current={row?.id ?? ''}
                                    onPick={(id) => set({ row: id }, true)}
                                />
                                <Pager offset={offset} total={data.row_count} />
                            </div>
                            {row ? (
                                <RowPanel
                                    row={row}
                                    mayReview={mayReview}
                                    busy={busy}
                                    onAccept={() =>
                                        void decide({ rows: [row.id], decision: 'accept' })
                                    }
                                    onAsk={setAsk}
                                />
                            ) : null}
                        </div>
                    )
                }
            </Fetched>
            {row ? <Asks ask={ask} row={row} onClose={() => setAsk(null)} decide={decide} /> : null}
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
                            {d.number || d.title || d.key}
                        </option>
                    ))}
                </select>
            ) : null}
            <span className="end muted small">
                <kbd>J</kbd> <kbd>K</kbd> {t('review.keys.move')} <kbd>A</kbd>{' '}
                {t('review.keys.accept')} <kbd>R</kbd> {t('review.keys.reject')} <kbd>E</kbd>{' '}
                {t('review.keys.correct')}
            </span>
        </div>
    );
}

function RowList({
    rows,
    current,
    onPick,
}: {
    rows: ImportRow[];
    current: string;
    onPick: (id: string) => void;
}) {
    const { t, tx } = useI18n();
    const cellText = useCellText();
    const box = useRef<HTMLDivElement>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another row is current
    useEffect(() => {
        box.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
    }, [current]);
    return (
        <div
            className="table-wrap review-list"
            ref={box}
            role="region"
            aria-label={t('review.rows')}
            tabIndex={0}
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
                        <strong lang="vi">{row.subject.title || row.subject.key}</strong>
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
    mayReview,
    busy,
    onAccept,
    onAsk,
}: {
    row: ImportRow;
    mayReview: boolean;
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
                <h2 lang="vi">{row.subject.title || row.subject.key}</h2>
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
                    <strong>{row.source.document.number || row.source.document.title}</strong> ·{' '}
                    {row.source.place}
                </p>
                <SourceText source={row.source} />
                <p>
                    <AppLink href={documentHref(row.source)}>{t('trail.open_document')}</AppLink>
                </p>
            </div>
            {mayReview ? (
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
    decide: (body: Record<string, unknown>) => Promise<void>;
}) {
    const { t } = useI18n();
    return (
        <>
            <ReasonDialog
                open={ask === 'reject' || ask === 'reject_all'}
                onClose={onClose}
                title={ask === 'reject_all' ? t('review.reject_all') : t('review.reject')}
                effect={
                    ask === 'reject_all' ? t('review.reject_all.effect') : t('review.reject.effect')
                }
                confirm={t('review.reject')}
                danger
                onConfirm={(reason) =>
                    decide({
                        rows: ask === 'reject_all' ? 'all' : [row.id],
                        decision: 'reject',
                        reason,
                    })
                }
            />
            {ask === 'correct' ? (
                <CorrectDialog key={row.id} row={row} onClose={onClose} decide={decide} />
            ) : null}
        </>
    );
}

function CorrectDialog({
    row,
    onClose,
    decide,
}: {
    row: ImportRow;
    onClose: () => void;
    decide: (body: Record<string, unknown>) => Promise<void>;
}) {
    const { t } = useI18n();
    const [value, setValue] = useState(valueText(row));
    return (
        <ReasonDialog
            open
            onClose={onClose}
            title={t('review.correct')}
            effect={t('review.correct.effect')}
            confirm={t('action.save')}
            onConfirm={(reason) =>
                decide({ row: row.id, decision: 'correct', value: parseValue(value), reason })
            }
        >
            <Field
                label={t('review.value', { unit: row.unit || '–' })}
                id="correct-value"
                hint={t('review.value.hint')}
            >
                <input
                    id="correct-value"
                    className="input"
                    value={value}
                    aria-describedby="correct-value-hint"
                    onChange={(event) => setValue(event.target.value)}
                />
            </Field>
        </ReasonDialog>
    );
}

function valueText(row: ImportRow): string {
    if (row.value.unknown) return '';
    if (row.value.v != null) return String(row.value.v);
    return `${row.value.lo ?? ''} .. ${row.value.hi ?? ''}`;
}

// "12" exact, "12 .. 24" a range, "12 .." at least, "" unknown. Dots stay decimal points.
export function parseValue(text: string): Record<string, unknown> {
    const trimmed = text.trim().normalize('NFC');
    if (trimmed === '') return { unknown: true };
    const range = /^(-?[\d.]*)\s*\.\.\s*(-?[\d.]*)$/.exec(trimmed);
    if (range) return { lo: range[1] || null, hi: range[2] || null };
    return { v: trimmed };
}
