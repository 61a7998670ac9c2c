// The way back from a figure: value -> formula -> assertions -> highlighted clause. Open state is in
// the address (?figure= and ?assertion=), so a link leads a colleague to the same place.
import { useState } from 'react';
import { useAssertion, useFigure, useHistory } from '../api/queries';
import type { Assertion, FigureDetail } from '../api/types';
import { useI18n } from '../i18n';
import { formatDate, formatTime } from '../lib/format';
import { useSearchState } from '../lib/state';
import { AppLink, Banner, Fetched, Status } from './basic';
import { Drawer } from './dialog';
import { useCellText, valueClass } from './figure';
import { Icon } from './icons';
import { Person } from './person';
import { documentHref, SourceText } from './source_text';

const firstRows = 60;

export default function SourceTrail() {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const close = () => set({ figure: null, assertion: null });
    const assertion = search.assertion;
    return (
        <Drawer
            open
            onClose={close}
            title={assertion ? t('trail.assertion') : t('trail.figure')}
            head={
                assertion && search.figure ? (
                    <button
                        type="button"
                        className="button quiet icon tiny"
                        aria-label={t('trail.back')}
                        onClick={() => set({ assertion: null })}
                    >
                        <Icon name="left" />
                    </button>
                ) : null
            }
        >
            {assertion ? (
                <AssertionPanel id={assertion} />
            ) : (
                <FigurePanel id={search.figure ?? ''} />
            )}
        </Drawer>
    );
}

function FigurePanel({ id }: { id: string }) {
    const query = useFigure(id);
    return <Fetched query={query}>{(figure) => <FigureBody figure={figure} />}</Fetched>;
}

function FigureBody({ figure }: { figure: FigureDetail }) {
    const { t, local, lang } = useI18n();
    const cellText = useCellText();
    const [, set] = useSearchState();
    const [all, setAll] = useState(false);
    const shown = all ? figure.assertions : figure.assertions.slice(0, firstRows);
    return (
        <>
            <section className="stack tight">
                <h3>{local(figure.title)}</h3>
                <p className="trail-value">{cellText(figure.value, figure.unit)}</p>
                <div className="row">
                    {figure.unknown_count > 0 ? (
                        <Status tone="warn" icon="question">
                            {t('trail.unknown', { n: figure.unknown_count })}
                        </Status>
                    ) : null}
                    <span className="muted small">
                        {t('trail.as_of', { date: formatDate(figure.as_of, lang) })}
                    </span>
                </div>
            </section>
            <section className="stack tight">
                <h3>{t('trail.formula')}</h3>
                <p>{local(figure.formula)}</p>
                <p>
                    <code>{figure.formula.expression}</code>
                </p>
                {figure.partial ? <Banner>{t('trail.partial')}</Banner> : null}
            </section>
            <section className="stack tight">
                <h3>{t('trail.assertions', { n: figure.assertions.length })}</h3>
                <ul className="list">
                    {shown.map((a) => (
                        <li key={a.id}>
                            <button
                                type="button"
                                className="pick trail-row"
                                onClick={() => set({ assertion: a.id })}
                            >
                                <span lang="vi">{a.subject.title || a.subject.key}</span>
                                <strong className={a.value.unknown ? 'unknown' : 'num'}>
                                    {cellText(a.value, a.unit)}
                                </strong>
                                <small className="muted" lang="vi">
                                    {a.source
                                        ? `${a.source.document.number} · ${a.source.place}`
                                        : ''}
                                </small>
                            </button>
                        </li>
                    ))}
                </ul>
                {figure.assertions.length > shown.length ? (
                    <button type="button" className="button" onClick={() => setAll(true)}>
                        {t('action.show_all')}
                    </button>
                ) : null}
            </section>
        </>
    );
}

function AssertionPanel({ id }: { id: string }) {
    const query = useAssertion(id);
    return (
        <Fetched query={query}>{(assertion) => <AssertionBody assertion={assertion} />}</Fetched>
    );
}

function AssertionBody({ assertion: a }: { assertion: Assertion }) {
    const { t, tx, lang } = useI18n();
    const cellText = useCellText();
    return (
        <>
            <section className="stack tight">
                <p className="muted small">{tx(`predicate.${a.predicate}`, a.predicate)}</p>
                <h3 lang="vi">{a.subject.title || a.subject.key}</h3>
                <p className={valueClass(a.value)}>{cellText(a.value, a.unit)}</p>
                {a.superseded_by ? <Banner tone="warn">{t('trail.superseded')}</Banner> : null}
            </section>
            {a.source ? (
                <section className="stack tight">
                    <h3>{t('trail.source')}</h3>
                    <p lang="vi">
                        <strong>{a.source.document.number}</strong>
                        {a.source.document.title ? `, ${a.source.document.title}` : ''}
                        {a.source.place ? ` · ${a.source.place}` : ''}
                    </p>
                    <SourceText source={a.source} />
                    <AppLink href={documentHref(a.source)} className="button">
                        <Icon name="document" />
                        {t('trail.open_document')}
                    </AppLink>
                </section>
            ) : null}
            <section>
                <dl className="facts">
                    <Fact label={t('trail.stated')}>{a.stated ? <q>{a.stated}</q> : null}</Fact>
                    <Fact label={t('trail.period')}>{a.period}</Fact>
                    <Fact label={t('trail.valid')}>{a.as_of ? formatDate(a.as_of, lang) : ''}</Fact>
                    <Fact label={t('trail.recorded')}>{formatTime(a.recorded_at, lang)}</Fact>
                    <Fact label={t('trail.actor')}>
                        {a.actor ? <Person id={a.actor} name={a.actor_name} /> : null}
                    </Fact>
                    <Fact label={t('trail.classification')}>
                        {tx(`classification.${a.classification}`, a.classification)}
                    </Fact>
                    <Fact label={t('trail.synthetic')}>{a.synthetic ? t('yes') : ''}</Fact>
                    <Fact label={t('trail.id')}>
                        <code>{a.id}</code>
                    </Fact>
                </dl>
            </section>
            <History assertion={a} />
        </>
    );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
    if (children === '' || children == null) return null;
    return (
        <>
            <dt>{label}</dt>
            <dd>{children}</dd>
        </>
    );
}

function History({ assertion }: { assertion: Assertion }) {
    const { t, lang } = useI18n();
    const cellText = useCellText();
    const [, set] = useSearchState();
    const history = useHistory(assertion.subject.key, assertion.predicate);
    const others = (history.data?.assertions ?? []).filter((a) => a.id !== assertion.id);
    if (others.length === 0) return null;
    return (
        <section className="stack tight">
            <h3>{t('trail.history')}</h3>
            <ul className="list">
                {others.slice(0, 50).map((a) => (
                    <li key={a.id}>
                        <button
                            type="button"
                            className="pick"
                            onClick={() => set({ assertion: a.id })}
                        >
                            {cellText(a.value, a.unit)}{' '}
                            <span className="muted small">
                                {[
                                    a.period,
                                    a.source?.document.number,
                                    formatTime(a.recorded_at, lang),
                                ]
                                    .filter(Boolean)
                                    .join(' · ')}
                            </span>
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
