// Bring documents in: choose or drop files, watch upload and reading, then review what the reader
// proposes. Nothing becomes a fact before a person accepts it.
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { upload } from '../../api/client';
import { jobEnded, useImports, useJob, useMe, useOrganisations } from '../../api/queries';
import type { Grant, ImportSummary, Organisation } from '../../api/types';
import { type Key, useI18n } from '../../i18n';
import { compareVi, formatBytes, formatNumber, formatTime } from '../../lib/format';
import { Banner, Empty, Fetched, Field, PageHead, useErrorText, useJobErrorText } from '../../ui/basic';
import { Icon } from '../../ui/icons';
import { Person } from '../../ui/person';
import { ExportMenu, StatusWord } from '../../ui/report_table';
import { documentName } from '../../ui/source_text';

// The limits of the server, told before anything is sent.
const fileMiB = 64;
const importMiB = 256;
const importFiles = 64;
const limits = { file: `${fileMiB} MiB`, all: `${importMiB} MiB`, n: importFiles };

export function refusal(sizes: number[]): Key | null {
    if (sizes.length > importFiles) return 'import.too_many';
    if (sizes.some((size) => size > fileMiB << 20)) return 'import.file_too_large';
    return sizes.reduce((a, b) => a + b, 0) > importMiB << 20 ? 'import.all_too_large' : null;
}

const importing = new Set(['reporter', 'reviewer', 'coordinator', 'admin']);

// The organisations a person may import for: those of the grants and what lies below them.
export function importOrganisations(grants: Grant[], all: Organisation[]): Organisation[] {
    const own = new Set(grants.filter((g) => importing.has(g.role)).map((g) => g.organisation));
    const parents = new Map(all.map((o) => [o.key, o.parent]));
    const within = (key: string) => {
        for (let at: string | undefined = key, steps = 0; at && steps < 32; steps += 1) {
            if (own.has(at)) return true;
            at = parents.get(at);
        }
        return own.has('');
    };
    return all.filter((o) => within(o.key)).sort((a, b) => compareVi(a.name, b.name));
}

export function ImportsPage() {
    const { t } = useI18n();
    const imports = useImports();
    return (
        <>
            <PageHead title={t('import.title')}>{t('import.lead')}</PageHead>
            <Upload />
            <div className="card-head">
                <h2>{t('import.list')}</h2>
                <ExportMenu path="/api/programme/imports" />
            </div>
            <Fetched query={imports}>{(data) => <List imports={data.imports} />}</Fetched>
        </>
    );
}

function Upload() {
    const { t, tx, lang } = useI18n();
    const errorText = useErrorText();
    const jobErrorText = useJobErrorText();
    const navigate = useNavigate();
    const input = useRef<HTMLInputElement>(null);
    const [files, setFiles] = useState<File[]>([]);
    const [audience, setAudience] = useState<Audience | null>(null);
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
    const refused = refusal(files.map((file) => file.size));
    const ready = audience !== null && !refused;

    const start = async () => {
        setError(null);
        setJobId(null);
        setShare(0);
        try {
            const answer = await upload<{ job: string }>(
                '/api/programme/imports',
                files,
                { classification: audience?.classification, organisation: audience?.organisation },
                setShare,
            );
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
                    accept=".txt,.docx,.pdf"
                    onChange={(event) => setFiles([...(event.target.files ?? [])])}
                />
                <p className="hint">
                    {t('import.kinds', limits)}
                </p>
            </div>
            {files.length > 0 ? (
                <>
                    <ul className="list">
                        {files.map((file, i) => (
                            <li key={`${i} ${file.name}`} className="row import-file">
                                <Icon name="document" />
                                <span className="grow">{file.name}</span>
                                <span className="muted">{formatBytes(file.size, lang)}</span>
                            </li>
                        ))}
                    </ul>
                    {refused ? (
                        <Banner tone="bad">
                            {t(refused, limits)}
                        </Banner>
                    ) : null}
                    <AudienceFields onChange={setAudience} />
                    <div className="row">
                        <button
                            type="button"
                            className="button primary"
                            disabled={busy || !ready}
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
                    {failure ? jobErrorText(failure) : t('import.failed')}
                </Banner>
            ) : null}
        </section>
    );
}

interface Audience {
    classification: string;
    organisation: string;
}

// Who will see what the documents say, and who may review it.
function AudienceFields({ onChange }: { onChange: (audience: Audience | null) => void }) {
    const { t } = useI18n();
    const me = useMe();
    const organisations = useOrganisations();
    const grants = me.data?.grants ?? [];
    const list = importOrganisations(grants, organisations.data?.organisations ?? []);
    const everywhere = grants.some((g) => importing.has(g.role) && g.organisation === '');
    const [classification, setClassification] = useState('public');
    const [chosen, setChosen] = useState<string | null>(null);
    // Rows of the whole programme are reviewed by people with a role over the whole of it: whoever
    // has a role in one organisation imports for that one unless another choice is made.
    const organisation = chosen ?? (everywhere ? '' : (list[0]?.key ?? ''));
    const missing = classification === 'restricted' && organisation === '';
    useEffect(() => {
        onChange(missing ? null : { classification, organisation });
    }, [missing, classification, organisation, onChange]);
    return (
        <div className="grid two">
            <Field
                label={t('trail.classification')}
                id="import-class"
                hint={t(`import.class.${classification as 'public' | 'internal' | 'restricted'}`)}
            >
                <select
                    id="import-class"
                    className="input"
                    value={classification}
                    aria-describedby="import-class-hint"
                    onChange={(event) => setClassification(event.target.value)}
                >
                    {(['public', 'internal', 'restricted'] as const).map((name) => (
                        <option key={name} value={name}>
                            {t(`classification.${name}`)}
                        </option>
                    ))}
                </select>
            </Field>
            <Field
                label={t('import.organisation')}
                id="import-organisation"
                hint={t('import.organisation.hint')}
                fault={missing ? t('import.organisation.needed') : undefined}
            >
                <select
                    id="import-organisation"
                    className="input"
                    value={organisation}
                    aria-invalid={missing}
                    aria-describedby="import-organisation-hint"
                    onChange={(event) => setChosen(event.target.value)}
                >
                    <option value="">{t('import.organisation.none')}</option>
                    {list.map((o) => (
                        <option key={o.key} value={o.key} lang="vi">
                            {o.name}
                        </option>
                    ))}
                </select>
            </Field>
        </div>
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
                                    <div className="muted small">
                                        <Person id={item.actor} name={item.actor_name} />
                                    </div>
                                </div>
                            </td>
                            <td
                                role="cell"
                                data-label={t('import.documents')}
                                className="long"
                                lang="vi"
                            >
                                <div>
                                    {item.documents.map(documentName).join(', ')}
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
