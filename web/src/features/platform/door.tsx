// The two pages outside the shell: sign in, and the first account through a one-time link.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { get, post, setCsrfToken } from '../../api/client';
import type { Me } from '../../api/types';
import { useI18n } from '../../i18n';
import { useFollow, useSearchState } from '../../lib/state';
import { Banner, Fetched, Field, useErrorText } from '../../ui/basic';

function Door({ title, children }: { title: string; children: ReactNode }) {
    const { t, lang, setLang } = useI18n();
    const next = lang === 'vi' ? 'en' : 'vi';
    return (
        <div className="door">
            <main>
                <div className="brand">
                    <img src="/saola.svg" alt="" />
                    <span>
                        <strong>Saola</strong>
                        <span>{t('brand.line')}</span>
                    </span>
                </div>
                <div className="card stack">
                    <h1>{title}</h1>
                    {children}
                </div>
                <div className="row">
                    <button
                        type="button"
                        className="button quiet"
                        lang={next}
                        onClick={() => setLang(next)}
                    >
                        {next === 'en' ? t('language.en') : t('language.vi')}
                    </button>
                </div>
            </main>
        </div>
    );
}

function useEnter(): (me: Me) => void {
    const client = useQueryClient();
    const [search] = useSearchState();
    const follow = useFollow();
    return (me) => {
        setCsrfToken(me.csrf_token);
        client.setQueryData(['me'], me);
        // Only addresses inside the console are followed.
        const next = search.next ?? '/';
        follow(/^\/(?![/\\])/.test(next) ? next : '/');
    };
}

export function LoginPage() {
    const { t } = useI18n();
    const errorText = useErrorText();
    const enter = useEnter();
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [fault, setFault] = useState('');
    const [busy, setBusy] = useState(false);
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        setBusy(true);
        setFault('');
        try {
            enter(await post<Me>('/api/login', { name: name.trim().normalize('NFC'), password }));
        } catch (error) {
            setFault(errorText(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <Door title={t('login.title')}>
            <form className="stack" onSubmit={submit}>
                <Field label={t('login.name')} id="name">
                    <input
                        id="name"
                        className="input"
                        autoComplete="username"
                        required
                        autoFocus
                        value={name}
                        onChange={(event) => setName(event.target.value)}
                    />
                </Field>
                <Field label={t('login.password')} id="password">
                    <input
                        id="password"
                        type="password"
                        className="input"
                        autoComplete="current-password"
                        required
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                </Field>
                <div role="alert">{fault ? <Banner tone="bad">{fault}</Banner> : null}</div>
                <button type="submit" className="button primary" disabled={busy}>
                    {t('login.go')}
                </button>
            </form>
        </Door>
    );
}

const shortest = 12;

export function SetupPage() {
    const { t } = useI18n();
    const [search] = useSearchState();
    const token = search.token ?? '';
    const check = useQuery({
        queryKey: ['setup', token],
        queryFn: () => get<{ valid: boolean }>('/api/setup', { token }),
        retry: false,
    });
    return (
        <Door title={t('setup.title')}>
            <Fetched query={check} lines={3}>
                {(data) =>
                    data.valid ? (
                        <SetupForm token={token} />
                    ) : (
                        <>
                            <Banner tone="warn">{t('setup.invalid')}</Banner>
                            <p>{t('setup.invalid.next')}</p>
                            <Link to="/login" className="button">
                                {t('login.title')}
                            </Link>
                        </>
                    )
                }
            </Fetched>
        </Door>
    );
}

function SetupForm({ token }: { token: string }) {
    const { t } = useI18n();
    const errorText = useErrorText();
    const navigate = useNavigate();
    const client = useQueryClient();
    const [values, setValues] = useState({
        name: 'quantri',
        display_name: '',
        password: '',
        again: '',
    });
    const [fault, setFault] = useState('');
    const [busy, setBusy] = useState(false);
    const input = (key: keyof typeof values, type = 'text', autoComplete = 'off') => (
        <input
            id={`setup-${key}`}
            className="input"
            type={type}
            required
            autoComplete={autoComplete}
            value={values[key]}
            aria-describedby={key === 'password' ? 'setup-password-hint' : undefined}
            onChange={(event) => setValues({ ...values, [key]: event.target.value })}
        />
    );
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        if ([...values.password].length < shortest)
            return setFault(t('setup.too_short', { n: shortest }));
        if (values.password !== values.again) return setFault(t('setup.differ'));
        setBusy(true);
        setFault('');
        try {
            const me = await post<Me>('/api/setup', {
                token,
                name: values.name.trim().normalize('NFC'),
                password: values.password,
                display_name: values.display_name.trim().normalize('NFC') || values.name,
            });
            setCsrfToken(me.csrf_token);
            client.setQueryData(['me'], me);
            await navigate({ to: '/', search: {} as never });
        } catch (error) {
            setFault(errorText(error));
        } finally {
            setBusy(false);
        }
        return undefined;
    };
    return (
        <form className="stack" onSubmit={submit}>
            <p>{t('setup.lead')}</p>
            <Field label={t('login.name')} id="setup-name">
                {input('name', 'text', 'username')}
            </Field>
            <Field label={t('setup.display_name')} id="setup-display_name">
                {input('display_name', 'text', 'name')}
            </Field>
            <Field
                label={t('login.password')}
                id="setup-password"
                hint={t('setup.password.hint', { n: shortest })}
            >
                {input('password', 'password', 'new-password')}
            </Field>
            <Field label={t('setup.again')} id="setup-again">
                {input('again', 'password', 'new-password')}
            </Field>
            <div role="alert">{fault ? <Banner tone="bad">{fault}</Banner> : null}</div>
            <button type="submit" className="button primary" disabled={busy}>
                {t('setup.go')}
            </button>
        </form>
    );
}
