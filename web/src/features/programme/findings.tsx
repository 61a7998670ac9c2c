// Data quality: what does not add up, with both places quoted and the computation shown. A reviewer
// accepts, dismisses with a reason or corrects; the history stays.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../../app/can';
import { post } from '../../api/client';
import { useAssertions, useFinding } from '../../api/queries';
import type { Assertion, Finding } from '../../api/types';
import { useI18n } from '../../i18n';
import { type CellValue, formatTime } from '../../lib/format';
import { AppLink, Fetched, Field, PageHead, useErrorText } from '../../ui/basic';
import { useCellText } from '../../ui/figure';
import { Person } from '../../ui/person';
import { ReasonDialog } from '../../ui/reason';
import { findingHref, ReportTable, StatusWord } from '../../ui/report_table';
import { documentHref, documentName, SourceText } from '../../ui/source_text';
import { useToast } from '../../ui/toast';
import { ValueInput } from '../../ui/value_input';

export function FindingsPage() {
    const { t, lang } = useI18n();
    const other = lang === 'vi' ? 'en' : 'vi';
    return (
        <>
            <PageHead title={t('findings.title')}>{t('findings.lead')}</PageHead>
            <ReportTable
                name="findings"
                choices={['state', 'severity', 'rule', 'document']}
                choiceLabel={(row, key) =>
                    key === 'rule' ? String(row.cells[`rule_${lang}`]?.v ?? '') : undefined
                }
                hide={['rule', `rule_${other}`, `summary_${other}`]}
                long={[`summary_${lang}`]}
                emptyTitle={t('findings.none')}
                cell={(row, column, value) =>
                    column.key === `summary_${lang}` ? (
                        <AppLink href={findingHref(row.id)}>{String(value.v ?? row.id)}</AppLink>
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
                                    <strong>{documentName(quote.document)}</strong>
                                    {quote.place ? ` · ${quote.place}` : ''}
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
                                    <Person id={entry.actor} name={entry.actor_name} /> ·{' '}
                                    {formatTime(entry.at, lang)}
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
    const [correction, setCorrection] = useState<Correction | null>(null);
    if (!may) return null;
    const decide = async (decision: Decision, reason: string) => {
        try {
            await post(`/api/programme/findings/${encodeURIComponent(finding.id)}/decide`, {
                decision,
                reason,
                ...(decision === 'correct' ? { correction } : {}),
            });
            setAsk(null);
            say('ok', t('findings.saved'));
            await client.invalidateQueries({ queryKey: ['programme'] });
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    const choices: Decision[] =
        finding.state !== 'open'
            ? ['reopen']
            : finding.assertions.length > 0
              ? ['accept', 'dismiss', 'correct']
              : ['accept', 'dismiss'];
    return (
        <div className="row no-print">
            {choices.map((decision, i) => (
                <button
                    key={decision}
                    type="button"
                    className={`button ${i === 0 ? 'primary' : ''}`}
                    onClick={() => {
                        setCorrection(null);
                        setAsk(decision);
                    }}
                >
                    {t(`decision.do.${decision}`)}
                </button>
            ))}
            {ask ? (
                <ReasonDialog
                    key={ask}
                    open
                    onClose={() => setAsk(null)}
                    title={t(`decision.do.${ask}`)}
                    effect={t(`decision.effect.${ask}`)}
                    confirm={t(`decision.do.${ask}`)}
                    required={ask !== 'accept'}
                    ready={ask !== 'correct' || correction !== null}
                    onConfirm={(reason) => decide(ask, reason)}
                >
                    {ask === 'correct' ? (
                        <CorrectField ids={finding.assertions} onChange={setCorrection} />
                    ) : null}
                </ReasonDialog>
            ) : null}
        </div>
    );
}

interface Correction {
    assertion: string;
    value: CellValue;
}

// Which of the assertions behind the finding is wrong, and its right value.
function CorrectField({
    ids,
    onChange,
}: {
    ids: string[];
    onChange: (correction: Correction | null) => void;
}) {
    const { t, tx } = useI18n();
    const cellText = useCellText();
    const answers = useAssertions(ids);
    const list = answers.flatMap((a) => (a.data ? [a.data] : []));
    const [chosen, setChosen] = useState('');
    const one = list.find((a) => a.id === chosen);
    const words = (a: Assertion) =>
        [
            `${tx(`predicate.${a.predicate}`, a.predicate)}: ${clip(cellText(a.value, a.unit, false))}`,
            clip(a.subject.title || a.subject.key),
        ].join(' · ');
    return (
        <>
            <Field label={t('findings.correct.which')} id="correct-which">
                <select
                    id="correct-which"
                    className="input"
                    value={chosen}
                    onChange={(event) => {
                        setChosen(event.target.value);
                        onChange(null);
                    }}
                >
                    <option value="">{t('findings.correct.choose')}</option>
                    {list.map((a) => (
                        <option key={a.id} value={a.id}>
                            {words(a)}
                        </option>
                    ))}
                </select>
            </Field>
            {one ? (
                <ValueInput
                    key={one.id}
                    id="correct-to"
                    like={one.value}
                    unit={one.unit}
                    onChange={(value) => onChange(value ? { assertion: one.id, value } : null)}
                />
            ) : null}
        </>
    );
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 58)}…` : text);
