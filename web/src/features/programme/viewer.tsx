// The source viewer: outline left, the document's text right, in windows of 16 KiB that are fetched
// when they come near the screen. Marks show which words an assertion, a finding or a citation
// stands on. ?begin=&end= names a span: it is scrolled to and highlighted.
// ?sha256= names an edition of the document.
import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDocument, useMarks, useTextWindow } from '../../api/queries';
import type { DocumentDetail, OutlineNode } from '../../api/types';
import { useI18n } from '../../i18n';
import { cut, type Mark, segments } from '../../lib/bytes';
import { formatDate } from '../../lib/format';
import { useFollow, useSearchState } from '../../lib/state';
import { AppLink, Empty, Fetched, PageHead, Skeleton, Status } from '../../ui/basic';
import { StatusWord } from '../../ui/report_table';
import { DocumentsPage } from './lists';

const windowBytes = 16_384;
const slackBytes = 8;

export function ViewerPage() {
    const { _splat } = useParams({ strict: false }) as { _splat?: string };
    return _splat ? <OneDocument key={_splat} id={_splat} /> : <DocumentsPage />;
}

function OneDocument({ id }: { id: string }) {
    const [search] = useSearchState();
    const document = useDocument(id, search.sha256);
    return <Fetched query={document}>{(data) => <Viewer document={data} />}</Fetched>;
}

function Viewer({ document }: { document: DocumentDetail }) {
    const { t } = useI18n();
    return (
        <>
            <PageHead
                title={[document.type, document.number].filter(Boolean).join(' ') || document.title}
            >
                <span lang="vi">{document.title}</span>
            </PageHead>
            <Facts document={document} />
            {document.held ? (
                <Text document={document} />
            ) : (
                <div className="card">
                    <Empty title={t('viewer.not_held')} icon="document">
                        {t('viewer.not_held.next')}
                    </Empty>
                </div>
            )}
        </>
    );
}

function Facts({ document: d }: { document: DocumentDetail }) {
    const { t, lang } = useI18n();
    const refs = (keys: string[]) =>
        keys.map((key, i) => (
            <span key={key}>
                {i > 0 ? ', ' : ''}
                <AppLink href={`/programme/documents/${encodeURIComponent(key)}`}>{key}</AppLink>
            </span>
        ));
    const facts = [
        { label: t('viewer.issuer'), value: d.issuer },
        { label: t('viewer.issued'), value: d.issued ? formatDate(d.issued, lang) : '' },
        { label: t('viewer.effective'), value: d.effective ? formatDate(d.effective, lang) : '' },
        { label: t('viewer.replaces'), value: d.replaces.length > 0 ? refs(d.replaces) : '' },
        {
            label: t('viewer.replaced_by'),
            value: d.replaced_by.length > 0 ? refs(d.replaced_by) : '',
        },
        { label: t('viewer.amended_by'), value: d.amended_by.length > 0 ? refs(d.amended_by) : '' },
        { label: t('viewer.sha256'), value: d.sha256 ? <code key="sha256">{d.sha256}</code> : '' },
    ];
    return (
        <div className="card stack tight">
            <div className="row">
                {d.status ? <StatusWord code={d.status} /> : null}
                {d.draft ? (
                    <Status tone="info" icon="edit">
                        {t('status.draft')}
                    </Status>
                ) : null}
                {d.held ? <StatusWord code="held" /> : <StatusWord code="cited" />}
            </div>
            <dl className="facts">
                {facts
                    .filter((fact) => fact.value)
                    .map(({ label, value }) => (
                        <div key={label} className="fact">
                            <dt>{label}</dt>
                            <dd lang="vi">{value}</dd>
                        </div>
                    ))}
            </dl>
        </div>
    );
}

function Text({ document }: { document: DocumentDetail }) {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const marks = useMarks(document.key, document.sha256, true);
    const begin = search.begin === undefined ? null : Number(search.begin);
    const end = search.end === undefined ? begin : Number(search.end);
    const first = useTextWindow(document.key, document.sha256, 0, windowBytes + slackBytes);
    const total = first.data?.total_bytes ?? 0;
    const count = Math.max(1, Math.ceil(total / windowBytes));
    const target = useMemo<Mark | null>(
        () =>
            begin === null || end === null || Number.isNaN(begin)
                ? null
                : { begin, end, kind: 'span', id: 'span' },
        [begin, end],
    );
    const all = useMemo<Mark[]>(() => {
        const list: Mark[] = (marks.data?.marks ?? []).map((m) => ({ ...m }));
        if (target) list.push(target);
        return list;
    }, [marks.data, target]);
    const goTo = useCallback(
        (node: OutlineNode) => set({ begin: String(node.begin), end: String(headEnd(node)) }),
        [set],
    );
    if (first.isPending || first.error) {
        return (
            <div className="card">
                <Fetched query={first}>{() => null}</Fetched>
            </div>
        );
    }
    return (
        <div className="viewer">
            <Outline nodes={document.outline} onGo={goTo} current={begin} />
            <div className="stack">
                <Legend />
                <article className="card paper" lang="vi" aria-label={t('viewer.text')}>
                    {Array.from({ length: count }, (_, i) => (
                        <Chunk
                            key={i}
                            document={document}
                            at={i}
                            marks={all}
                            target={
                                target &&
                                target.begin >= i * windowBytes &&
                                target.begin < (i + 1) * windowBytes
                                    ? target
                                    : null
                            }
                        />
                    ))}
                </article>
            </div>
        </div>
    );
}

// The first line of a node stands for it: outline spans may cover whole chapters.
const headEnd = (node: OutlineNode) => {
    const words = `${node.label} ${node.text}`.trim();
    const bytes = new TextEncoder().encode(words).length;
    return Math.min(node.end, node.begin + bytes);
};

function Legend() {
    const { t } = useI18n();
    return (
        <p className="legend paper-legend no-print">
            <span>
                <span className="m-assertion">{t('viewer.mark.assertion')}</span>
            </span>
            <span>
                <span className="m-finding">{t('viewer.mark.finding')}</span>
            </span>
            <span>
                <span className="m-citation">{t('viewer.mark.citation')}</span>
            </span>
            <span>
                <mark>{t('viewer.mark.span')}</mark>
            </span>
        </p>
    );
}

const headings = new Set(['part', 'chapter', 'section', 'article', 'heading', 'appendix']);

function Outline({
    nodes,
    onGo,
    current,
}: {
    nodes: OutlineNode[];
    onGo: (node: OutlineNode) => void;
    current: number | null;
}) {
    const { t } = useI18n();
    const shown = nodes.filter(
        (n) => n.depth <= 3 && n.kind !== 'table' && n.kind !== 'paragraph' && (n.label || n.text),
    );
    return (
        <nav className="card outline" aria-label={t('viewer.outline')}>
            <h2>{t('viewer.outline')}</h2>
            {shown.length === 0 ? <p className="muted">{t('viewer.no_outline')}</p> : null}
            <ul>
                {shown.slice(0, 600).map((node) => (
                    <li key={node.node}>
                        <button
                            type="button"
                            lang="vi"
                            className={`d${Math.min(3, node.depth)}`}
                            aria-current={current === node.begin ? 'location' : undefined}
                            onClick={() => onGo(node)}
                        >
                            {[node.label, node.text].filter(Boolean).join(' ').slice(0, 110)}
                        </button>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

function Chunk({
    document,
    at,
    marks,
    target,
}: {
    document: DocumentDetail;
    at: number;
    marks: Mark[];
    target: Mark | null;
}) {
    const box = useRef<HTMLDivElement>(null);
    const [near, setNear] = useState(at === 0 || target !== null);
    useEffect(() => {
        if (target) setNear(true);
    }, [target]);
    useEffect(() => {
        const element = box.current;
        if (near || !element) return undefined;
        const observer = new IntersectionObserver(
            (entries) => {
                if (entries.some((entry) => entry.isIntersecting)) setNear(true);
            },
            { rootMargin: '1200px 0px' },
        );
        observer.observe(element);
        return () => observer.disconnect();
    }, [near]);
    const from = at * windowBytes;
    const to = from + windowBytes;
    const text = useTextWindow(
        document.key,
        document.sha256,
        Math.max(0, from - slackBytes),
        to + slackBytes,
        near,
    );
    const scrolled = useRef<Mark | null>(null);
    useEffect(() => {
        if (!target || !text.data || scrolled.current === target) return;
        scrolled.current = target;
        const mark = box.current?.querySelector('mark');
        mark?.scrollIntoView({ block: 'center' });
    }, [target, text.data]);
    return (
        <div ref={box} className="chunk" style={near ? undefined : { minHeight: 9000 }}>
            {text.data ? (
                <Run
                    text={cut(text.data.text, text.data.begin, from, Math.min(to, text.data.end))}
                    begin={from}
                    document={document}
                    marks={marks}
                />
            ) : near ? (
                <Skeleton lines={12} />
            ) : null}
        </div>
    );
}

function Run({
    text,
    begin,
    document,
    marks,
}: {
    text: string;
    begin: number;
    document: DocumentDetail;
    marks: Mark[];
}) {
    const { t, tx } = useI18n();
    const [, set] = useSearchState();
    const follow = useFollow();
    const parts = useMemo(() => {
        const heads: Mark[] = document.outline
            .filter((node) => headings.has(node.kind) || node.depth === 0)
            .map((node) => ({ begin: node.begin, end: headEnd(node), kind: 'heading', id: '' }));
        return segments(text, begin, [...marks, ...heads]);
    }, [text, begin, document.outline, marks]);
    const open = (mark: Mark) => {
        if (mark.kind === 'assertion') set({ assertion: mark.id, figure: null });
        else if (mark.kind === 'finding') follow(`/programme/findings/${mark.id}`);
        else if (mark.id) follow(`/programme/documents/${encodeURIComponent(mark.id)}`);
    };
    return parts.map((part) => {
        if (part.marks.length === 0) return part.text;
        const kinds = new Set(part.marks.map((m) => m.kind));
        const link =
            part.marks.find((m) => m.kind === 'finding') ??
            part.marks.find((m) => m.kind === 'assertion') ??
            part.marks.find((m) => m.kind === 'citation');
        const classes = [...kinds]
            .filter((k) => k !== 'span' && k !== 'heading')
            .map((k) => `m-${k}`);
        if (kinds.has('heading')) classes.push('heading');
        const body = kinds.has('span') ? <mark>{part.text}</mark> : part.text;
        if (!link || part.text.trim() === '') {
            return (
                <span key={part.begin} className={classes.join(' ')}>
                    {body}
                </span>
            );
        }
        return (
            // Not a <button>: a mark may run over lines and must flow with the text.
            <span
                key={part.begin}
                role="link"
                tabIndex={0}
                className={`m-link ${classes.join(' ')}`}
                title={`${t(`viewer.mark.${link.kind as 'assertion' | 'finding' | 'citation'}`)}: ${tx(`predicate.${link.label ?? ''}`, link.label ?? '')}`}
                onClick={() => open(link)}
                onKeyDown={(event) => {
                    if (event.key === 'Enter') open(link);
                }}
            >
                {body}
            </span>
        );
    });
}
