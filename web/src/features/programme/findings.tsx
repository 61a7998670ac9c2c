// Data quality: what does not add up, with both places quoted and the computation shown. A reviewer
// accepts, dismisses with a reason or corrects; the history stays.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../../app/can';
import { post } from '../../api/client';
import { useFinding } from '../../api/queries';
import type { Finding } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatTime } from '../../lib/format';
import { AppLink, Fetched, Field, PageHead, useErrorText } from '../../ui/basic';
import { ReasonDialog } from '../../ui/reason';
import { ReportTable, StatusWord } from '../../ui/report_table';
import { documentHref, SourceText } from '../../ui/source_text';
import { useToast } from '../../ui/toast';
import { parseValue } from './review';

export function FindingsPage() {
    const { t } = useI18n();
    return (
        <>
            <PageHead title={t('findings.title')}>{t('findings.lead')}</PageHead>
            <ReportTable
                name="findings"
                choices={['state', 'severity', 'rule', 'document']}
                long={['summary']}
                emptyTitle={t('findings.none')}
                cell={(row, column, value) =>
                    column.key === 'summary' ? (
                        <AppLink href={`/programme/findings/${row.id}`}>
                            {String(value.v ?? row.id)}
                        </AppLink>
                    ) : undefined
                }
            />
        </>
    );
}

export function FindingPage() {
    const { id } = useParams({ strict: false }) as { id: string };
    const finding = useFinding(id);
    return <Fetched query={finding}>{(data) => <Detail finding={data} />}</Fetched>;
}

type Decision = 'accept' | 'dismiss' | 'correct' | 'reopen';

function Detail({ finding }: { finding: Finding }) {
    const { t, tx, local, lang } = useI18n();
    return (
        <>
            <PageHead
                title={local(finding.rule.title)}
                actions={
                    <Link to="/programme/findings" className="button">
                        {t('findings.back')}
                    </Link>
                }
            >
                {local(finding.summary)}
            </PageHead>
            <div className="row">
                <StatusWord code={finding.severity} />
                <StatusWord code={finding.state} />
                <code>
                    {finding.rule.id} v{finding.rule.version}
                </code>
            </div>
            <section className="stack tight">
                <h2>{t('findings.computation')}</h2>
                <p className="computation">{finding.computation}</p>
            </section>
            <section className="stack tight">
                <h2>{t('findings.places')}</h2>
                <div className="quotes">
                    {finding.quotes.map((quote) => {
                        const source = {
                            document: quote.document,
                            span: { begin: quote.begin, end: quote.end },
                            excerpt: quote.text,
                        };
                        return (
                            <article
                                key={`${quote.document.key}:${quote.begin}:${quote.role}`}
                                className="card stack tight"
                            >
                                <h3>{tx(`role.${quote.role}`, quote.role)}</h3>
                                <p className="small" lang="vi">
                                    <strong>{quote.document.number || quote.document.title}</strong>{' '}
                                    · {quote.place}
                                </p>
                                <SourceText source={source} />
                                <p>
                                    <AppLink href={documentHref(source)}>
                                        {t('trail.open_document')}
                                    </AppLink>
                                </p>
                            </article>
                        );
                    })}
                </div>
            </section>
            <Decide finding={finding} />
            <section className="card">
                <h2>{t('findings.rule')}</h2>
                <p>{local(finding.rule.explains)}</p>
            </section>
            <section className="card">
                <h2>{t('findings.history')}</h2>
                <ul className="list">
                    {finding.history.map((entry) => (
                        <li key={`${entry.at}${entry.action}`} className="deadline-line">
                            <span className="row">
                                <strong>{tx(`decision.${entry.action}`, entry.action)}</strong>
                                <span className="muted">
                                    {entry.actor} · {formatTime(entry.at, lang)}
                                </span>
                            </span>
                            {entry.reason ? <span>{entry.reason}</span> : null}
                        </li>
                    ))}
                    <li className="deadline-line muted">
                        {t('findings.seen', {
                            a: formatTime(finding.first_seen, lang),
                            b: formatTime(finding.last_seen, lang),
                        })}
                    </li>
                </ul>
            </section>
        </>
    );
}

function Decide({ finding }: { finding: Finding }) {
    const { t } = useI18n();
    const may = useCan()('review');
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const [ask, setAsk] = useState<Decision | null>(null);
    const [value, setValue] = useState('');
    const assertions = finding.assertions ?? [];
    const [assertion, setAssertion] = useState(assertions[0] ?? '');
    if (!may) return null;
    const decide = async (decision: Decision, reason: string) => {
        const correction =
            decision === 'correct' && assertion
                ? { assertion, value: parseValue(value) }
                : undefined;
        try {
            await post(`/api/programme/findings/${encodeURIComponent(finding.id)}/decide`, {
                decision,
                reason,
                correction,
            });
            setAsk(null);
            say('ok', t('findings.saved'));
            await client.invalidateQueries({ queryKey: ['programme'] });
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    const open = finding.state === 'open';
    const choices: Decision[] = open
        ? assertions.length > 0
            ? ['accept', 'dismiss', 'correct']
            : ['accept', 'dismiss']
        : ['reopen'];
    return (
        <div className="row no-print">
            {choices.map((decision, i) => (
                <button
                    key={decision}
                    type="button"
                    className={`button ${i === 0 ? 'primary' : ''}`}
                    onClick={() => setAsk(decision)}
                >
                    {t(`decision.do.${decision}`)}
                </button>
            ))}
            {ask ? (
                <ReasonDialog
                    open
                    onClose={() => setAsk(null)}
                    title={t(`decision.do.${ask}`)}
                    effect={t(`decision.effect.${ask}`)}
                    confirm={t(`decision.do.${ask}`)}
                    required={ask !== 'accept'}
                    onConfirm={(reason) => decide(ask, reason)}
                >
                    {ask === 'correct' ? (
                        <>
                            <Field label={t('findings.correct.which')} id="correct-which">
                                <select
                                    id="correct-which"
                                    className="input"
                                    value={assertion}
                                    onChange={(event) => setAssertion(event.target.value)}
                                >
                                    {assertions.map((id) => (
                                        <option key={id} value={id}>
                                            {id}
                                        </option>
                                    ))}
                                </select>
                            </Field>
                            <Field
                                label={t('findings.correct.value')}
                                id="correct-to"
                                hint={t('review.value.hint')}
                            >
                                <input
                                    id="correct-to"
                                    className="input"
                                    value={value}
                                    onChange={(event) => setValue(event.target.value)}
                                />
                            </Field>
                        </>
                    ) : null}
                </ReasonDialog>
            ) : null}
        </div>
    );
}
