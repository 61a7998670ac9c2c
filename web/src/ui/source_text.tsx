// A piece of a source document around a byte span, with the span highlighted.
import { useEffect, useRef } from 'react';
import { useTextWindow } from '../api/queries';
import type { DocumentRef, Source } from '../api/types';
import { useI18n } from '../i18n';
import { segments } from '../lib/bytes';
import { Skeleton } from './basic';

const contextBytes = 700;

export function SourceText({ source }: { source: Pick<Source, 'document' | 'span' | 'excerpt'> }) {
    const { t } = useI18n();
    const { span, document } = source;
    const held = document.held !== false && span !== null;
    const begin = Math.max(0, (span?.begin ?? 0) - contextBytes);
    const end = (span?.end ?? 0) + contextBytes;
    const text = useTextWindow(document.key, document.sha256, begin, end, held);
    const marked = useRef<HTMLElement>(null);
    const box = useRef<HTMLDivElement>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another text arrives
    useEffect(() => {
        if (!marked.current || !box.current) return;
        box.current.scrollTop = marked.current.offsetTop - box.current.offsetTop - 60;
    }, [text.data, span?.begin]);

    if (!span || !held || text.error) {
        return (
            <div className="source">
                {source.excerpt ? <mark>{source.excerpt}</mark> : null}
                {document.held === false ? <p className="hint">{t('source.not_held')}</p> : null}
            </div>
        );
    }
    if (!text.data) return <Skeleton lines={4} />;
    const parts = segments(text.data.text, text.data.begin, [{ ...span, kind: 'span', id: '' }]);
    return (
        <div
            className="source"
            ref={box}
            lang="vi"
            tabIndex={0}
            role="region"
            aria-label={t('source.text')}
        >
            {begin > 0 ? '… ' : ''}
            {parts.map((part) =>
                part.marks.length > 0 ? (
                    <mark key={part.begin} ref={marked}>
                        {part.text}
                    </mark>
                ) : (
                    part.text
                ),
            )}
            {text.data.end < text.data.total_bytes ? ' …' : ''}
        </div>
    );
}

export function documentHref(source: Pick<Source, 'document' | 'span'>): string {
    const key = encodeURIComponent(source.document.key);
    const query = new URLSearchParams();
    if (source.span) {
        query.set('begin', String(source.span.begin));
        query.set('end', String(source.span.end));
    }
    // Of an edition that is not held the page says so without it.
    if (source.document.sha256 && source.document.held) query.set('sha256', source.document.sha256);
    const words = query.toString();
    return `/programme/documents/${key}${words ? `?${words}` : ''}`;
}

// What people call a document: its number, else its title, else the file it came in.
export const documentName = (d: DocumentRef): string => d.number || d.title || d.name || d.key;
