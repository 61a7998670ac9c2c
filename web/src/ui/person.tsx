// Who did something: the name people know, the account's id on hover.
import { useI18n } from '../i18n';

export function Person({ id, name }: { id: string; name?: string }) {
    const { t } = useI18n();
    if (!id) return null;
    return <span title={id}>{name || (id === 'system' ? t('person.system') : id)}</span>;
}
