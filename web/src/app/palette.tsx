// One field that finds pages, and everything the server knows. Tone marks may be left out.
import { useEffect, useMemo, useState } from 'react';
import { useSearchHits } from '../api/queries';
import { useI18n } from '../i18n';
import { matches } from '../lib/format';
import { useFollow } from '../lib/state';
import { Dialog } from '../ui/dialog';
import { Icon, type IconName } from '../ui/icons';
import { useCan } from './can';
import { pages } from './pages';

interface Hit {
    key: string;
    title: string;
    note: string;
    href: string;
    icon: IconName;
}

const kindIcon: Record<string, IconName> = {
    task: 'orders',
    document: 'document',
    organisation: 'map',
    product: 'overview',
    component: 'overview',
    indicator: 'target',
    target: 'target',
    deadline: 'clock',
    finding: 'quality',
};

export default function Palette({ onClose }: { onClose: () => void }) {
    const { t, tx } = useI18n();
    const can = useCan();
    const follow = useFollow();
    const [text, setText] = useState('');
    const [query, setQuery] = useState('');
    const [at, setAt] = useState(0);
    useEffect(() => {
        const timer = setTimeout(() => setQuery(text.trim().normalize('NFC')), 150);
        return () => clearTimeout(timer);
    }, [text]);
    const found = useSearchHits(query);

    const hits = useMemo<Hit[]>(() => {
        const own = pages
            .filter((p) => (!p.permission || can(p.permission)) && matches(t(p.title), text))
            .slice(0, text ? 4 : 20)
            .map((p) => ({
                key: p.path,
                title: t(p.title),
                note: t('palette.page'),
                href: p.path,
                icon: p.icon,
            }));
        const server = query.length < 2 ? [] : (found.data?.hits ?? []);
        return [
            ...own,
            ...server.slice(0, 30).map((hit) => ({
                key: `${hit.kind}:${hit.id}`,
                title: hit.title,
                note: [tx(`kind.${hit.kind}`, hit.kind), hit.snippet].filter(Boolean).join(' · '),
                href: hit.link,
                icon: kindIcon[hit.kind] ?? ('link' as IconName),
            })),
        ];
    }, [can, found.data, query, t, text, tx]);
    const current = Math.min(at, hits.length - 1);

    const choose = (hit: Hit | undefined) => {
        if (!hit) return;
        onClose();
        follow(hit.href);
    };
    const onKey = (event: React.KeyboardEvent) => {
        if (event.key === 'ArrowDown') setAt(Math.min(current + 1, hits.length - 1));
        else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0));
        else if (event.key === 'Enter') choose(hits[current]);
        else return;
        event.preventDefault();
    };

    return (
        <Dialog open onClose={onClose} title={t('palette.title')} className="palette" hideTitle>
            <div className="palette-head">
                <Icon name="search" size={18} />
                <input
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant={hits[current] ? `palette-${current}` : undefined}
                    aria-label={t('palette.title')}
                    placeholder={t('palette.open')}
                    value={text}
                    onKeyDown={onKey}
                    onChange={(event) => {
                        setText(event.target.value);
                        setAt(0);
                    }}
                />
            </div>
            <div
                className="palette-list"
                id="palette-list"
                role="listbox"
                aria-label={t('palette.title')}
            >
                {hits.map((hit, i) => (
                    <div
                        key={hit.key}
                        id={`palette-${i}`}
                        role="option"
                        aria-selected={i === current}
                        className="palette-hit"
                        ref={
                            i === current
                                ? (element) => element?.scrollIntoView({ block: 'nearest' })
                                : undefined
                        }
                        onClick={() => choose(hit)}
                    >
                        <Icon name={hit.icon} size={18} />
                        <span>
                            <strong>{hit.title}</strong>
                            <small>{hit.note}</small>
                        </span>
                    </div>
                ))}
                {hits.length === 0 ? <p className="palette-none">{t('palette.none')}</p> : null}
            </div>
            <p className="palette-foot">{t('palette.keys')}</p>
        </Dialog>
    );
}
