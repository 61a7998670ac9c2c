// Short messages that stay until they are dismissed when they report a fault, else ten seconds.
// A polite live region reads them out.
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { useI18n } from '../i18n';
import { Banner } from './basic';
import { Icon } from './icons';

interface Toast {
    id: number;
    tone: 'info' | 'ok' | 'bad';
    text: string;
}

type Say = (tone: Toast['tone'], text: string) => void;
const ToastContext = createContext<Say>(() => undefined);
export const useToast = (): Say => useContext(ToastContext);

let nextId = 1;

export function Toasts({ children }: { children: ReactNode }) {
    const { t } = useI18n();
    const [toasts, setToasts] = useState<Toast[]>([]);
    const drop = useCallback(
        (id: number) => setToasts((all) => all.filter((x) => x.id !== id)),
        [],
    );
    const say = useCallback<Say>(
        (tone, text) => {
            const id = nextId++;
            setToasts((all) => [...all.slice(-3), { id, tone, text }]);
            if (tone !== 'bad') setTimeout(() => drop(id), 10_000);
        },
        [drop],
    );
    return (
        <ToastContext.Provider value={say}>
            {children}
            <div className="toasts" role="status" aria-live="polite">
                {toasts.map((toast) => (
                    <Banner
                        key={toast.id}
                        tone={toast.tone}
                        action={
                            <button
                                type="button"
                                className="button quiet icon tiny"
                                aria-label={t('action.close')}
                                onClick={() => drop(toast.id)}
                            >
                                <Icon name="close" />
                            </button>
                        }
                    >
                        {toast.text}
                    </Banner>
                ))}
            </div>
        </ToastContext.Provider>
    );
}
