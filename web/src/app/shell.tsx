// The frame around every page of a signed-in person.
import { Link, Outlet, useLocation, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { ApiError, post, setCsrfToken } from '../api/client';
import { useMe, useModules, useOverview } from '../api/queries';
import { useI18n } from '../i18n';
import { useSearchState } from '../lib/state';
import { Banner, ErrorState, Skeleton } from '../ui/basic';
import { Icon } from '../ui/icons';
import { Menu } from '../ui/menu';
import { AsOf } from './as_of';
import { useCan } from './can';
import { LiveProvider, useLive } from './live';
import { pages } from './pages';
import { chosenTheme, setTheme, type Theme } from './theme';

const Drawer = lazy(() => import('../ui/dialog').then((m) => ({ default: m.Drawer })));
const Palette = lazy(() => import('./palette'));
const SourceTrail = lazy(() => import('../ui/source_trail'));

export function Shell() {
    const me = useMe();
    if (me.data) {
        setCsrfToken(me.data.csrf_token);
        return (
            <LiveProvider>
                <Frame />
            </LiveProvider>
        );
    }
    if (me.error instanceof ApiError && me.error.status === 401) return <ToLogin />;
    if (me.error) return <ErrorState error={me.error} retry={() => void me.refetch()} />;
    return <Skeleton />;
}

// Once: the address changes before this component leaves, and must not be taken for the next one.
function ToLogin() {
    const location = useLocation();
    const navigate = useNavigate();
    const went = useRef(false);
    useEffect(() => {
        if (went.current || location.pathname === '/login') return;
        went.current = true;
        const next = location.href === '/' ? undefined : location.href;
        void navigate({ to: '/login', search: { next } as never, replace: true });
    }, [location, navigate]);
    return <Skeleton />;
}

function Frame() {
    const { t } = useI18n();
    const [search] = useSearchState();
    const [navOpen, setNavOpen] = useState(false);
    const [paletteOpen, setPaletteOpen] = useState(false);
    const path = useRouterState({ select: (state) => state.location.pathname });

    // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the path changes
    useEffect(() => setNavOpen(false), [path]);
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            const typing =
                event.target instanceof HTMLElement &&
                event.target.closest('input,textarea,select');
            if (
                (event.key === 'k' && (event.ctrlKey || event.metaKey)) ||
                (event.key === '/' && !typing)
            ) {
                event.preventDefault();
                setPaletteOpen(true);
            }
        };
        window.addEventListener('keydown', onKey);
        return () => window.removeEventListener('keydown', onKey);
    }, []);

    return (
        <div className="shell">
            <a className="skip" href="#main">
                {t('shell.skip')}
            </a>
            <Side />
            <div className="main">
                <header className="top">
                    <button
                        type="button"
                        className="button quiet icon menu-button"
                        aria-label={t('shell.menu')}
                        onClick={() => setNavOpen(true)}
                    >
                        <Icon name="menu" size={20} />
                    </button>
                    <button type="button" className="find" onClick={() => setPaletteOpen(true)}>
                        <Icon name="search" />
                        <span>{t('palette.open')}</span>
                        <kbd>Ctrl K</kbd>
                    </button>
                    <span className="grow" />
                    <LiveSign />
                    <AsOf />
                    <LanguageSwitch />
                    <AccountMenu />
                </header>
                <main id="main" className="page" tabIndex={-1}>
                    <Notices />
                    <Outlet />
                </main>
                <Footer />
            </div>
            <Suspense>
                {navOpen ? (
                    <Drawer
                        open
                        onClose={() => setNavOpen(false)}
                        title={t('shell.menu')}
                        className="left"
                    >
                        <Side />
                    </Drawer>
                ) : null}
                {paletteOpen ? <Palette onClose={() => setPaletteOpen(false)} /> : null}
                {search.figure || search.assertion ? <SourceTrail /> : null}
            </Suspense>
        </div>
    );
}

function Side() {
    const { t } = useI18n();
    const can = useCan();
    const modules = useModules();
    const overview = useOverview();
    const has = (name: string) =>
        !modules.data || modules.data.modules.some((m) => m.name === name);
    const groups = ['programme', 'data', 'platform'] as const;
    return (
        <div className="side">
            <Link to="/" className="brand">
                <img src="/saola.svg" alt="" />
                <span>
                    <strong>Saola</strong>
                    <span>{t('brand.line')}</span>
                </span>
            </Link>
            <nav aria-label={t('shell.nav')}>
                {groups
                    .filter((group) => group === 'platform' || has('programme'))
                    .map((group) => (
                        <div key={group}>
                            <h2>{t(`nav.group.${group}`)}</h2>
                            <ul>
                                {pages
                                    .filter(
                                        (p) =>
                                            p.group === group &&
                                            (!p.permission || can(p.permission)),
                                    )
                                    .map((page) => (
                                        <li key={page.path}>
                                            <Link
                                                to={page.path as never}
                                                className="nav"
                                                activeOptions={{
                                                    exact: page.path === '/',
                                                    includeSearch: false,
                                                }}
                                            >
                                                <Icon name={page.icon} size={18} />
                                                {t(page.title)}
                                                {page.path === '/programme/findings' &&
                                                overview.data?.totals.findings.open ? (
                                                    <span className="badge">
                                                        {overview.data.totals.findings.open}
                                                    </span>
                                                ) : null}
                                            </Link>
                                        </li>
                                    ))}
                            </ul>
                        </div>
                    ))}
            </nav>
        </div>
    );
}

function LiveSign() {
    const { t } = useI18n();
    const live = useLive();
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        if (live.connected) return undefined;
        const timer = setInterval(() => setNow(Date.now()), 1000);
        return () => clearInterval(timer);
    }, [live.connected]);
    const age = Math.max(0, Math.round((now - live.lastSeen) / 1000));
    return (
        <span
            className="live"
            data-state={live.connected ? 'live' : 'stale'}
            title={live.connected ? t('live.on') : t('live.stale', { n: age })}
        >
            <i aria-hidden="true" />
            <span>{live.connected ? t('live.on') : t('live.stale', { n: age })}</span>
        </span>
    );
}

function Notices() {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const overview = useOverview();
    const live = useLive();
    return (
        <>
            {overview.data?.synthetic ? <Banner tone="warn">{t('synthetic.banner')}</Banner> : null}
            {live.connected ? null : <Banner tone="warn">{t('live.banner')}</Banner>}
            {search.as_of ? (
                <Banner
                    action={
                        <button
                            type="button"
                            className="button tiny"
                            onClick={() => set({ as_of: null })}
                        >
                            {t('asof.today')}
                        </button>
                    }
                >
                    {t('asof.banner', { date: search.as_of.split('-').reverse().join('/') })}
                </Banner>
            ) : null}
        </>
    );
}

function LanguageSwitch() {
    const { lang, setLang, t } = useI18n();
    const next = lang === 'vi' ? 'en' : 'vi';
    return (
        <button
            type="button"
            className="button quiet wide-only"
            lang={next}
            onClick={() => setLang(next)}
            title={t('shell.language')}
        >
            {next === 'en' ? 'English' : 'Tiếng Việt'}
        </button>
    );
}

function AccountMenu() {
    const { t, lang, setLang } = useI18n();
    const me = useMe();
    const [theme, setThemeState] = useState<Theme>(chosenTheme());
    const themes: Theme[] = ['system', 'light', 'dark'];
    const leave = async () => {
        await post('/api/logout').catch(() => undefined);
        window.location.assign('/login');
    };
    return (
        <Menu
            label={t('shell.account', { name: me.data?.display_name ?? '' })}
            className="button quiet icon"
            button={<Icon name="user" size={20} />}
            items={[
                {
                    key: 'lang',
                    label: lang === 'vi' ? 'English' : 'Tiếng Việt',
                    onSelect: () => setLang(lang === 'vi' ? 'en' : 'vi'),
                },
                ...themes.map((name) => ({
                    key: name,
                    label: t(`theme.${name}`),
                    checked: theme === name,
                    onSelect: () => {
                        setTheme(name);
                        setThemeState(name);
                    },
                })),
                { key: 'print', label: t('action.print'), onSelect: () => window.print() },
                { key: 'leave', label: t('action.logout'), onSelect: () => void leave() },
            ]}
        />
    );
}

function Footer() {
    const { t } = useI18n();
    const modules = useModules();
    return (
        <footer className="foot">
            <span>{t('foot.line')}</span>
            <span>
                {modules.data ? t('foot.version', { version: modules.data.version }) : null}
            </span>
        </footer>
    );
}
