// Roles over organisations: shown as words, edited as rows.
import { useOrganisations } from '../../api/queries';
import type { Grant, Organisation, Role } from '../../api/types';
import { useI18n } from '../../i18n';
import { Status } from '../../ui/basic';
import { Icon } from '../../ui/icons';

export const roles = ['viewer', 'reporter', 'reviewer', 'coordinator', 'auditor', 'admin'] as const;

export function GrantList({ grants }: { grants: Grant[] }) {
    const { t, tx } = useI18n();
    if (grants.length === 0) return <span className="muted">{t('admin.no_grants')}</span>;
    return (
        <span className="grants">
            {grants.map((grant) => (
                <Status key={`${grant.role}/${grant.organisation}`} tone="plain" icon="user">
                    {tx(`role_name.${grant.role}`, grant.role)}
                    {grant.organisation ? `: ${grant.organisation}` : ''}
                </Status>
            ))}
        </span>
    );
}

export function GrantEditor({
    grants,
    onChange,
    organisations,
}: {
    grants: Grant[];
    onChange: (grants: Grant[]) => void;
    organisations: Organisation[];
}) {
    const { t } = useI18n();
    const put = (at: number, patch: Partial<Grant>) =>
        onChange(grants.map((g, i) => (i === at ? { ...g, ...patch } : g)));
    return (
        <fieldset className="plain stack tight">
            <legend>{t('admin.grants')}</legend>
            {grants.map((grant, i) => (
                <div key={i} className="grant-row">
                    <select
                        className="input"
                        aria-label={t('admin.role')}
                        value={grant.role}
                        onChange={(event) => put(i, { role: event.target.value as Role })}
                    >
                        {roles.map((role) => (
                            <option key={role} value={role}>
                                {t(`role_name.${role}`)}
                            </option>
                        ))}
                    </select>
                    <select
                        className="input"
                        aria-label={t('admin.organisation')}
                        value={grant.organisation}
                        onChange={(event) => put(i, { organisation: event.target.value })}
                    >
                        <option value="">{t('admin.everywhere')}</option>
                        {organisations.map((o) => (
                            <option key={o.key} value={o.key}>
                                {o.name}
                            </option>
                        ))}
                    </select>
                    <button
                        type="button"
                        className="button quiet icon"
                        aria-label={t('action.remove')}
                        onClick={() => onChange(grants.filter((_, at) => at !== i))}
                    >
                        <Icon name="close" />
                    </button>
                </div>
            ))}
            <div>
                <button
                    type="button"
                    className="button tiny"
                    onClick={() => onChange([...grants, { role: 'viewer', organisation: '' }])}
                >
                    {t('admin.add_grant')}
                </button>
            </div>
        </fieldset>
    );
}

export const useOrganisationList = (): Organisation[] =>
    useOrganisations().data?.organisations ?? [];
