// URL = state. Every filter, sort, open row and drawer lives in the search part of the address, as
// plain strings, so that a link reproduces the view.
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Search = Record<string, string | undefined>;
export type Patch = Record<string, string | null | undefined>;

export function parseSearch(text: string): Search {
    const result: Search = {};
    for (const [key, value] of new URLSearchParams(text)) result[key] = value.normalize('NFC');
    return result;
}

export function stringifySearch(search: Record<string, unknown>): string {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(search)) {
        if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
    }
    const text = params.toString();
    return text ? `?${text}` : '';
}

export function applyPatch(search: Search, patch: Patch): Search {
    const next: Search = { ...search };
    for (const [key, value] of Object.entries(patch)) {
        if (value === null || value === undefined || value === '') delete next[key];
        else next[key] = value;
    }
    return next;
}

export function useSearchState(): [Search, (patch: Patch, replace?: boolean) => void] {
    const search = useSearch({ strict: false }) as Search;
    const navigate = useNavigate();
    const set = useCallback(
        (patch: Patch, replace = false) => {
            void navigate({
                to: '.',
                search: ((previous: Search) => applyPatch(previous, patch)) as never,
                replace,
                resetScroll: false,
            });
        },
        [navigate],
    );
    return [search, set];
}

// Follows an address that the server gave ("/programme/documents/x?begin=1").
export function useFollow(): (href: string) => void {
    const router = useRouter();
    return useCallback((href: string) => router.history.push(href), [router]);
}
