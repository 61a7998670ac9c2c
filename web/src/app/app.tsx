import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError } from '../api/client';
import {
    I18nContext,
    type Lang,
    loadMessages,
    type Messages,
    rememberLang,
    translator,
} from '../i18n';
import { Toasts } from '../ui/toast';
import { router } from './router';

const client = new QueryClient({
    defaultOptions: {
        queries: {
            staleTime: 15_000,
            refetchOnWindowFocus: true,
            // A refusal does not change by asking again; a broken connection may.
            retry: (count, error) =>
                count < 2 &&
                error instanceof ApiError &&
                (error.status === 0 || error.status >= 502),
        },
    },
});

export function App({ lang: first, messages: firstMessages }: { lang: Lang; messages: Messages }) {
    const [lang, setLangState] = useState(first);
    const [messages, setMessages] = useState(firstMessages);
    const setLang = useCallback((next: Lang) => {
        void loadMessages(next).then((loaded) => {
            rememberLang(next);
            setMessages(loaded);
            setLangState(next);
        });
    }, []);
    useEffect(() => {
        document.documentElement.lang = lang;
    }, [lang]);
    const i18n = useMemo(() => translator(lang, messages, setLang), [lang, messages, setLang]);
    return (
        <I18nContext.Provider value={i18n}>
            <QueryClientProvider client={client}>
                <Toasts>
                    <RouterProvider router={router} />
                </Toasts>
            </QueryClientProvider>
        </I18nContext.Provider>
    );
}
