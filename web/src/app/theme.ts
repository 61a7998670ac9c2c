// Light, dark or as the system says. The choice is this browser's own.
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'saola.theme';
const query = () => window.matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
    try {
        const stored = localStorage.getItem(storageKey);
        return stored === 'light' || stored === 'dark' ? stored : 'system';
    } catch {
        return 'system';
    }
}

export function applyTheme(theme: Theme): void {
    const dark = theme === 'dark' || (theme === 'system' && query().matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function setTheme(theme: Theme): void {
    try {
        localStorage.setItem(storageKey, theme);
    } catch {
        // Private mode: the choice lasts for this page only.
    }
    applyTheme(theme);
}

export function watchSystemTheme(): void {
    query().addEventListener('change', () => applyTheme(chosenTheme()));
}
