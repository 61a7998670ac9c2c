import { Link } from '@tanstack/react-router';
import { useI18n } from '../i18n';
import { Empty, ErrorState } from '../ui/basic';

export function Crash({ error, reset }: { error: unknown; reset?: () => void }) {
    return <ErrorState error={error} retry={reset ?? (() => window.location.reload())} />;
}

export function NotFound() {
    const { t } = useI18n();
    return (
        <Empty
            title={t('state.missing')}
            action={
                <Link to="/" className="button">
                    {t('state.missing.home')}
                </Link>
            }
        >
            {t('state.missing.next')}
        </Empty>
    );
}
