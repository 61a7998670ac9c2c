// The small pieces every page is made of: status words, unknown, empty, error, skeleton, banner.
import { type ReactNode, useEffect, useRef } from 'react';
import { ApiError } from '../api/client';
import type { JobError } from '../api/types';
import { useI18n } from '../i18n';
import { useFollow } from '../lib/state';
import { Icon, type IconName } from './icons';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'plain';

const toneIcon: Record<Tone, IconName> = {
    ok: 'check',
    warn: 'clock',
    bad: 'quality',
    info: 'info',
    plain: 'right',
};

// Colour is never the only sign: icon, word and (as a title) the reason.
export function Status({
    tone,
    children,
    reason,
    icon,
}: {
    tone: Tone;
    children: ReactNode;
    reason?: string;
    icon?: IconName;
}) {
    return (
        <span className={`status ${tone}`} title={reason}>
            <Icon name={icon ?? toneIcon[tone]} size={14} />
            {children}
        </span>
    );
}

export function Unknown() {
    const { t } = useI18n();
    return <span className="unknown">{t('unknown')}</span>;
}

export function Empty({
    title,
    children,
    action,
    icon = 'search',
}: {
    title: string;
    children?: ReactNode;
    action?: ReactNode;
    icon?: IconName;
}) {
    return (
        <div className="empty">
            <Icon name={icon} size={28} />
            <h3>{title}</h3>
            {children ? <p>{children}</p> : null}
            {action}
        </div>
    );
}

export function useErrorText(): (error: unknown) => string {
    const { t, tx } = useI18n();
    return (error) => {
        if (!(error instanceof ApiError)) return t('error.unexpected');
        const known = tx(`error.${error.code}`, '', {
            limit: error.limit,
            field: error.field,
            seconds: error.retryAfter,
        });
        if (known)
            return error.limit && !known.includes(error.limit)
                ? `${known} (${error.limit})`
                : known;
        const byStatus = tx(`error.http.${error.status}`, '');
        return byStatus
            ? `${byStatus} ${error.message}`
            : t('error.other', { message: error.message });
    };
}

// Background work reports its refusal in its result; a fault of one file names the file.
export function useJobErrorText(): (error: Partial<JobError>) => string {
    const text = useErrorText();
    return (error) => {
        const field = error.field ?? '';
        const said = text(
            new ApiError(422, error.code ?? '', error.message ?? '', '', field, error.limit ?? ''),
        );
        return /\.\w+$/.test(field) && !said.includes(field) ? `${field}: ${said}` : said;
    };
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
    const { t } = useI18n();
    const text = useErrorText();
    if (error instanceof ApiError && error.status === 403) {
        return (
            <Empty title={t('state.forbidden')} icon="key">
                {t('state.forbidden.next')}
            </Empty>
        );
    }
    return (
        <div className="empty" role="alert">
            <Icon name="quality" size={28} />
            <h3>{t('state.error')}</h3>
            <p>{text(error)}</p>
            {error instanceof ApiError && error.requestId ? (
                <p className="small muted">
                    {t('state.request')} <code>{error.requestId}</code>
                </p>
            ) : null}
            {retry ? (
                <button type="button" className="button" onClick={retry}>
                    {t('action.retry')}
                </button>
            ) : null}
        </div>
    );
}

export function Skeleton({ lines = 6 }: { lines?: number }) {
    const { t } = useI18n();
    return (
        <div className="skeleton" role="status" aria-label={t('state.loading')}>
            {Array.from({ length: lines }, (_, i) => (
                <i key={i} />
            ))}
        </div>
    );
}

// One place for the four states of anything that is fetched.
export function Fetched<T>({
    query,
    children,
    lines,
}: {
    query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
    children: (data: T) => ReactNode;
    lines?: number;
}) {
    if (query.data !== undefined) return children(query.data);
    if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
    return <Skeleton lines={lines} />;
}

export function Banner({
    tone = 'info',
    children,
    action,
}: {
    tone?: 'info' | 'warn' | 'bad' | 'ok';
    children: ReactNode;
    action?: ReactNode;
}) {
    const icon: IconName = tone === 'ok' ? 'check' : tone === 'info' ? 'info' : 'quality';
    return (
        <div className={`banner ${tone}`}>
            <Icon name={icon} />
            <span>{children}</span>
            {action}
        </div>
    );
}

// A new page: its heading takes the focus, so that screen readers announce it. Not on the first one.
let pagesShown = 0;

export function PageHead({
    title,
    children,
    actions,
}: {
    title: string;
    children?: ReactNode;
    actions?: ReactNode;
}) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        pagesShown += 1;
        if (pagesShown > 1) heading.current?.focus({ preventScroll: true });
    }, []);
    return (
        <header className="page-head">
            <div>
                <h1 ref={heading} tabIndex={-1}>
                    {title}
                </h1>
                {children ? <p>{children}</p> : null}
            </div>
            {actions ? <div className="row no-print">{actions}</div> : null}
        </header>
    );
}

// A link inside the console to an address given as text.
export function AppLink({
    href,
    children,
    className,
}: {
    href: string;
    children: ReactNode;
    className?: string;
}) {
    const follow = useFollow();
    return (
        <a
            href={href}
            className={className}
            onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                follow(href);
            }}
        >
            {children}
        </a>
    );
}

export function Field({
    label,
    id,
    hint,
    fault,
    children,
}: {
    label: string;
    id: string;
    hint?: string;
    fault?: string;
    children: ReactNode;
}) {
    return (
        <div className="field">
            <label htmlFor={id}>{label}</label>
            {children}
            {hint ? (
                <p className="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            ) : null}
            {fault ? (
                <p className="fault" role="alert" id={`${id}-fault`}>
                    {fault}
                </p>
            ) : null}
        </div>
    );
}
