// Frozen, signed, hash-linked snapshots of the record, and how to check one without the platform.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../app/can';
import { post } from '../../api/client';
import { useReleases } from '../../api/queries';
import type { Release } from '../../api/types';
import { useI18n } from '../../i18n';
import { formatNumber, formatTime } from '../../lib/format';
import { Empty, Fetched, PageHead, useErrorText } from '../../ui/basic';
import { Icon } from '../../ui/icons';
import { ReasonDialog } from '../../ui/reason';
import { ExportMenu } from '../../ui/report_table';
import { useToast } from '../../ui/toast';

export function ReleasesPage() {
    const { t } = useI18n();
    const releases = useReleases();
    const may = useCan()('publish');
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const [ask, setAsk] = useState(false);
    const create = async (note: string) => {
        try {
            await post<Release>('/api/programme/releases', { note });
            setAsk(false);
            say('ok', t('releases.created'));
            await client.invalidateQueries({ queryKey: ['programme', 'releases'] });
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <>
            <PageHead
                title={t('releases.title')}
                actions={
                    <>
                        <ExportMenu path="/api/programme/releases" />
                        {may ? (
                            <button
                                type="button"
                                className="button primary"
                                onClick={() => setAsk(true)}
                            >
                                {t('releases.create')}
                            </button>
                        ) : null}
                    </>
                }
            >
                {t('releases.lead')}
            </PageHead>
            <Fetched query={releases}>
                {(data) =>
                    data.releases.length === 0 ? (
                        <div className="card">
                            <Empty title={t('releases.none')} icon="release">
                                {t('releases.none.next')}
                            </Empty>
                        </div>
                    ) : (
                        <ul className="stack">
                            {data.releases.map((release) => (
                                <OneRelease key={release.id} release={release} />
                            ))}
                        </ul>
                    )
                }
            </Fetched>
            <section className="card stack tight">
                <h2>{t('releases.verify')}</h2>
                <p>{t('releases.verify.how')}</p>
                <p className="computation">saola programme verify release.json</p>
                <p className="muted">{t('releases.verify.what')}</p>
            </section>
            <ReasonDialog
                open={ask}
                onClose={() => setAsk(false)}
                title={t('releases.create')}
                effect={t('releases.effect')}
                confirm={t('releases.create')}
                onConfirm={create}
            />
        </>
    );
}

function OneRelease({ release }: { release: Release }) {
    const { t, tx, lang } = useI18n();
    return (
        <li className="card stack tight">
            <div className="card-head">
                <h2>{release.note || release.id}</h2>
                <a
                    className="button"
                    href={`/api/programme/releases/${encodeURIComponent(release.id)}`}
                    download={`saola-release-${release.id}.json`}
                >
                    <Icon name="download" />
                    {t('releases.download')}
                </a>
            </div>
            <dl className="facts">
                {release.created_at ? (
                    <>
                        <dt>{t('releases.when')}</dt>
                        <dd>{formatTime(release.created_at, lang)}</dd>
                    </>
                ) : null}
                <dt>{t('releases.hash')}</dt>
                <dd>
                    <code>{release.hash}</code>
                </dd>
                <dt>{t('releases.previous')}</dt>
                <dd>{release.previous ? <code>{release.previous}</code> : t('releases.first')}</dd>
                {release.public_key ? (
                    <>
                        <dt>{t('releases.key')}</dt>
                        <dd>
                            <code>{release.public_key}</code>
                        </dd>
                    </>
                ) : null}
                {release.counts ? (
                    <>
                        <dt>{t('releases.counts')}</dt>
                        <dd>
                            {Object.entries(release.counts)
                                .map(
                                    ([key, n]) =>
                                        `${tx(`count.${key}`, key)}: ${formatNumber(n, lang)}`,
                                )
                                .join(' · ')}
                        </dd>
                    </>
                ) : null}
            </dl>
        </li>
    );
}
