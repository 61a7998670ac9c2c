// Accounts, roles and the tree of organisations.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { patch, post } from '../../api/client';
import { useAccounts, useOrganisations } from '../../api/queries';
import type { Account, Grant, Organisation } from '../../api/types';
import { useI18n } from '../../i18n';
import { compareVi } from '../../lib/format';
import { useSearchState } from '../../lib/state';
import { Empty, Fetched, Field, PageHead, Status, useErrorText } from '../../ui/basic';
import { Dialog } from '../../ui/dialog';
import { ReasonDialog } from '../../ui/reason';
import { ExportMenu } from '../../ui/report_table';
import { useToast } from '../../ui/toast';
import { GrantEditor, GrantList, useOrganisationList } from './grants';

export function AdminPage() {
    const { t } = useI18n();
    const [search, set] = useSearchState();
    const tab = search.tab === 'organisations' ? 'organisations' : 'accounts';
    return (
        <>
            <PageHead title={t('admin.title')}>{t('admin.lead')}</PageHead>
            <div className="tabs">
                {(['accounts', 'organisations'] as const).map((name) => (
                    <button
                        key={name}
                        type="button"
                        aria-pressed={tab === name}
                        onClick={() => set({ tab: name === 'accounts' ? null : name })}
                    >
                        {t(`admin.${name}`)}
                    </button>
                ))}
            </div>
            {tab === 'accounts' ? <Accounts /> : <Organisations />}
        </>
    );
}

function Accounts() {
    const { t } = useI18n();
    const accounts = useAccounts();
    const [edit, setEdit] = useState<Account | 'new' | null>(null);
    const [disable, setDisable] = useState<Account | null>(null);
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const setDisabled = async (account: Account, disabled: boolean, reason: string) => {
        try {
            await patch(`/api/accounts/${encodeURIComponent(account.id)}`, { disabled, reason });
            setDisable(null);
            await client.invalidateQueries({ queryKey: ['platform', 'accounts'] });
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <div className="stack">
            <div className="row">
                <button type="button" className="button primary" onClick={() => setEdit('new')}>
                    {t('admin.new_account')}
                </button>
                <ExportMenu path="/api/accounts" />
            </div>
            <Fetched query={accounts}>
                {(data) => (
                    <div className="table-wrap">
                        <table className="data cards" role="table">
                            <caption className="sr">{t('admin.accounts')}</caption>
                            <thead role="rowgroup">
                                <tr role="row">
                                    {(
                                        [
                                            'login.name',
                                            'setup.display_name',
                                            'admin.grants',
                                            'admin.state',
                                            'admin.actions',
                                        ] as const
                                    ).map((key) => (
                                        <th key={key} role="columnheader" scope="col">
                                            {t(key)}
                                        </th>
                                    ))}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                {[...data.accounts]
                                    .sort((a, b) => compareVi(a.name, b.name))
                                    .map((account) => (
                                        <tr key={account.id} role="row">
                                            <td role="cell" data-label={t('login.name')}>
                                                {account.name}
                                            </td>
                                            <td role="cell" data-label={t('setup.display_name')}>
                                                {account.display_name}
                                            </td>
                                            <td role="cell" data-label={t('admin.grants')}>
                                                <GrantList grants={account.grants} />
                                            </td>
                                            <td role="cell" data-label={t('admin.state')}>
                                                <div>
                                                    {account.disabled ? (
                                                        <Status tone="bad" icon="cross">
                                                            {t('admin.disabled')}
                                                        </Status>
                                                    ) : (
                                                        <Status tone="ok">
                                                            {t('admin.active')}
                                                        </Status>
                                                    )}
                                                </div>
                                            </td>
                                            <td role="cell" data-label={t('admin.actions')}>
                                                <span className="row">
                                                    <button
                                                        type="button"
                                                        className="button tiny"
                                                        onClick={() => setEdit(account)}
                                                    >
                                                        {t('action.edit')}
                                                    </button>
                                                    {account.disabled ? (
                                                        <button
                                                            type="button"
                                                            className="button tiny"
                                                            onClick={() =>
                                                                void setDisabled(account, false, '')
                                                            }
                                                        >
                                                            {t('admin.enable')}
                                                        </button>
                                                    ) : (
                                                        <button
                                                            type="button"
                                                            className="button danger tiny"
                                                            onClick={() => setDisable(account)}
                                                        >
                                                            {t('admin.disable')}
                                                        </button>
                                                    )}
                                                </span>
                                            </td>
                                        </tr>
                                    ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Fetched>
            {edit ? (
                <AccountDialog
                    account={edit === 'new' ? null : edit}
                    onClose={() => setEdit(null)}
                />
            ) : null}
            <ReasonDialog
                open={disable !== null}
                onClose={() => setDisable(null)}
                title={t('admin.disable')}
                effect={t('admin.disable.effect', { name: disable?.name ?? '' })}
                confirm={t('admin.disable')}
                danger
                onConfirm={(reason) => (disable ? setDisabled(disable, true, reason) : undefined)}
            />
        </div>
    );
}

function AccountDialog({ account, onClose }: { account: Account | null; onClose: () => void }) {
    const { t } = useI18n();
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const organisations = useOrganisationList();
    const [name, setName] = useState(account?.name ?? '');
    const [display, setDisplay] = useState(account?.display_name ?? '');
    const [password, setPassword] = useState('');
    const [grants, setGrants] = useState<Grant[]>(
        account?.grants ?? [{ role: 'viewer', organisation: '' }],
    );
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        const common = {
            display_name: display.trim().normalize('NFC'),
            grants,
            ...(password ? { password } : {}),
        };
        try {
            if (account) await patch(`/api/accounts/${encodeURIComponent(account.id)}`, common);
            else await post('/api/accounts', { name: name.trim().normalize('NFC'), ...common });
            await client.invalidateQueries({ queryKey: ['platform', 'accounts'] });
            await client.invalidateQueries({ queryKey: ['me'] });
            onClose();
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <Dialog
            open
            onClose={onClose}
            title={
                account ? t('admin.edit_account', { name: account.name }) : t('admin.new_account')
            }
        >
            <form className="stack" onSubmit={submit}>
                {account ? null : (
                    <Field label={t('login.name')} id="account-name">
                        <input
                            id="account-name"
                            className="input"
                            required
                            autoComplete="off"
                            value={name}
                            onChange={(event) => setName(event.target.value)}
                        />
                    </Field>
                )}
                <Field label={t('setup.display_name')} id="account-display">
                    <input
                        id="account-display"
                        className="input"
                        required
                        value={display}
                        onChange={(event) => setDisplay(event.target.value)}
                    />
                </Field>
                <Field
                    label={account ? t('admin.new_password') : t('login.password')}
                    id="account-password"
                    hint={account ? t('admin.password_keep') : undefined}
                >
                    <input
                        id="account-password"
                        className="input"
                        type="password"
                        autoComplete="new-password"
                        required={!account}
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                </Field>
                <GrantEditor grants={grants} onChange={setGrants} organisations={organisations} />
                <div className="row">
                    <button type="submit" className="button primary">
                        {t('action.save')}
                    </button>
                    <button type="button" className="button quiet" onClick={onClose}>
                        {t('action.cancel')}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

// Parents before children, brothers in Vietnamese order.
export function treeOrder(all: Organisation[]): { item: Organisation; depth: number }[] {
    const children = new Map<string, Organisation[]>();
    const keys = new Set(all.map((o) => o.key));
    for (const o of all) {
        const parent = keys.has(o.parent) && o.parent !== o.key ? o.parent : '';
        children.set(parent, [...(children.get(parent) ?? []), o]);
    }
    const result: { item: Organisation; depth: number }[] = [];
    const walk = (parent: string, depth: number) => {
        if (depth > 12) return;
        for (const item of (children.get(parent) ?? []).sort((a, b) => compareVi(a.name, b.name))) {
            result.push({ item, depth });
            walk(item.key, depth + 1);
        }
    };
    walk('', 0);
    // What hangs in a loop is still shown, at the top.
    const shown = new Set(result.map((r) => r.item.key));
    for (const item of all) if (!shown.has(item.key)) result.push({ item, depth: 0 });
    return result;
}

const kinds = ['ministry', 'province', 'agency', 'institute', 'company', 'other'] as const;

function Organisations() {
    const { t, tx } = useI18n();
    const organisations = useOrganisations();
    const [edit, setEdit] = useState<Organisation | 'new' | null>(null);
    return (
        <div className="stack">
            <div className="row">
                <button type="button" className="button primary" onClick={() => setEdit('new')}>
                    {t('admin.new_organisation')}
                </button>
                <ExportMenu path="/api/organisations" />
            </div>
            <Fetched query={organisations}>
                {(data) =>
                    data.organisations.length === 0 ? (
                        <div className="card">
                            <Empty title={t('admin.no_organisations')}>
                                {t('admin.no_organisations.next')}
                            </Empty>
                        </div>
                    ) : (
                        <ul className="card list">
                            {treeOrder(data.organisations).map(({ item, depth }) => (
                                <li
                                    key={item.key}
                                    className="row import-file"
                                    style={{ paddingLeft: depth * 24 }}
                                >
                                    <span className="grow" lang="vi">
                                        {item.name}{' '}
                                        <span className="muted small">
                                            {tx(`org_kind.${item.kind}`, item.kind)}
                                        </span>
                                    </span>
                                    <button
                                        type="button"
                                        className="button tiny"
                                        onClick={() => setEdit(item)}
                                    >
                                        {t('action.edit')}
                                    </button>
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Fetched>
            {edit ? (
                <OrganisationDialog
                    organisation={edit === 'new' ? null : edit}
                    all={organisations.data?.organisations ?? []}
                    onClose={() => setEdit(null)}
                />
            ) : null}
        </div>
    );
}

function OrganisationDialog({
    organisation,
    all,
    onClose,
}: {
    organisation: Organisation | null;
    all: Organisation[];
    onClose: () => void;
}) {
    const { t } = useI18n();
    const client = useQueryClient();
    const say = useToast();
    const errorText = useErrorText();
    const [values, setValues] = useState<Organisation>(
        organisation ?? { key: '', name: '', kind: 'agency', parent: '' },
    );
    const set = (part: Partial<Organisation>) => setValues({ ...values, ...part });
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        try {
            const { key, ...rest } = { ...values, name: values.name.trim().normalize('NFC') };
            if (organisation) await patch(`/api/organisations/${encodeURIComponent(key)}`, rest);
            else await post('/api/organisations', { key, ...rest });
            await client.invalidateQueries({ queryKey: ['platform', 'organisations'] });
            onClose();
        } catch (error) {
            say('bad', errorText(error));
        }
    };
    return (
        <Dialog
            open
            onClose={onClose}
            title={organisation ? t('admin.edit_organisation') : t('admin.new_organisation')}
        >
            <form className="stack" onSubmit={submit}>
                {organisation ? null : (
                    <Field label={t('admin.org_key')} id="org-key" hint={t('admin.org_key.hint')}>
                        <input
                            id="org-key"
                            className="input"
                            required
                            pattern="[a-z0-9\-]+"
                            value={values.key}
                            onChange={(event) => set({ key: event.target.value })}
                        />
                    </Field>
                )}
                <Field label={t('admin.org_name')} id="org-name">
                    <input
                        id="org-name"
                        className="input"
                        required
                        value={values.name}
                        onChange={(event) => set({ name: event.target.value })}
                    />
                </Field>
                <Field label={t('admin.org_kind')} id="org-kind">
                    <select
                        id="org-kind"
                        className="input"
                        value={values.kind}
                        onChange={(event) => set({ kind: event.target.value })}
                    >
                        {kinds.map((kind) => (
                            <option key={kind} value={kind}>
                                {t(`org_kind.${kind}`)}
                            </option>
                        ))}
                    </select>
                </Field>
                <Field label={t('admin.org_parent')} id="org-parent">
                    <select
                        id="org-parent"
                        className="input"
                        value={values.parent}
                        onChange={(event) => set({ parent: event.target.value })}
                    >
                        <option value="">{t('admin.org_top')}</option>
                        {all
                            .filter((o) => o.key !== values.key)
                            .sort((a, b) => compareVi(a.name, b.name))
                            .map((o) => (
                                <option key={o.key} value={o.key}>
                                    {o.name}
                                </option>
                            ))}
                    </select>
                </Field>
                <div className="row">
                    <button type="submit" className="button primary">
                        {t('action.save')}
                    </button>
                    <button type="button" className="button quiet" onClick={onClose}>
                        {t('action.cancel')}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
