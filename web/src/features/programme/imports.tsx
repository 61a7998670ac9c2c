// Bring documents in: choose or drop files, watch upload and reading, then review what the reader
// proposes. Nothing becomes a fact before a person accepts it.
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { upload } from '../../api/client';
import { jobEnded, useImports, useJob } from '../../api/queries';
import type { ImportSummary } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatBytes, formatNumber, formatTime } from '../../lib/format';
import { Banner, Empty, Fetched, PageHead, useErrorText } from '../../ui/basic';
import { Icon } from '../../ui/icons';
import { StatusWord } from '../../ui/report_table';

export function ImportsPage() {
    const { t } = useI18n();
    const imports = useImports();
    return (
        <>
            <PageHead title={t('import.title')}>{t('import.lead')}</PageHead>
            <Upload />
            <h2>{t('import.list')}</h2>
            <Fetched query={imports}>{(data) => <List imports={data.imports} />}</Fetched>
        </>
    );
}

function Upload() {
    const { t, tx, lang } = useI18n();
    const errorText = useErrorText();
    const navigate = useNavigate();
    const input = useRef<HTMLInputElement>(null);
    const [files, setFiles] = useState<File[]>([]);
    const [over, setOver] = useState(false);
    const [share, setShare] = useState<number | null>(null);
    const [jobId, setJobId] = useState<string | null>(null);
    const [error, setError] = useState<unknown>(null);
    const job = useJob(jobId);
    const done = job.data?.result?.import;
    useEffect(() => {
        if (!done) return;
        void navigate({ to: '/programme/imports/$id', params: { id: done } });
    }, [done, navigate]);
    const busy = share !== null || (jobId !== null && !jobEnded(job.data));
    const failed = job.data && jobEnded(job.data) && !done;
    const failure = job.data?.error;

    const start = async () => {
        setError(null);
        setJobId(null);
        setShare(0);
        try {
            const answer = await upload<{ job: string }>('/api/programme/imports', files, setShare);
            setJobId(answer.job);
        } catch (caught) {
            setError(caught);
        } finally {
            setShare(null);
        }
    };
    return (
        <section className="card stack" aria-label={t('import.start')}>
            <div
                className="drop"
                data-over={over}
                onDragOver={(event) => {
                    event.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={(event) => {
                    event.preventDefault();
                    setOver(false);
                    setFiles([...event.dataTransfer.files]);
                }}
            >
                <Icon name="import" size={28} />
                <p>{t('import.drop')}</p>
                <button
                    type="button"
                    className="button"
                    disabled={busy}
                    onClick={() => input.current?.click()}
                >
                    {t('import.choose')}
                </button>
                <input
                    ref={input}
                    id="import-files"
                    className="sr"
                    type="file"
                    multiple
                    tabIndex={-1}
                    aria-label={t('import.choose')}
                    accept=".txt,.docx,.pdf,.csv,.xlsx,.json"
                    onChange={(event) => setFiles([...(event.target.files ?? [])])}
                />
                <p className="hint">{t('import.kinds')}</p>
            </div>
            {files.length > 0 ? (
                <>
                    <ul className="list">
                        {files.map((file) => (
                            <li key={file.name} className="row import-file">
                                <Icon name="document" />
                                <span className="grow">{file.name}</span>
                                <span className="muted">{formatBytes(file.size, lang)}</span>
                            </li>
                        ))}
                    </ul>
                    <div className="row">
                        <button
                            type="button"
                            className="button primary"
                            disabled={busy}
                            onClick={() => void start()}
                        >
                            {t('import.go', { n: formatNumber(files.length, lang) })}
                        </button>
                        <button
                            type="button"
                            className="button quiet"
                            disabled={busy}
                            onClick={() => setFiles([])}
                        >
                            {t('action.cancel')}
                        </button>
                    </div>
                </>
            ) : null}
            {busy ? (
                <div role="status" aria-live="polite" className="stack tight">
                    <span>
                        {share !== null
                            ? t('import.uploading')
                            : tx(
                                  `job.${job.data?.step ?? ''}`,
                                  job.data?.step || t('import.reading'),
                              )}
                    </span>
                    <progress
                        className="progress"
                        max={100}
                        value={share !== null ? share * 100 : (job.data?.percent ?? 0)}
                        aria-label={t('import.progress')}
                    />
                </div>
            ) : null}
            {error ? <Banner tone="bad">{errorText(error)}</Banner> : null}
            {failed ? (
                <Banner tone="bad">
                    {typeof failure === 'string'
                        ? failure
                        : tx(
                              `error.${failure?.code ?? ''}`,
                              failure?.message ?? t('import.failed'),
                          )}
                </Banner>
            ) : null}
        </section>
    );
}

function List({ imports }: { imports: ImportSummary[] }) {
    const { t, lang } = useI18n();
    if (imports.length === 0) {
        return (
            <div className="card">
                <Empty title={t('import.none')} icon="import">
                    {t('import.none.next')}
                </Empty>
            </div>
        );
    }
    return (
        <div className="table-wrap">
            <table className="data cards" role="table">
                <caption className="sr">{t('import.list')}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {(
                            [
                                'import.when',
                                'import.documents',
                                'import.state',
                                'import.rows',
                                'import.doubt',
                            ] as const
                        ).map((key) => (
                            <th key={key} role="columnheader" scope="col">
                                {t(key)}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {imports.map((item) => (
                        <tr key={item.id} role="row">
                            <td role="cell" data-label={t('import.when')}>
                                <div>
                                    <Link to="/programme/imports/$id" params={{ id: item.id }}>
                                        {formatTime(item.created_at, lang)}
                                    </Link>
                                    <div className="muted small">{item.actor}</div>
                                </div>
                            </td>
                            <td
                                role="cell"
                                data-label={t('import.documents')}
                                className="long"
                                lang="vi"
                            >
                                <div>
                                    {item.documents
                                        .map((d) => d.number || d.title || d.key)
                                        .join(', ')}
                                </div>
                            </td>
                            <td role="cell" data-label={t('import.state')}>
                                <StatusWord code={item.state} />
                            </td>
                            <td role="cell" data-label={t('import.rows')}>
                                <span>
                                    {t('import.counts', {
                                        n: formatNumber(item.counts.rows ?? 0, lang),
                                        a: formatNumber(item.counts.new ?? 0, lang),
                                        c: formatNumber(item.counts.changed ?? 0, lang),
                                    })}
                                </span>
                            </td>
                            <td role="cell" data-label={t('import.doubt')}>
                                {formatNumber(item.counts.low_confidence ?? 0, lang)}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
