// Two languages, one function. vi is the source language; en must have the same keys (a test says
// so). Plural: a key may have a twin "<key>.one", taken in English when n is 1.
import { createContext, useContext } from 'react';
import type vi from './vi.json';

export type Lang = 'vi' | 'en';
export type Key = keyof typeof vi;
export type Params = Record<string, string | number>;
export type Messages = Record<string, string>;

export interface LocalText {
    vi: string;
    en: string;
}

export interface I18n {
    lang: Lang;
    setLang: (lang: Lang) => void;
    t: (key: Key, params?: Params) => string;
    // For keys that are built from data (error codes, predicates): the fallback when there is none.
    tx: (key: string, fallback: string, params?: Params) => string;
    local: (text: LocalText | undefined | null) => string;
}

const storageKey = 'saola.lang';

export function initialLang(): Lang {
    try {
        return localStorage.getItem(storageKey) === 'en' ? 'en' : 'vi';
    } catch {
        return 'vi';
    }
}

export function rememberLang(lang: Lang): void {
    try {
        localStorage.setItem(storageKey, lang);
    } catch {
        // Private mode: the choice lasts for this page only.
    }
}

export async function loadMessages(lang: Lang): Promise<Messages> {
    const module = lang === 'en' ? await import('./en.json') : await import('./vi.json');
    return module.default;
}

function fill(text: string, params: Params | undefined): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
        params && name in params ? String(params[name]) : whole,
    );
}

export function translator(lang: Lang, messages: Messages, setLang: (lang: Lang) => void): I18n {
    const tx = (key: string, fallback: string, params?: Params) => {
        const single = params?.n === 1 || params?.n === '1' ? messages[`${key}.one`] : undefined;
        return fill(single ?? messages[key] ?? fallback, params);
    };
    return {
        lang,
        setLang,
        t: (key, params) => tx(key, key, params),
        tx,
        local: (text) => (text ? text[lang] || text.vi : ''),
    };
}

export const I18nContext = createContext<I18n>(translator('vi', {}, () => undefined));
export const useI18n = (): I18n => useContext(I18nContext);
