// The day for which the programme is shown. Part of the address: a link reproduces the view.
import { lazy, Suspense, useState } from 'react';
import { useI18n } from '../i18n';
import { formatDate } from '../lib/format';
import { useSearchState } from '../lib/state';
import { Field } from '../ui/basic';
import { Icon } from '../ui/icons';

const Dialog = lazy(() => import('../ui/dialog').then((m) => ({ default: m.Dialog })));

export function AsOf() {
    const { t, lang } = useI18n();
    const [search, set] = useSearchState();
    const [open, setOpen] = useState(false);
    const [value, setValue] = useState('');
    return (
        <>
            <button
                type="button"
                className="button quiet"
                aria-label={t('asof.title')}
                title={t('asof.title')}
                onClick={() => {
                    setValue(search.as_of ?? '');
                    setOpen(true);
                }}
            >
                <Icon name="calendar" size={18} />
                <span className="wide-only">
                    {search.as_of ? formatDate(search.as_of, lang) : t('asof.today')}
                </span>
            </button>
            {open ? (
                <Suspense>
                    <Dialog open onClose={() => setOpen(false)} title={t('asof.title')}>
                        <form
                            className="stack"
                            onSubmit={(event) => {
                                event.preventDefault();
                                set({ as_of: value || null });
                                setOpen(false);
                            }}
                        >
                            <Field label={t('asof.label')} id="as-of" hint={t('asof.hint')}>
                                <input
                                    id="as-of"
                                    type="date"
                                    className="input"
                                    value={value}
                                    aria-describedby="as-of-hint"
                                    onChange={(event) => setValue(event.target.value)}
                                />
                            </Field>
                            <div className="row">
                                <button type="submit" className="button primary">
                                    {t('action.apply')}
                                </button>
                                <button
                                    type="button"
                                    className="button"
                                    onClick={() => {
                                        set({ as_of: null });
                                        setOpen(false);
                                    }}
                                >
                                    {t('asof.today')}
                                </button>
                            </div>
                        </form>
                    </Dialog>
                </Suspense>
            ) : null}
        </>
    );
}
