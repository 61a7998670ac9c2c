// The hash-chained audit log, and a button that recomputes the chain.
import { useState } from 'react';
import { get } from '../../api/client';
import type { AuditCheck } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatNumber } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { Banner, ErrorState, Field, PageHead } from '../../ui/basic';
import { ReportTable } from '../../ui/report_table';

export function AuditPage() {
    const { t, lang } = useI18n();
    const [check, setCheck] = useState<AuditCheck | null>(null);
    const [error, setError] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);
    const verify = async () => {
        setBusy(true);
        setError(null);
        try {
            setCheck(await get<AuditCheck>('/api/audit/verify'));
        } catch (caught) {
            setError(caught);
        } finally {
            setBusy(false);
        }
    };
    return (
        <>
            <PageHead
                title={t('audit.title')}
                actions={
                    <button
                        type="button"
                        className="button primary"
                        disabled={busy}
                        onClick={() => void verify()}
                    >
                        {busy ? t('audit.verifying') : t('audit.verify')}
                    </button>
                }
            >
                {t('audit.lead')}
            </PageHead>
            <div aria-live="polite">
                {error ? <ErrorState error={error} /> : null}
                {check ? (
                    <Banner tone={check.ok ? 'ok' : 'bad'}>
                        {check.ok
                            ? t('audit.ok', { n: formatNumber(check.records, lang) })
                            : t('audit.broken', { n: String(check.first_bad ?? '?') })}{' '}
                        <code>{check.head_hash}</code>
                    </Banner>
                ) : null}
            </div>
            <Filters />
            <ReportTable name="audit" searchable={false} long={['detail', 'details']} />
        </>
    );
}

function Filters() {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const text = (key: string, label: string, type: string) => (
        <Field label={label} id={`audit-${key}`}>
            <input
                id={`audit-${key}`}
                type={type}
                className="input"
                defaultValue={search[key] ?? ''}
                onBlur={(event) => set({ [key]: event.target.value.trim() || null }, true)}
                onKeyDown={(event) => {
                    if (event.key === 'Enter')
                        set({ [key]: event.currentTarget.value.trim() || null }, true);
                }}
            />
        </Field>
    );
    return (
        <div className="toolbar" role="search" aria-label={t('table.filters')}>
            {text('actor', t('audit.actor'), 'text')}
            {text('action', t('audit.action'), 'text')}
            {text('from', t('audit.from'), 'date')}
            {text('to', t('audit.to'), 'date')}
        </div>
    );
}
