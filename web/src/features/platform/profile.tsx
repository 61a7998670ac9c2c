// Who am I here: name, roles, language and theme of this browser, and API tokens.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post, remove } from '../../api/client';
import { useMe, useTokens } from '../../api/queries';
import { useI18n } from '../../i18n';
import { formatTime } from '../../lib/format';
import { Banner, Empty, Fetched, Field, PageHead, useErrorText } from '../../ui/basic';
import { ReasonDialog } from '../../ui/reason';
import { ExportMenu } from '../../ui/report_table';
import { useToast } from '../../ui/toast';
import { GrantList } from './grants';

export function ProfilePage() {
    const { t, lang, setLang } = useI18n();
    const me = useMe();
    return (
        <>
            <PageHead title={t('profile.title')} />
            <Fetched query={me}>
                {(data) => (
                    <section className="card stack">
                        <dl className="facts">
                            <dt>{t('login.name')}</dt>
                            <dd>{data.name}</dd>
                            <dt>{t('setup.display_name')}</dt>
                            <dd>{data.display_name}</dd>
                            <dt>{t('admin.grants')}</dt>
                            <dd>
                                <GrantList grants={data.grants} />
                            </dd>
                        </dl>
                        <div className="row">
                            {(['vi', 'en'] as const).map((code) => (
                                <button
                                    key={code}
                                    type="button"
                                    lang={code}
                                    className={`button ${lang === code ? 'primary' : ''}`}
                                    aria-pressed={lang === code}
                                    onClick={() => setLang(code)}
                                >
                                    {t(`language.${code}`)}
                                </button>
                            ))}
                        </div>
                    </section>
                )}
            </Fetched>
            <Password />
            <Tokens permissions={me.data?.permissions ?? []} />
        </>
    );
}

function Password() {
    const { t } = useI18n();
    const say = useToast();
    const errorText = useErrorText();
    const [current, setCurrent] = useState('');
    const [password, setPassword] = useState('');
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        try {
            await post('/api/me/password', { current, password });
            setCurrent('');
            setPassword('');
            say('ok', t('profile.changed'));
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <form className="card stack" onSubmit={submit}>
            <h2>{t('profile.password')}</h2>
            <div className="grid">
                <Field label={t('profile.current')} id="password-now">
                    <input
                        id="password-now"
                        className="input"
                        type="password"
                        autoComplete="current-password"
                        required
                        value={current}
                        onChange={(event) => setCurrent(event.target.value)}
                    />
                </Field>
                <Field label={t('admin.new_password')} id="password-next">
                    <input
                        id="password-next"
                        className="input"
                        type="password"
                        autoComplete="new-password"
                        required
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                </Field>
            </div>
            <div>
                <button type="submit" className="button">
                    {t('profile.password')}
                </button>
            </div>
        </form>
    );
}

function Tokens({ permissions }: { permissions: string[] }) {
    const { t, tx, lang } = useI18n();
    const tokens = useTokens();
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const [secret, setSecret] = useState('');
    const [revoke, setRevoke] = useState<string | null>(null);
    const refresh = () => client.invalidateQueries({ queryKey: ['platform', 'tokens'] });
    return (
        <section className="card stack">
            <div>
                <div className="card-head">
                    <h2>{t('tokens.title')}</h2>
                    <ExportMenu path="/api/tokens" />
                </div>
                <p className="muted">{t('tokens.lead')}</p>
            </div>
            {secret ? (
                <div role="status" className="stack tight">
                    <Banner tone="ok">{t('tokens.once')}</Banner>
                    <code className="secret">{secret}</code>
                </div>
            ) : null}
            <Fetched query={tokens} lines={3}>
                {(data) =>
                    data.tokens.length === 0 ? (
                        <Empty title={t('tokens.none')} icon="key">
                            {t('tokens.none.next')}
                        </Empty>
                    ) : (
                        <ul className="list">
                            {data.tokens.map((token) => (
                                <li key={token.id} className="row import-file">
                                    <span className="grow">
                                        <strong>{token.name}</strong>
                                        <br />
                                        <span className="muted small">
                                            {token.scopes
                                                .map((s) => tx(`permission.${s}`, s))
                                                .join(', ')}
                                            {token.expires_at
                                                ? ` · ${t('tokens.expires', { date: formatTime(token.expires_at, lang) })}`
                                                : ''}
                                        </span>
                                    </span>
                                    <button
                                        type="button"
                                        className="button danger tiny"
                                        onClick={() => setRevoke(token.id)}
                                    >
                                        {t('tokens.revoke')}
                                    </button>
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Fetched>
            <NewToken
                permissions={permissions}
                onMade={(text) => {
                    setSecret(text);
                    void refresh();
                }}
            />
            <ReasonDialog
                open={revoke !== null}
                onClose={() => setRevoke(null)}
                title={t('tokens.revoke')}
                effect={t('tokens.revoke.effect')}
                confirm={t('tokens.revoke')}
                danger
                onConfirm={async (reason) => {
                    try {
                        await remove(
                            `/api/tokens/${encodeURIComponent(revoke ?? '')}?reason=${encodeURIComponent(reason)}`,
                        );
                        setRevoke(null);
                        await refresh();
                    } catch (error) {
                        say('bad', errorText(error));
                    }
                }}
            />
        </section>
    );
}

function NewToken({
    permissions,
    onMade,
}: {
    permissions: string[];
    onMade: (token: string) => void;
}) {
    const { t, tx } = useI18n();
    const say = useToast();
    const errorText = useErrorText();
    const [name, setName] = useState('');
    const [scopes, setScopes] = useState<string[]>(['read']);
    const [days, setDays] = useState('90');
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        try {
            const made = await post<{ token: string }>('/api/tokens', {
                name: name.trim().normalize('NFC'),
                scopes,
                expires_days: Number(days),
            });
            setName('');
            onMade(made.token);
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <form className="stack tight" onSubmit={submit}>
            <h3>{t('tokens.new')}</h3>
            <div className="grid">
                <Field label={t('tokens.name')} id="token-name">
                    <input
                        id="token-name"
                        className="input"
                        required
                        maxLength={100}
                        value={name}
                        onChange={(event) => setName(event.target.value)}
                    />
                </Field>
                <Field label={t('tokens.days')} id="token-days">
                    <input
                        id="token-days"
                        className="input"
                        type="number"
                        min={1}
                        max={365}
                        required
                        value={days}
                        onChange={(event) => setDays(event.target.value)}
                    />
                </Field>
            </div>
            <fieldset className="plain row">
                <legend className="small">{t('tokens.scopes')}</legend>
                {permissions.map((scope) => (
                    <label key={scope} className="check">
                        <input
                            type="checkbox"
                            checked={scopes.includes(scope)}
                            onChange={(event) =>
                                setScopes(
                                    event.target.checked
                                        ? [...scopes, scope]
                                        : scopes.filter((s) => s !== scope),
                                )
                            }
                        />
                        {tx(`permission.${scope}`, scope)}
                    </label>
                ))}
            </fieldset>
            <div>
                <button type="submit" className="button primary" disabled={scopes.length === 0}>
                    {t('tokens.create')}
                </button>
            </div>
        </form>
    );
}
