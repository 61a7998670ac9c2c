// Actions that change or remove something say what will happen and ask for a reason.
import { type ReactNode, useId, useState } from 'react';
import { useI18n } from '../i18n';
import { Field } from './basic';
import { Dialog } from './dialog';

export function ReasonDialog({
    open,
    onClose,
    title,
    effect,
    confirm,
    danger,
    required = true,
    ready = true,
    onConfirm,
    children,
}: {
    open: boolean;
    onClose: () => void;
    title: string;
    effect: string;
    confirm: string;
    danger?: boolean;
    required?: boolean;
    ready?: boolean; // false: what the dialog asks for besides the reason is not there yet
    onConfirm: (reason: string) => Promise<unknown> | undefined;
    children?: ReactNode;
}) {
    const { t } = useI18n();
    const id = useId();
    const [reason, setReason] = useState('');
    const [fault, setFault] = useState('');
    const [busy, setBusy] = useState(false);
    const submit = async (event: React.FormEvent) => {
        event.preventDefault();
        if (required && reason.trim() === '') {
            setFault(t('reason.needed'));
            return;
        }
        setBusy(true);
        try {
            await onConfirm(reason.trim().normalize('NFC'));
            setReason('');
            setFault('');
        } finally {
            setBusy(false);
        }
    };
    return (
        <Dialog open={open} onClose={onClose} title={title}>
            <form className="stack" onSubmit={submit}>
                <p>{effect}</p>
                {children}
                <Field label={required ? t('reason.label') : t('reason.optional')} id={id} fault={fault}>
                    <textarea
                        id={id}
                        className="input"
                        value={reason}
                        maxLength={2000}
                        aria-invalid={fault !== ''}
                        aria-describedby={fault ? `${id}-fault` : undefined}
                        onChange={(event) => setReason(event.target.value)}
                    />
                </Field>
                <div className="row">
                    <button
                        type="submit"
                        className={`button ${danger ? 'danger' : 'primary'}`}
                        disabled={busy || !ready}
                    >
                        {confirm}
                    </button>
                    <button type="button" className="button quiet" onClick={onClose}>
                        {t('action.cancel')}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
